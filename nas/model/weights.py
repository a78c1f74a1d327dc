"""Weights of a model folder, checked as numpy arrays without torch, since every backend must refuse the same files."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from nas.errors import ModelFolderError
from nas.model_config import ModelConfig, load_config
from nas.space.layout import tensor_shapes

WEIGHTS_FILE: Final = "model.safetensors"
_LARGEST_HEADER: Final = 64 * 2**20
_COUNTER: Final = "num_batches_tracked"

Weights = dict[str, NDArray[Any]]


def load_weights(folder: str | Path, config: ModelConfig | None = None) -> Weights:
    """Return every tensor of a model folder by name.

    Parameters
    ----------
    folder
        The model folder.
    config
        Its `ModelConfig` where it was read before.

    Returns
    -------
    Arrays with the names and shapes of `nas.space.layout.tensor_shapes`: float32, and int64 scalars for the counters of
    the norms.

    Raises
    ------
    ModelFolderError
        Weights missing, cut, pickled, of another network or class count, not finite, or with negative variances.
    """
    config = config or load_config(folder)
    weights = _tensors(_bytes(Path(folder) / WEIGHTS_FILE))
    _refuse_other_network(weights, config)
    _refuse_useless_numbers(weights)
    return weights


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelFolderError(f"the model folder has no {WEIGHTS_FILE}", _COPY_AGAIN) from error
    except OSError as error:
        raise ModelFolderError(f"{WEIGHTS_FILE} cannot be read", _COPY_AGAIN) from error
    if content.startswith(b"version https://git-lfs"):
        raise ModelFolderError(
            f"{WEIGHTS_FILE} is a placeholder text, not the weights",
            "Fetch the large files of the repository, then retry.",
        )
    if content.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")):
        raise ModelFolderError(
            f"{WEIGHTS_FILE} is a renamed pickle file, which could run code; it was not opened",
            "Ask whoever made the model to save the weights as safetensors.",
        )
    return content


def _tensors(content: bytes) -> Weights:
    header_size = int.from_bytes(content[:8], "little") if len(content) >= 8 else 0
    if not 2 <= header_size <= min(len(content) - 8, _LARGEST_HEADER):
        raise _damaged()
    try:
        tensors: Weights = load(content)
    except (SafetensorError, KeyError, ValueError, TypeError, json.JSONDecodeError) as error:
        raise _damaged() from error
    return tensors


def _refuse_other_network(weights: Weights, config: ModelConfig) -> None:
    shapes = tensor_shapes(config.network)
    outputs = weights["classifier.bias"].size if "classifier.bias" in weights else config.network.classes
    if outputs != config.network.classes:
        raise ModelFolderError(
            f"the weights have {outputs} outputs and the model names {config.network.classes} classes", _TOGETHER
        )
    missing = [name for name in shapes if name not in weights]
    if missing:
        raise ModelFolderError(f"the weights lack {len(missing)} tensors of the network, first {missing[0]}", _TOGETHER)
    foreign = sorted(name for name in weights if name not in shapes)
    if foreign:
        raise ModelFolderError(
            f"the weights hold {len(foreign)} tensors that the network has not, first {foreign[0][:80]}", _TOGETHER
        )
    for name, shape in shapes.items():
        if weights[name].shape != shape:
            raise ModelFolderError(f"tensor {name} is {weights[name].shape}; the network needs {shape}", _TOGETHER)
        kind = np.int64 if name.endswith(_COUNTER) else np.float32
        if weights[name].dtype != kind:
            raise ModelFolderError(f"tensor {name} is {weights[name].dtype}, not {np.dtype(kind)}", _TOGETHER)


def _refuse_useless_numbers(weights: Weights) -> None:
    for name, values in weights.items():
        if name.endswith(_COUNTER):
            continue
        if not np.isfinite(values).all():
            raise ModelFolderError(f"tensor {name} holds values that are not numbers (NaN or infinite)", _TRAIN_AGAIN)
        if name.endswith("running_var") and (values < 0).any():
            raise ModelFolderError(f"tensor {name} holds negative variances", _TRAIN_AGAIN)


def _damaged() -> ModelFolderError:
    return ModelFolderError(f"{WEIGHTS_FILE} is damaged or cut: it is not a whole safetensors file", _COPY_AGAIN)


_COPY_AGAIN: Final = "Copy the model folder again from where it came, or train it anew."
_TOGETHER: Final = "Use config.json and model.safetensors of one and the same model."
_TRAIN_AGAIN: Final = "Use an earlier model of the run, or train again with a lower learning rate."
