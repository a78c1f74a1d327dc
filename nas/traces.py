"""What a bug leaves in the log: kinds of errors and places, never their texts, which may name a patient."""

import logging
import traceback
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path, PurePath
from typing import Any, Final

from typing_extensions import override

_BYTES: Final = 1_000_000
_OLDER: Final = 2


def trace_of(error: BaseException) -> str:
    """Return kinds and places of an error and of those that led to it, one a line, the first cause first."""
    lines: list[str] = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        lines += [trace_of(before), "which led to"]
    lines.append(type(error).__name__)
    lines += [f"  at {_place(frame)} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return "\n".join(lines)


def _place(frame: traceback.FrameSummary) -> str:
    return f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno}"


class LogFile(RotatingFileHandler):
    """A log of at most 1 MB with two older ones beside it; a disk that takes no more of it is no news for the screen.

    Parameters
    ----------
    place
        The file; it is opened with the first record.
    """

    def __init__(self, place: Path) -> None:
        super().__init__(place, maxBytes=_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True)
        self.setFormatter(TraceFormatter())

    @override
    def close(self) -> None:
        """Close it, whether or not the disk takes the rest."""
        with suppress(OSError):
            super().close()

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Let the record go."""


def log_bug(log: logging.Logger, place: Path, message: str, error: BaseException) -> None:
    """Add a message and the trace of an error to a log file, for a program without a log of its own."""
    handler = LogFile(place)
    log.addHandler(handler)
    log.error(message, exc_info=error)
    log.removeHandler(handler)
    handler.close()


def how_to_report(place: Path) -> str:
    """Return the advice that goes with a bug: to send the log, where there is one."""
    if place.is_file():
        return f"Please report it with the end of {place} and with what you did."
    return "Please report it with what you did; its log could not be written."


class TraceFormatter(logging.Formatter):
    """Writes log records with the trace of their error instead of its text."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        """Return the trace of what `sys.exc_info` gives."""
        error: BaseException | None = ei[1]
        return trace_of(error) if error is not None else ""
