"""The user's own shelf of models: a folder is checked whole, then copied, so that its loss elsewhere stops no scan."""

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from nas.errors import ModelFolderError
from nas.model import CARD_FILE, WEIGHTS_FILE, load_weights
from nas.model_config import CONFIG_FILE, ModelConfig
from uiac_desktop.errors import ModelError
from uiac_desktop.inference.foreign_config import AnyModelConfig, ForeignConfig, read_model_config

_LARGEST_CARD: Final = 2**18
_LONGEST_NAME: Final = 60
_PIECE: Final = 2**20


class ImportStoppedError(ModelError):
    """The user stopped an import; nothing was added."""


def installed(shelf: Path) -> tuple[Path, ...]:
    """Return the model folders of a shelf by name; none where there is no shelf yet."""
    try:
        entries = sorted(shelf.iterdir(), key=lambda entry: entry.name.casefold())
        return tuple(entry for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    except OSError:
        return ()


def import_model(folder: Path, shelf: Path, goes_on: Callable[[], bool] = lambda: True) -> Path:
    """Check a model, copy what belongs to it to the shelf, and return where it is now.

    Parameters
    ----------
    folder
        A model folder of ours or a foreign one; one that stands on the shelf is checked and stays.
    shelf
        Made where needed.
    goes_on
        Asked between the parts; False stops, and leaves nothing behind.

    Raises
    ------
    ModelFolderError
        The model does not hold together; nothing was copied.
    ImportStoppedError
        It was stopped.
    ModelError
        The disk refuses.
    """
    config = read_model_config(folder)
    names = _checked(folder, config)
    if folder.parent.resolve() == shelf.resolve():
        return folder
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=shelf) as workshop:
            fresh = Path(workshop) / "model"
            fresh.mkdir()
            for name in names:
                _copy(folder / name, fresh / name, goes_on)
            place = _free_place(shelf, folder.resolve().name)
            fresh.rename(place)
    except OSError as error:
        reason = error.strerror or "the disk refused"
        raise ModelError(f"{folder.name} could not be copied: {reason}.", "Free some space, then try again.") from error
    return place


def remove_model(folder: Path, shelf: Path) -> None:
    """Take a model off the shelf for good.

    Raises
    ------
    ModelError
        It does not stand on the shelf, or the disk refuses.
    """
    if folder.parent.resolve() != shelf.resolve():
        raise ModelError(f"{folder.name} is not among the copied models.", "Delete its folder yourself.")
    aside = shelf / f".{folder.name}.removed"
    try:
        folder.rename(aside)
        shutil.rmtree(aside)
    except OSError as error:
        reason = error.strerror or "the disk refused"
        raise ModelError(f"{folder.name} could not be removed: {reason}.", "Try again later.") from error


def card_text(folder: Path) -> str:
    """Return the model's card, Markdown; empty where it has none that can be read."""
    try:
        with (folder / CARD_FILE).open("rb") as card:
            return card.read(_LARGEST_CARD).decode("utf-8", "replace")
    except OSError:
        return ""


def _checked(folder: Path, config: AnyModelConfig) -> tuple[str, ...]:
    """Return the files that belong to a model, after all of it was tried."""
    names = [CONFIG_FILE]
    if isinstance(config, ModelConfig):
        load_weights(folder, config)
        names.append(WEIGHTS_FILE)
    else:
        names += _tried(folder, config)
    texts = [entry.name for entry in folder.iterdir() if entry.is_file() and _is_text(entry.name)]
    return (*names, *sorted(texts))


def _tried(folder: Path, config: ForeignConfig) -> tuple[str, ...]:
    try:
        from uiac_desktop.inference.foreign_model import ForeignBackend, files_of
    except (ImportError, OSError) as error:
        raise ModelFolderError("OpenVINO cannot be loaded on this PC", "Choose a model of this program.") from error
    ForeignBackend(config, folder).close()
    return files_of(folder / config.onnx)


def _is_text(name: str) -> bool:
    return name == CARD_FILE or name.split(".", maxsplit=1)[0].upper() in ("LICENSE", "LICENCE", "NOTICE")


def _copy(source: Path, target: Path, goes_on: Callable[[], bool]) -> None:
    with source.open("rb") as giver, target.open("wb") as taker:
        while piece := giver.read(_PIECE):
            if not goes_on():
                raise ImportStoppedError("The import was stopped.", "Nothing was added.")
            taker.write(piece)


def _free_place(shelf: Path, name: str) -> Path:
    plain = re.sub(r"[^\w .-]", "_", name).strip(" .")[:_LONGEST_NAME] or "model"
    place, number = shelf / plain, 2
    while place.exists():
        place, number = shelf / f"{plain} {number}", number + 1
    return place
