"""The planes seen so far over the source's own time, a cell for each tenth of a second; the ribbon is drawn from it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

RIBBON_S: Final = 60.0
CELL_S: Final = 0.1
_BRIDGE_S: Final = 1.0
_UNSEEN, _FROZEN, _LOST = 0, 1, 2

RunKind: TypeAlias = Literal["plane", "frozen", "lost"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one plane (or ``none``), of a frozen picture, or of no picture; seconds of the source's time."""

    start_s: float
    end_s: float
    kind: RunKind
    plane: str


@dataclass(frozen=True, slots=True)
class RibbonWindow:
    """What the ribbon shows: runs between two times, and whether its right end is now."""

    start_s: float
    end_s: float
    runs: tuple[Run, ...]
    live: bool


class RibbonTrack:
    """Which plane was on screen at which time of the source."""

    def __init__(self) -> None:
        self._cells = bytearray()
        self._planes: list[str] = []
        self._last: tuple[float, int, int] | None = None

    def mark(self, time_s: float, epoch: int, plane: str, frozen: bool = False) -> None:
        """Note the plane of a frame; short gaps to the frame before are filled with the same plane."""
        value = _FROZEN if frozen else self._number(plane)
        start = time_s
        if self._last is not None:
            last_s, last_epoch, _ = self._last
            if last_epoch == epoch and 0 <= time_s - last_s <= _BRIDGE_S:
                start = last_s + CELL_S
        self._fill(min(start, time_s), time_s, value)
        self._last = (time_s, epoch, value)

    def mark_lost(self, time_s: float) -> None:
        """Note that the picture has been missing from the last frame on until ``time_s``."""
        start = self._last[0] + CELL_S if self._last else time_s
        if time_s >= start:
            self._fill(start, time_s, _LOST)

    def window(self, now_s: float, duration_s: float | None) -> RibbonWindow:
        """Return the last 60 s up to ``now_s``; for a clip of at most 60 s, the whole clip.

        It moves on by whole cells, so that it is drawn ten times a second whatever the source's rate.
        """
        if duration_s is not None and duration_s <= RIBBON_S:
            return RibbonWindow(0.0, duration_s, tuple(self._runs(0.0, duration_s)), live=False)
        now_s = math.ceil(now_s / CELL_S - 1e-6) * CELL_S
        end = now_s if duration_s is None else min(max(now_s, RIBBON_S), duration_s)
        return RibbonWindow(end - RIBBON_S, end, tuple(self._runs(end - RIBBON_S, end)), live=duration_s is None)

    def _runs(self, start_s: float, end_s: float) -> Iterator[Run]:
        first = max(0, int(start_s / CELL_S))
        last = min(len(self._cells), int(end_s / CELL_S) + 1)
        position = first
        while position < last:
            value = self._cells[position]
            stop = position
            while stop < last and self._cells[stop] == value:
                stop += 1
            begin, end = max(position * CELL_S, start_s), min(stop * CELL_S, end_s)
            if value != _UNSEEN and end > begin:
                yield self._run(begin, end, value)
            position = stop

    def _run(self, start_s: float, end_s: float, value: int) -> Run:
        if value == _FROZEN:
            return Run(start_s, end_s, "frozen", "")
        if value == _LOST:
            return Run(start_s, end_s, "lost", "")
        return Run(start_s, end_s, "plane", self._planes[value - _LOST - 1])

    def _number(self, plane: str) -> int:
        if plane not in self._planes:
            self._planes.append(plane)
        return self._planes.index(plane) + _LOST + 1

    def _fill(self, start_s: float, end_s: float, value: int) -> None:
        first, last = max(0, int(start_s / CELL_S + 1e-6)), max(0, int(end_s / CELL_S + 1e-6))
        if last >= len(self._cells):
            self._cells.extend(bytes(last + 1 - len(self._cells)))
        self._cells[first : last + 1] = bytes((value,)) * (last + 1 - first)
