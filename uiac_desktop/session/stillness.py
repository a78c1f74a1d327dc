"""Notices a scanner's picture that was frozen, and callipers drawn over it, so that neither passes for a live plane."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.frame import Frame, Pixels, Stillness

STILL_LEVELS: Final = 1.0
STILL_AFTER_S: Final = 0.5
_STEP: Final = 8
_CHANGED: Final = 12
_MOST_DRAWN: Final = 0.15
_INK: Final = 48
_INK_ROWS: Final = 360
_LEAST_INK: Final = 0.0003
_SETTLED_S: Final = 0.06
_PAUSE_S: Final = 0.25
_RECODED: Final = 2.0
_RECODED_MUCH: Final = 0.0005


@dataclass(slots=True)
class _Stirs:
    """When something small changed in a picture that is else still, seconds; pauses under 0.25 s do not end it."""

    began_s: float = -math.inf
    last_s: float = -math.inf

    def note(self, time_s: float) -> None:
        if time_s - self.last_s > _PAUSE_S:
            self.began_s = time_s
        self.last_s = time_s

    @property
    def lasted_s(self) -> float:
        return self.last_s - self.began_s

    def quiet_s(self, time_s: float) -> float:
        return time_s - self.last_s


class StillnessWatch:
    """Watches the frames of one stream, in order; used by one thread.

    A picture is still once its mean difference was at most 1 grey level for 0.5 s of the source's time. What is drawn
    over a still picture changes some of it by much and the rest not at all, and then stands still as well: callipers,
    a body mark, a menu. What goes on changing is no drawing, however small it is; a heart beats on in a calm picture.
    Costs next to nothing while the picture moves, since only every eighth pixel is compared then.
    """

    def __init__(self) -> None:
        self._first: Frame | None = None
        self._sample: NDArray[np.int16] = np.empty(0, np.int16)
        self._before: Frame | None = None
        self._sample_before: NDArray[np.int16] = self._sample
        self._stirs = _Stirs()
        self._drawn_over = False

    def see(self, frame: Frame) -> Stillness:
        """Take the next frame into account and return how still the picture is with it."""
        before, self._before = self._before, frame
        sample = frame.pixels[::_STEP, ::_STEP].astype(np.int16)
        self._follow_recoding(sample)
        if self._first is None or before is None or not self._goes_on(self._first, sample, frame):
            return self._begin(frame, sample)
        still_s = frame.time_s - self._first.time_s
        held = still_s >= STILL_AFTER_S
        if _inked(before.pixels, frame.pixels):
            self._stirs.note(frame.time_s)
            if not held or self._stirs.lasted_s >= STILL_AFTER_S:
                return self._begin(frame, sample)
        elif self._stirs.quiet_s(frame.time_s) >= _SETTLED_S:
            self._drawn_over = held and _inked(self._first.pixels, frame.pixels)
        return Stillness(still_s, self._drawn_over) if held else Stillness()

    def _begin(self, frame: Frame, sample: NDArray[np.int16]) -> Stillness:
        self._first, self._sample, self._stirs, self._drawn_over = frame, sample, _Stirs(), False
        return Stillness()

    def _follow_recoding(self, sample: NDArray[np.int16]) -> None:
        """Go on from a step that a codec makes in a still picture, as at a key frame: small everywhere."""
        before, self._sample_before = self._sample_before, sample
        if before.shape == sample.shape == self._sample.shape:
            step = sample - before
            size = np.abs(step)
            if size.mean() <= _RECODED and np.count_nonzero(size > _CHANGED) <= _RECODED_MUCH * size.size:
                self._sample = self._sample + step

    def _goes_on(self, first: Frame, sample: NDArray[np.int16], frame: Frame) -> bool:
        """Tell whether a frame is the picture that stood there, with or without something drawn over it."""
        later_s = frame.time_s - first.time_s
        if frame.pixels.shape != first.pixels.shape or frame.epoch != first.epoch or later_s < 0:
            return False
        difference = np.abs(sample - self._sample)
        return float(difference.mean()) <= STILL_LEVELS or (later_s >= STILL_AFTER_S and _only_drawn(difference))


def _only_drawn(difference: NDArray[np.int16]) -> bool:
    changed = difference > _CHANGED
    return float(changed.mean()) <= _MOST_DRAWN and float(difference[~changed].mean()) <= STILL_LEVELS


def _inked(before: Pixels, after: Pixels) -> bool:
    """Tell whether more of a picture has changed by much than noise or a pointer would change."""
    step = max(1, before.shape[0] // _INK_ROWS)
    before, after = before[::step, ::step], after[::step, ::step]
    changed = np.maximum(before, after) - np.minimum(before, after) > _INK
    return bool(np.count_nonzero(changed) >= _LEAST_INK * changed.size)
