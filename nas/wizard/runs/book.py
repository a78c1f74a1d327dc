"""The book of the shelf: one file that all open windows read and change, each change made on what stands there now."""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError
from PySide6.QtCore import QLockFile

from nas.errors import RunError
from nas.rundir import write_atomic

NO_PLACE: Final = "Free some space, or ask for write access to its folder."
_WAIT_MS: Final = 5000
_SPOILT: Final = "unreadable"


class Entry(BaseModel):
    """What the book says of a run.

    Attributes
    ----------
    data
        Its data-set folder; empty where not known.
    asked
        The command line that it was first to be started by; empty where not known.
    waiting
        The command line that waits for its turn; empty where none does.
    lane
        The processor or graphics card that it was started on.
    process
        Number and start of the process that was started for it last, as `nas.process_start` tells it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    data: str = ""
    asked: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    lane: str = ""
    process: tuple[int, float] | None = None


class Content(BaseModel):
    """The whole book: what is known of runs by their folder, and the runs that lie elsewhere."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    entries: dict[str, Entry] = {}
    from_elsewhere: tuple[str, ...] = ()


class Book:
    """The file, which other windows may change at any moment.

    Parameters
    ----------
    file
        Need not be there yet; a lock lies beside it while it is changed.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = QLockFile(str(file.with_suffix(".lock")))
        self._depth = 0
        self._seen: tuple[int, int, int] | None = None
        self._known = Content()
        self._is_spoilt = False

    @property
    def content(self) -> Content:
        """What stands there now; what was known last while the file cannot be read."""
        seen = self._stamp()
        if seen != self._seen:
            self._read(seen)
        return self._known

    def change(self, changed: Callable[[Content], Content]) -> None:
        """Write what a function makes of what stands there now.

        Raises
        ------
        RunError
            It cannot be written, or another window holds it too long.
        """
        with self.alone():
            made = changed(self.content)
            text = json.dumps(made.model_dump(mode="json"), indent=1, ensure_ascii=False)
            try:
                self._put_aside()
                write_atomic(self._file, text.encode())
            except OSError as error:
                raise _not_written(error) from error
            self._seen, self._known = self._stamp(), made

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other windows from changing the book for a moment; may be entered within itself.

        Raises
        ------
        RunError
            The folder cannot be written, or another window holds the book too long.
        """
        if not self._depth:
            self._take()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._lock.unlock()

    def _take(self) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_written(error) from error
        if self._lock.tryLock(_WAIT_MS):
            return
        if self._lock.error() == QLockFile.LockError.LockFailedError:
            raise RunError("Another window of this program is writing the list of runs.", "Try once more.")
        raise RunError("The list of runs cannot be written.", NO_PLACE)

    def _read(self, seen: tuple[int, int, int] | None) -> None:
        try:
            self._known, self._is_spoilt = Content.model_validate_json(self._file.read_bytes()), False
        except FileNotFoundError:
            self._known, self._is_spoilt = Content(), False
        except ValidationError:
            self._known, self._is_spoilt = Content(), True
        except OSError:
            return
        self._seen = seen

    def _put_aside(self) -> None:
        """Keep a book that nobody can read, since it is about to be written anew."""
        if self._is_spoilt:
            self._file.replace(self._file.with_suffix(f".{_SPOILT}.json"))
            self._is_spoilt = False

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _not_written(error: OSError) -> RunError:
    reason = error.strerror or type(error).__name__
    return RunError(f"The list of runs cannot be written: {reason}.", NO_PLACE)
