"""An inspection in words: how much was found, and what must and should be looked at."""

import re
from typing import Final

from nas.counts import counted
from nas.data.inspect import Inspection

_WRITTEN: Final = re.compile(r"(\d+) of (\d+) frames")


def summary(inspection: Inspection | None) -> str:
    """Return how much was found, in one line."""
    if inspection is None:
        return ""
    readable = inspection.images - inspection.broken
    women = counted(inspection.subjects, "subject") if inspection.subjects else "subjects not known"
    return f"{counted(readable, 'frame')}, {women}, {len(inspection.classes)} classes"


def severities(inspection: Inspection | None) -> str:
    """Return how many things must, should and may be looked at."""
    if inspection is None:
        return ""
    words = (("error", "must"), ("warning", "should"), ("note", "note"))
    counts = ((sum(problem.severity == kind for problem in inspection.problems), word) for kind, word in words)
    return ", ".join(f"{count} {word}" for count, word in counts if count)


def warned(inspection: Inspection | None) -> dict[str, str]:
    """Return what is to be known of each class."""
    if inspection is None:
        return {}
    kinds = {"tiny": "tiny", "single": "one frame"}
    return {
        name: kinds[problem.kind] for problem in inspection.problems if problem.kind in kinds for name in problem.names
    }


def written(line: str) -> tuple[int, int]:
    """Return how many of how many frames a simulation has written, by its last line; zeros before the first."""
    told = _WRITTEN.fullmatch(line)
    return (int(told[1]), int(told[2])) if told else (0, 0)
