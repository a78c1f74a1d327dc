"""The model folder: written whole, read back bit for bit; importing this package loads no torch."""

from nas.model.folder import CARD_FILE, load_model, save_model
from nas.model.weights import WEIGHTS_FILE, Weights, load_weights
from nas.model_config import CONFIG_FILE, ModelConfig, load_config

__all__ = [
    "CARD_FILE",
    "CONFIG_FILE",
    "WEIGHTS_FILE",
    "ModelConfig",
    "Weights",
    "load_config",
    "load_model",
    "load_weights",
    "save_model",
]
