"""Whose file or exam it is: a mark of the running process, so that what a killed one left is told from work in hand."""

import os
import time
import uuid
from functools import cache
from hashlib import sha256
from typing import Final

import psutil

from nas.process_start import process_start

_FOREIGN_LIVES_S: Final = 86_400.0


@cache
def _pc() -> str:
    """Return what tells this PC from others that share the media folder, without its name."""
    return sha256(uuid.getnode().to_bytes(8, "big")).hexdigest()[:6]


def _hundredths(process: int) -> int:
    return round(process_start(process) * 100)


@cache
def _marked(process: int) -> str:
    return f"{_pc()}_{process:x}_{_hundredths(process):x}"


def process_mark() -> str:
    """Return the mark of this process: PC, number and start, in letters that every file system takes."""
    return _marked(os.getpid())


def is_of_this_pc(mark: str) -> bool:
    """Return whether a mark was made on this PC, by whichever process."""
    return mark.startswith(f"{_pc()}_")


def is_at_work(mark: str, touched_at: float) -> bool:
    """Return whether the process of a mark may still be at work.

    Parameters
    ----------
    mark
        From `process_mark`, of this or another process.
    touched_at
        When the thing was last written to, seconds of ``time.time``: a process on another PC cannot be looked at, so it
        counts as at work for a day.
    """
    try:
        pc, number, start = mark.split("_")
        process, started = int(number, 16), int(start, 16)
    except ValueError:
        return False
    if pc != _pc():
        return time.time() - touched_at < _FOREIGN_LIVES_S
    try:
        return _hundredths(process) == started
    except psutil.NoSuchProcess:
        return False
