"""Remembers which data sets exports made, so that Learn can offer them without asking for their folder again."""

import contextlib
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from nas.data.folder import LABELS_FILE
from nas.rundir import write_atomic
from uiac_desktop import paths

_FILE: Final = "exported.json"
_MOST: Final = 12


class _Book(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    folders: tuple[Path, ...] = ()


class ExportedSets:
    """The data sets of this user's exports, in one file that only this PC holds.

    Parameters
    ----------
    file
        Where they are noted; a damaged file counts as an empty one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def folders(self) -> tuple[Path, ...]:
        """Return the data sets that are still there, the one that was exported into last first."""
        return tuple(folder for folder in self._noted() if (folder / LABELS_FILE).is_file())

    def note(self, root: Path) -> None:
        """Put a data set first; the export has been done, so a disk that fails only keeps it from being offered."""
        root = root.absolute()
        others = [folder for folder in self._noted() if folder != root]
        book = _Book(folders=(root, *others[: _MOST - 1]))
        with contextlib.suppress(OSError):
            write_atomic(self._file, book.model_dump_json(indent=1).encode())

    def _noted(self) -> tuple[Path, ...]:
        try:
            return _Book.model_validate_json(self._file.read_bytes()).folders
        except (OSError, ValidationError):
            return ()


def exported_sets() -> ExportedSets:
    """Return those of the user."""
    return ExportedSets(paths.data_dir() / _FILE)
