"""Where file dialogs open: in the folder that was last chosen from for the same use, else in the user's own folders."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QObject, QStandardPaths, Signal

KeptUse: TypeAlias = Literal["data", "files"]
FolderUse: TypeAlias = Literal["clips", KeptUse]

_OWN: Final = {
    "clips": QStandardPaths.StandardLocation.MoviesLocation,
    "data": QStandardPaths.StandardLocation.DocumentsLocation,
    "files": QStandardPaths.StandardLocation.DocumentsLocation,
}


class LastFolders(QObject):
    """One folder a use: clips to look at, data sets and runs, other files that are read and written.

    ``changed`` carries those that the next run begins with, once one is another. That of clips is not among them, since
    folders of discs and shares bear women's names, which are written nowhere.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[FolderUse, Path] = {}

    def begin(self, known: Mapping[KeptUse, Path]) -> None:
        """Take those of the program's last run."""
        self._known = {}
        for use, folder in known.items():
            self._known[use] = folder

    def of(self, use: FolderUse) -> Path:
        """Return the folder to open in; one that is there."""
        own = Path(QStandardPaths.writableLocation(_OWN[use]))
        places = [self._known[use]] if use in self._known else []
        return next((place for place in (*places, own) if place.is_dir()), Path.home())

    def note(self, use: FolderUse, chosen: Path) -> None:
        """Remember where a file or folder was chosen."""
        if self._known.get(use) == chosen.parent:
            return
        self._known[use] = chosen.parent
        if use != "clips":
            self.changed.emit({one: folder for one, folder in self._known.items() if one != "clips"})


@cache
def last_folders() -> LastFolders:
    """Return those of this process."""
    return LastFolders()
