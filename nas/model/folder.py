"""A model folder and its network: written whole or not at all, and read back bit for bit; no pickle, ever."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nas.errors import ModelFolderError
from nas.model.weights import WEIGHTS_FILE, load_weights
from nas.model_config import CONFIG_FILE, ModelConfig, load_config
from nas.space.layout import tensor_shapes

if TYPE_CHECKING:
    from torch import Tensor

    from nas.space.network import UiacNetwork

CARD_FILE: Final = "README.md"


def save_model(folder: str | Path, config: ModelConfig, network: "UiacNetwork", card: str) -> None:
    """Write a model folder, replacing the model that stood there; the auxiliary head is left out.

    Parameters
    ----------
    folder
        Where; its parent is made where needed.
    config
        Goes into config.json.
    network
        Its weights go into model.safetensors, float32.
    card
        The model card, Markdown, goes into README.md.

    Raises
    ------
    ModelFolderError
        ``folder`` holds something that is no model, the network is not that of ``config``, or the disk refuses.
    """
    from safetensors.torch import save

    place = Path(folder)
    if place.exists() and (not place.is_dir() or (any(place.iterdir()) and not (place / CONFIG_FILE).is_file())):
        raise ModelFolderError(
            f"{place.name} exists and is no model folder; nothing was written", "Choose another name."
        )
    tensors = _checked_tensors(network, config)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as workshop:
            fresh = Path(workshop) / "new"
            fresh.mkdir()
            _write(fresh / WEIGHTS_FILE, save(tensors))
            _write(fresh / CONFIG_FILE, f"{config.model_dump_json(indent=2)}\n".encode())
            _write(fresh / CARD_FILE, card.encode())
            _swap(fresh, place, Path(workshop) / "old")
    except OSError as error:
        reason = error.strerror or "the disk refused"
        raise ModelFolderError(
            f"the model could not be written: {reason}", "Free some space or choose another place, then try again."
        ) from error


def load_model(folder: str | Path) -> tuple[ModelConfig, "UiacNetwork"]:
    """Return a model's config and its network in evaluation mode, on the CPU.

    Raises
    ------
    ModelFolderError
        As `nas.model_config.load_config` and `nas.weights.load_weights`.
    """
    import torch

    from nas.space.network import UiacNetwork

    config = load_config(folder)
    weights = load_weights(folder, config)
    with torch.device("meta"):
        network = UiacNetwork(config.network)
    state = {name: torch.from_numpy(values) for name, values in weights.items()}
    network.load_state_dict(state, strict=True, assign=True)
    network.drop_path.to_empty(device="cpu")
    network.set_drop_path(0)
    return config, network.eval()


def _checked_tensors(network: "UiacNetwork", config: ModelConfig) -> "dict[str, Tensor]":
    import torch

    state = network.state_dict()
    tensors = {
        name: values.detach().cpu().contiguous() for name, values in state.items() if not name.startswith("auxiliary.")
    }
    shapes = {name: tuple(values.shape) for name, values in tensors.items()}
    if shapes != tensor_shapes(config.network):
        raise ModelFolderError("the network is not the one that its config describes", "Save it with its own config.")
    for name, values in tensors.items():
        if values.is_floating_point() and not torch.isfinite(values).all():
            raise ModelFolderError(
                f"tensor {name} holds values that are not numbers; the model was not saved",
                "Use an earlier state of the run, or train again with a lower learning rate.",
            )
    return tensors


def _write(path: Path, content: bytes) -> None:
    """Write a file through to the disk, so that a power cut after the swap cannot leave it empty."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _swap(fresh: Path, place: Path, old: Path) -> None:
    """Put the fresh folder in place of the one that stood there; where that fails, the old one stays."""
    replaces = place.exists()
    if replaces:
        place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        if replaces:
            old.rename(place)
        raise
    if replaces:
        shutil.rmtree(old)
