"""When a process started, told so that setting the clock does not change it: a number alone may be given out again."""

import sys
from pathlib import Path
from typing import Final

import psutil

_START_FIELD: Final = 19  # of /proc/PID/stat, counted behind the name, which may hold anything
_TICKS_A_SECOND: Final = 100  # what Linux tells user programs, whatever the kernel counts in


def process_start(number: int) -> float:
    """Return when the process of a number started, the same at every call while it lives.

    Linux tells it since the PC was started; what psutil makes of that moves by a second or more whenever the clock is
    set, and a living process would pass for another one. Other systems write the time down once.

    Parameters
    ----------
    number
        Of the process.

    Returns
    -------
    Seconds, on Linux since the start of the PC, elsewhere since 1970.

    Raises
    ------
    psutil.NoSuchProcess
        There is none of this number.
    """
    if sys.platform != "linux":
        return psutil.Process(number).create_time()
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError) as error:
        raise psutil.NoSuchProcess(number) from error
    return int(told.rpartition(")")[2].split()[_START_FIELD]) / _TICKS_A_SECOND


def process_mark(number: int) -> tuple[int, float] | None:
    """Return number and start of a process, by which `lives` knows it again; None where it is gone already."""
    try:
        return number, process_start(number)
    except psutil.Error:
        return None


def lives(number: int, start: float) -> bool:
    """Tell whether the process of a number still runs and is the one that started then, by `process_start`."""
    try:
        return process_start(number) == start and psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError, ValueError, IndexError):
        return False
