"""What goes wrong in expected ways, said as what happened and what to do, since the reader is no programmer."""

import errno
import os
from pathlib import Path
from typing import Final

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Error numbers of a full disk."""

NO_RIGHT: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""Error numbers of a place where this account may not write."""

_OF_PATHS: Final = frozenset(
    {errno.ENAMETOOLONG, errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOENT, errno.EIO}
)


class NasError(Exception):
    """An expected failure with its advice.

    Parameters
    ----------
    message
        What happened, one line, in the user's words.
    advice
        What to do about it, one line.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class GenotypeError(NasError):
    """A text is not a genotype; the message names the spot."""


class ModelFolderError(NasError):
    """A folder is not a model of ours, or does not hold together."""


class DataError(NasError):
    """A data set cannot be used as it is."""


class RunError(NasError):
    """A run folder cannot be started, resumed or read."""


def error_lines(message: str, advice: str) -> str:
    """Return an expected failure as the two lines that a terminal shows, each of them one line."""
    return f"error: {one_line(message)}\nadvice: {one_line(advice)}\n"


def one_line(text: str) -> str:
    """Return a text as one line of plain letters, whatever the names of files in it: breaks, control signs, no text."""
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def of_the_disk(error: Exception) -> NasError | None:
    """Return what a disk or a path refuses, in the user's words; None for any other failure."""
    if not isinstance(error, OSError) or error.errno not in NO_ROOM | NO_RIGHT | _OF_PATHS or error.filename is None:
        return None
    name = Path(os.fsdecode(error.filename)).name
    return NasError(
        f"{name} cannot be used: {os.strerror(error.errno)}.", "Check the path, the free space and your rights."
    )
