"""Labels of a clip as one number a frame, and what is found in such rows: runs, segments, differences."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.session.review.marks import FrameRange, Segment

Row: TypeAlias = NDArray[np.int16]
"""A plane a frame, int16 (N,), as `Codes` numbers them; `UNSAID` where nothing is said."""

Clock: TypeAlias = Callable[[int], float]
"""Returns the time of a frame, seconds; of the frame after the last one, when the clip ends."""

UNSAID: Final = -1


class Codes:
    """Numbers plane codes in the order of meeting; only ever added to, so any thread may read it."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, code: str) -> int:
        """Return a code's number; a new one where it was not met before."""
        number = self._numbers.get(code)
        if number is None:
            self._codes.append(code)
            number = self._numbers[code] = len(self._codes) - 1
        return number

    def code(self, number: int) -> str:
        """Return the code of a number."""
        return self._codes[number]


def runs(row: NDArray[np.generic]) -> Iterator[FrameRange]:
    """Yield the runs of equal values in order."""
    if len(row) == 0:
        return
    starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    ends = np.r_[starts[1:], len(row)] - 1
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        yield FrameRange(first, last)


def runs_where(holds: NDArray[np.bool_]) -> Iterator[FrameRange]:
    """Yield the runs of frames where something holds."""
    for run in runs(holds):
        if holds[run.first]:
            yield run


def segments(row: Row, codes: Codes, clock: Clock) -> tuple[Segment, ...]:
    """Return the runs of a person's labels; where nothing is said there is no segment."""
    return tuple(
        Segment(run.first, run.last, clock(run.first), clock(run.last + 1), codes.code(int(row[run.first])))
        for run in runs(row)
        if row[run.first] != UNSAID
    )


def stretched(row: Row, frames: int) -> Row:
    """Return a row of exactly so many frames: cut, or filled with `UNSAID`."""
    if len(row) >= frames:
        return row[:frames]
    return np.concatenate([row, np.full(frames - len(row), UNSAID, np.int16)])
