"""The name and the card of a trained model, read and changed in its folder; weights and certainty stay as they are."""

import re
from pathlib import Path
from typing import Final

from nas.errors import ModelFolderError
from nas.model_config import CONFIG_FILE, ModelConfig, load_config
from nas.planes import PLANES
from nas.rundir import disk_errors, write_atomic

CARD_FILE: Final = "README.md"
_LARGEST: Final = 2**20
_LONGEST_NAME: Final = 200


def read_card(model: Path) -> str:
    """Return the card of a model (Markdown); empty where there is none.

    Raises
    ------
    ModelFolderError
        It cannot be read.
    """
    file = model / CARD_FILE
    if not file.is_file():
        return ""
    try:
        if file.stat().st_size > _LARGEST:
            raise ModelFolderError("The card of the model is too large.", "Shorten README.md in the model's folder.")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelFolderError("The card of the model cannot be read.", "Copy the model folder again.") from error


def write_card(model: Path, text: str) -> None:
    """Write the card of a model.

    Raises
    ------
    RunError
        The disk refuses; the former card stays.
    """
    with disk_errors():
        write_atomic(model / CARD_FILE, f"{text.strip()}\n".encode())


def rename(model: Path, name: str) -> ModelConfig:
    """Give a model another name, in its config and, where it stands there, in the heading of its card.

    Parameters
    ----------
    model
        The model folder.
    name
        1 to 200 characters; spaces around it are left out.

    Raises
    ------
    NasError
        The name cannot be used, the folder is no model, or the disk refuses; the model is as before.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > _LONGEST_NAME:
        raise ModelFolderError("A model needs a name of 1 to 200 characters.", "Type a name.")
    before = load_config(model)
    config = before.model_copy(update={"name": wanted})
    with disk_errors():
        write_atomic(model / CONFIG_FILE, f"{config.model_dump_json(indent=2)}\n".encode())
    card = read_card(model)
    heading = f"# {before.name}\n"
    if card.startswith(heading):
        write_card(model, f"# {wanted}\n{card[len(heading) :]}")
    return config


def file_stem(name: str) -> str:
    """Return a name as every file system takes it."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._") or "model"


def facts_of(config: ModelConfig) -> tuple[tuple[str, str], ...]:
    """Return what a model is, as names and values."""
    network, figures = config.network, config.figures
    own = [code for code in config.planes if code not in PLANES]
    planes = f"{len(config.planes)}{f', {len(own)} of your own' if own else ''}"
    told = [
        ("Planes", planes),
        ("Network", f"{network.blocks} blocks, {network.channels} channels, {network.size}×{network.size} pixels"),
        ("Trained on", config.trained_on or "not said"),
        ("None below", f"{100 * config.none_threshold:.0f} %"),
    ]
    if "macro_f1" in figures:
        told.insert(2, ("Macro-F1, held out", f"{100 * figures['macro_f1']:.1f} %"))
    return tuple(told)
