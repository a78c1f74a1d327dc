"""The run folder: one owner, atomic writes and a log of events, so that a run survives a crash and can be followed."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from nas.errors import NO_RIGHT, NO_ROOM, NasError, RunError
from nas.events import Event, read_events, to_line
from nas.run_lock import take_lock

_FAILURE: Final = "failed-{}.json"
_ANEW: Final = "Start the run anew in another folder."


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside it, to the disk, then renamed over it."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the failures of a disk into one clear line."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise RunError(
                "The disk is full, so the run cannot save its state.",
                "Free some space, then go on with --resume; what was saved before is whole.",
            ) from error
        if error.errno in NO_RIGHT:
            raise RunError(
                "The run folder cannot be written.", "Choose a folder of your own with --out, or ask for write access."
            ) from error
        reason = error.strerror or type(error).__name__
        raise RunError(f"The folder cannot be made or written: {reason}.", "Choose another one with --out.") from error


class RunFolder:
    """A run's folder, held by one process at a time.

    Use it as a context: entering takes the lock, leaving gives it back.

    Parameters
    ----------
    path
        The folder; made on entering.
    resume
        True to go on with a run that is there, False to start in an empty folder.
    leads
        False for a process that shares the run of another one: it takes no lock and writes nothing.

    Raises
    ------
    RunError
        On entering: another process holds the folder, a run is there already and `resume` is False, or none is there
        and `resume` is True.
    """

    def __init__(self, path: Path, resume: bool = False, leads: bool = True) -> None:
        self.path = path
        self.resume = resume
        self.leads = leads
        self._log: Any = None
        self._is_new = False

    @property
    def checkpoints(self) -> Path:
        """Folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        """Folder of the trained model."""
        return self.path / "model"

    @property
    def store(self) -> Path:
        """Folder of the decoded frames."""
        return self.path / "store"

    @property
    def figures(self) -> Path:
        """Folder of figures."""
        return self.path / "figures"

    @property
    def stop_file(self) -> Path:
        """A file of this name asks the run to stop."""
        return self.path / "stop"

    @property
    def config_file(self) -> Path:
        """What the run was started with."""
        return self.path / "config.json"

    @property
    def events_file(self) -> Path:
        """Every event as a line of JSON."""
        return self.path / "events.jsonl"

    @property
    def stop_requested(self) -> bool:
        """Whether somebody asked the run to stop."""
        return self.stop_file.exists()

    def __enter__(self) -> Self:
        if self.resume and not self.config_file.is_file():
            raise RunError(f"There is no run in {self.path.name} to go on with.", "Leave out --resume to start one.")
        if not self.leads:
            return self
        with disk_errors():
            if self.path.exists() and not self.path.is_dir():
                raise RunError(f"{self.path.name} is a file, not a folder.", "Name a new folder with --out.")
            self._is_new = not self.path.exists()
            self.path.mkdir(parents=True, exist_ok=True)
            if not self.resume and self.config_file.exists():
                raise RunError(
                    f"{self.path.name} already holds a run.",
                    "Go on with it by --resume, or name another folder with --out.",
                )
            take_lock(self.lock_file)
            self.stop_file.unlink(missing_ok=True)
            self.checkpoints.mkdir(exist_ok=True)
            for litter in (*self.path.glob(".*.part"), *self.checkpoints.glob(".*.part")):
                litter.unlink()  # a write that a kill cut short
            for failure in self.path.glob(_FAILURE.format("*")):
                failure.unlink()
            self._log = self.events_file.open("a", encoding="utf-8", buffering=1)
            if self._log.tell() and not _ends_with_newline(self.events_file):
                self._log.write("\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._log is not None:
            with contextlib.suppress(OSError):  # a disk that was full has been told of already
                self._log.close()
            self._log = None
        if self.leads:
            self.lock_file.unlink(missing_ok=True)
            if error is not None and self._is_new and not self.config_file.exists():
                self._take_away()

    def _take_away(self) -> None:
        """Leave nothing of a run that never began, so that the next one may have the same name."""
        with contextlib.suppress(OSError):
            self.events_file.unlink(missing_ok=True)
            self.checkpoints.rmdir()
            self.path.rmdir()

    def append(self, event: Event) -> None:
        """Add an event to events.jsonl, at once readable by whoever follows the run."""
        if self.leads:
            with disk_errors():
                self._log.write(to_line(event) + "\n")

    @property
    def log_length(self) -> int:
        """Length of events.jsonl so far (bytes); 0 where another process writes it."""
        return int(self._log.tell()) if self._log is not None else 0

    def cut_log(self, length: int | None) -> None:
        """Cut events.jsonl back to a length that it had, so that nothing is told twice; None leaves it as it is."""
        if self._log is None or length is None or length >= self.log_length:
            return
        with disk_errors():
            self._log.truncate(length)
            self._log.seek(length)

    def leave_failure(self, number: int, error: NasError) -> None:
        """Leave word, for the process that leads, of why process `number` ends."""
        with contextlib.suppress(OSError):
            told = {"message": error.message, "advice": error.advice}
            write_atomic(self.path / _FAILURE.format(number), json.dumps(told).encode())

    def left_failure(self) -> NasError | None:
        """Return what another process left word of, or None."""
        for file in sorted(self.path.glob(_FAILURE.format("*"))):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                told = json.loads(file.read_text(encoding="utf-8"))
                return RunError(str(told["message"]), str(told["advice"]))
        return None

    def events(self) -> Iterator[Event]:
        """Yield the events written so far."""
        if self.events_file.is_file():
            with self.events_file.open(encoding="utf-8", errors="replace") as lines:
                yield from read_events(lines)

    def write_json(self, path: Path, value: Any) -> None:
        """Write a value as a JSON file, atomically."""
        if self.leads:
            with disk_errors():
                write_atomic(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())

    def read_config(self) -> dict[str, Any]:
        """Return config.json.

        Raises
        ------
        RunError
            There is no run, or its file is damaged.
        """
        try:
            value = json.loads(self.config_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RunError(f"There is no run in {self.path.name}.", "Name the folder of a run.") from error
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(f"The config.json of {self.path.name} cannot be read.", _ANEW) from error
        if not isinstance(value, dict):
            raise RunError(f"The config.json of {self.path.name} is not a record.", _ANEW)
        return value

    @property
    def lock_file(self) -> Path:
        """Names the process that holds the folder."""
        return self.path / "lock"


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
