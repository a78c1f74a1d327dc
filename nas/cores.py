"""How many processor cores there are for this process, which can be fewer than the computer has."""

import os


def cores() -> int:
    """Return the number, at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
