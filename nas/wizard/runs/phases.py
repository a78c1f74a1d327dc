"""What a run is doing within an epoch or before the first, in words with its count."""

from typing import Final

from nas.events import Progress, from_line

_WORDS: Final = {
    "reading": "Reading frames",
    "timing": "Timing a few steps",
    "searching": "Searching",
    "training": "Training",
    "validating": "Judging held-out frames",
    "finishing": "Finishing",
    "drawing": "Drawing figures",
}


def phase_words(progress: Progress) -> str:
    """Return what goes on: ``Reading frames, 2,100 of 8,412``."""
    return f"{_WORDS[progress.phase]}, {progress.done:,} of {progress.total:,}"


def phase_of_line(line: str) -> str:
    """Return what a line of JSON says that goes on; empty where it is no progress."""
    try:
        event = from_line(line)
    except ValueError:
        return ""
    return f"{phase_words(event)}." if isinstance(event, Progress) else ""
