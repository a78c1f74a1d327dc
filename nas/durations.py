"""Times and amounts as people say them."""

from typing import Final

_MIB_A_GB: Final = 1000**3 / 2**20
_LONG_S: Final = 90
_LONG_MIN: Final = 90


def duration(seconds: float) -> str:
    """Return a time: 0.8 s, 45 s, 12 min, 3 h 05 min."""
    if seconds < 2:
        return f"{seconds:.1f} s"
    if seconds < _LONG_S:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < _LONG_MIN else f"{minutes // 60} h {minutes % 60:02d} min"


def memory(mib: float) -> str:
    """Return an amount of memory given in MiB: 612 MB, 2.1 GB."""
    gigabytes = mib / _MIB_A_GB
    return f"{1000 * gigabytes:.0f} MB" if gigabytes < 1 else f"{gigabytes:.1f} GB"
