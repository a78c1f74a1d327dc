"""The geometry of the Review room's timeline: which part of a clip is in view, and where on it a time or frame lies."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from uiac_desktop.session.review.marks import FrameRange, Segment
from uiac_desktop.session.review.records import ReviewState

LOCAL_S: Final = 14.0
SHORTEST_S: Final = 0.5
_EDGE: Final = 0.04
_TICKS: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
_TICK_PX: Final = 90.0
_SAME_TIME_S: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a clip that the local rows show.

    Attributes
    ----------
    start_s, length_s
        In seconds of the clip.
    whole_s
        Length of the clip, seconds.
    """

    start_s: float = 0.0
    length_s: float = LOCAL_S
    whole_s: float = 0.0

    @property
    def end_s(self) -> float:
        """Where the part ends, seconds."""
        return self.start_s + self.length_s

    def of_clip(self, whole_s: float) -> "Span":
        """Return the part for a clip of this length; it never reaches beyond the clip's ends."""
        return self._held(replace(self, whole_s=max(whole_s, 1e-3)))

    def zoomed(self, factor: float, at_s: float) -> "Span":
        """Return a part ``factor`` times as long, in which ``at_s`` keeps its place."""
        shortest = min(SHORTEST_S, self.whole_s)
        length = min(max(self.length_s * factor, shortest), max(self.whole_s, shortest))
        share = (at_s - self.start_s) / max(self.length_s, 1e-9)
        return self._held(Span(at_s - share * length, length, self.whole_s))

    def moved(self, seconds: float) -> "Span":
        """Return the part some seconds later, held within the clip."""
        return self._held(replace(self, start_s=self.start_s + seconds))

    def following(self, time_s: float) -> "Span":
        """Return a part in which a time is in view: the same while it is, else turned like a page."""
        last_s = self.end_s if self.end_s >= self.whole_s else self.end_s - _EDGE * self.length_s
        if self.start_s <= time_s <= last_s:
            return self
        return self._held(replace(self, start_s=time_s - self.length_s / 4))

    def x(self, time_s: float, width: float) -> float:
        """Return where a time lies on a row of ``width`` pixels."""
        return (time_s - self.start_s) / max(self.length_s, 1e-9) * width

    def time_at(self, x: float, width: float) -> float:
        """Return the time at a place of a row, held within the clip."""
        return min(max(self.start_s + x / max(width, 1e-9) * self.length_s, 0.0), self.whole_s)

    def ticks(self, width: float) -> tuple[float, ...]:
        """Return the times that have a mark on the axis: round ones, at least 90 pixels apart."""
        wanted = self.length_s * _TICK_PX / max(width, 1.0)
        step = next((step for step in _TICKS if step >= wanted), _TICKS[-1])
        first = int(np.ceil(self.start_s / step - 1e-6))
        last = int(np.floor(self.end_s / step + 1e-6))
        return tuple(round(number * step, 3) for number in range(first, last + 1))

    @staticmethod
    def _held(span: "Span") -> "Span":
        length = min(span.length_s, span.whole_s)
        start = min(max(span.start_s, 0.0), span.whole_s - length)
        return Span(start, length, span.whole_s)


def in_view(segments: Sequence[Segment], start_s: float, end_s: float) -> Sequence[Segment]:
    """Return the segments that reach into a part of the clip; they are in order of time."""
    first = bisect_right(segments, start_s, key=lambda segment: segment.end_s)
    last = bisect_left(segments, end_s, key=lambda segment: segment.start_s)
    return segments[first:last]


def runs_of(segments: Sequence[Segment]) -> tuple[tuple[str, float, float], ...]:
    """Return plane, start and end of segments that follow each other with one plane, whatever their certainty."""
    runs: list[tuple[str, float, float]] = []
    for segment in segments:
        plane, start_s = segment.plane, segment.start_s
        if runs and runs[-1][0] == plane and abs(runs[-1][2] - start_s) < _SAME_TIME_S:
            plane, start_s, _ = runs.pop()
        runs.append((plane, start_s, segment.end_s))
    return tuple(runs)


def opacity(certainty: float) -> float:
    """Return how solid a predicted block is: 0.25 at 40 % certainty and below, 1 at 100 %."""
    return 0.25 + 0.75 * min(max((certainty - 0.4) / 0.6, 0.0), 1.0)


def tick_text(time_s: float) -> str:
    """Return a time on the axis: ``0:08``, with tenths or hundredths only where they are needed."""
    hundredths = round(time_s * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    lead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    seconds, part = divmod(rest, 100)
    tail = f".{part:02d}".rstrip("0") if part else ""
    return f"{lead}:{seconds:02d}{tail}"


class FrameClock:
    """When each frame of a clip is shown, from what the state tells of times: knots, and a straight line between them.

    Parameters
    ----------
    state
        Its segments, doubtful frames and cursor are the knots; exact for clips of an even rate, and at every knot.
    """

    def __init__(self, state: ReviewState) -> None:
        knots = {0: 0.0}
        if state.clip is not None:
            knots[max(state.clip.frames, 1)] = state.clip.duration_s
        for segment in (*state.predicted, *state.corrected):
            knots[segment.first] = segment.start_s
            knots[segment.last + 1] = segment.end_s
        knots[state.frame] = state.time_s
        self._frames = np.array(sorted(knots), np.float64)
        self._times = np.maximum.accumulate(np.array([knots[int(frame)] for frame in self._frames]))

    def time_of(self, frame: int) -> float:
        """Return when a frame is shown, seconds."""
        return float(np.interp(frame, self._frames, self._times))

    def ends_of(self, frames: FrameRange) -> tuple[float, float]:
        """Return when a range begins, and when its last frame is no longer shown, seconds."""
        return self.time_of(frames.first), self.time_of(frames.last + 1)
