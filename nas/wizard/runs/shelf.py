"""The shelf of runs: a folder with one run each, a book of what their logs do not say, and a bin that gives back."""

import contextlib
import shutil
import time
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from nas.errors import RunError
from nas.run_lock import is_held
from nas.rundir import RunFolder
from nas.wizard.presence import is_file, is_folder
from nas.wizard.runs.book import NO_PLACE, Book, Content, Entry

_BOOK: Final = "shelf.json"
_BIN: Final = ".bin"
_BIN_DAYS: Final = 30
_DAY_S: Final = 86400.0


class Shelf:
    """All runs that the wizard knows.

    Parameters
    ----------
    root
        The folder; made when the first run is.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._book = Book(root / _BOOK)
        self._binned: list[tuple[Path, Path, Entry | None]] = []
        self._empty_bin()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every run, newest first; one from elsewhere also while its drive is away."""
        own: list[Path] = []
        with contextlib.suppress(OSError):
            own = [entry for entry in self.root.iterdir() if is_folder(entry) and not entry.name.startswith(".")]
        others = [Path(path) for path in self._book.content.from_elsewhere]
        return tuple(sorted([*own, *others], key=began, reverse=True))

    def entry(self, folder: Path) -> Entry:
        """Return what the book says of a run."""
        return self._book.content.entries.get(str(folder), Entry())

    def new_folder(self, kind: str, now: datetime | None = None) -> Path:
        """Make a folder for a run, named by kind and minute.

        Raises
        ------
        RunError
            It cannot be made.
        """
        stamp = f"{kind}_{now or datetime.now().astimezone():%Y-%m-%d_%H%M}"
        for number in range(1, 1000):
            folder = self.root / (stamp if number == 1 else f"{stamp}_{number}")
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise RunError(f"The run's folder cannot be made: {reason}.", NO_PLACE) from error
            return folder
        raise RunError("The run's folder cannot be made.", "Delete some runs.")

    def note(self, folder: Path, **changes: Any) -> None:
        """Write into the book what a run's folder does not say: fields of its `Entry`."""

        def noted(content: Content) -> Content:
            entry = content.entries.get(str(folder), Entry())
            return _with_entry(content, folder, entry.model_copy(update=changes))

        self._book.change(noted)

    def alone(self) -> AbstractContextManager[None]:
        """Keep other windows from changing the book for a moment."""
        return self._book.alone()

    def take(self, folder: Path) -> None:
        """Put a run from elsewhere on the shelf, to be watched.

        Raises
        ------
        RunError
            The folder holds no run.
        """
        if folder in self.folders:
            return
        run = RunFolder(folder)
        if not (is_file(run.config_file) or is_file(run.events_file)):
            raise RunError(f"There is no run in {folder.name}.", "Choose the folder in which events.jsonl lies.")
        self._book.change(lambda content: _with_run_elsewhere(content, folder))

    @property
    def waiting(self) -> tuple[tuple[Path, Entry], ...]:
        """The runs that wait, the one that has waited longest first."""
        known = ((folder, self.entry(folder)) for folder in reversed(self.folders))
        return tuple((folder, entry) for folder, entry in known if entry.waiting)

    def delete(self, folder: Path) -> None:
        """Move a run into the bin; one from elsewhere only leaves the list.

        Raises
        ------
        RunError
            It goes on, or cannot be moved.
        """
        entry = self._book.content.entries.get(str(folder))
        if folder.parent != self.root:
            self._book.change(lambda content: _without_run_elsewhere(content, folder))
            self._binned.append((folder, folder, entry))
            return
        if is_held(RunFolder(folder).lock_file):
            raise RunError(f"{folder.name} goes on.", "Stop it first, then delete it.")
        place = self.root / _BIN / f"{time.time_ns()}_{folder.name}"
        try:
            place.parent.mkdir(exist_ok=True)
            folder.rename(place)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RunError(f"{folder.name} cannot be moved: {reason}.", "Close what has it open.") from error
        self._binned.append((folder, place, entry))
        self._book.change(lambda content: _with_entry(content, folder, None))

    @property
    def deleted(self) -> str:
        """Name of the run that `undo_delete` brings back; empty for none."""
        return self._binned[-1][0].name if self._binned else ""

    def undo_delete(self) -> Path | None:
        """Bring back the run that was deleted last; None where there is none.

        Raises
        ------
        RunError
            It cannot be moved back now; it can be tried once more.
        """
        if not self._binned:
            return None
        folder, place, entry = self._binned[-1]
        if place == folder:
            self._book.change(lambda content: _with_run_elsewhere(content, folder))
        else:
            try:
                place.rename(folder)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise RunError(f"{folder.name} cannot be brought back: {reason}.", f"It lies in {_BIN}.") from error
            if entry is not None:
                self._book.change(lambda content: _with_entry(content, folder, entry))
        self._binned.pop()
        return folder

    def _empty_bin(self) -> None:
        """Delete for good what has lain in the bin for a month."""
        with contextlib.suppress(OSError):
            for place in (self.root / _BIN).iterdir():
                stamp = place.name.split("_", 1)[0]
                if stamp.isdigit() and time.time() - int(stamp) / 1e9 > _BIN_DAYS * _DAY_S:
                    shutil.rmtree(place, ignore_errors=True)


def began(folder: Path) -> float:
    """Return when a run began (s since 1970): when its config was written, else its folder; 0 while it is away."""
    for place in (folder / "config.json", folder):
        with contextlib.suppress(OSError):
            return place.stat().st_mtime
    return 0.0


def _with_entry(content: Content, folder: Path, entry: Entry | None) -> Content:
    others = {path: known for path, known in content.entries.items() if path != str(folder)}
    return content.model_copy(update={"entries": others | ({str(folder): entry} if entry is not None else {})})


def _with_run_elsewhere(content: Content, folder: Path) -> Content:
    others = _without_run_elsewhere(content, folder).from_elsewhere
    return content.model_copy(update={"from_elsewhere": (*others, str(folder))})


def _without_run_elsewhere(content: Content, folder: Path) -> Content:
    others = tuple(path for path in content.from_elsewhere if path != str(folder))
    return content.model_copy(update={"from_elsewhere": others})
