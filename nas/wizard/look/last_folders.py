"""Where file dialogs open: in the folder that was last chosen from for the same use, else in the user's own folders."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QObject, QStandardPaths, Signal

FolderUse: TypeAlias = Literal["clips", "data", "files"]

_OWN: Final = {
    "clips": QStandardPaths.StandardLocation.MoviesLocation,
    "data": QStandardPaths.StandardLocation.DocumentsLocation,
    "files": QStandardPaths.StandardLocation.DocumentsLocation,
}


class LastFolders(QObject):
    """One folder a use: clips to look at, data sets and runs, other files that are read and written.

    ``changed`` carries all of them once one is another.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[FolderUse, Path] = {}

    def begin(self, known: Mapping[FolderUse, Path]) -> None:
        """Take those of the program's last run."""
        self._known = dict(known)

    def of(self, use: FolderUse) -> Path:
        """Return the folder to open in; one that is there."""
        own = Path(QStandardPaths.writableLocation(_OWN[use]))
        places = [self._known[use]] if use in self._known else []
        return next((place for place in (*places, own) if place.is_dir()), Path.home())

    def note(self, use: FolderUse, chosen: Path) -> None:
        """Remember where a file or folder was chosen."""
        if self._known.get(use) != chosen.parent:
            self._known = {**self._known, use: chosen.parent}
            self.changed.emit(self._known)


@cache
def last_folders() -> LastFolders:
    """Return those of this process."""
    return LastFolders()
