"""Steadies labels by time: means over an eighth of a second, and a threshold with a step to either side of it."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE
from uiac_desktop.frame import SMOOTHING_S, Prediction
from uiac_desktop.inference.labels import best_planes, unnamed

_SWITCH_MARGIN: Final = 0.10
_STEP: Final = math.sqrt(3 / 2)
_GAP_S: Final = 0.5
_NOBODY: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Steadied:
    """Labels of N frames in a row, steadied.

    Attributes
    ----------
    probabilities
        float32 (N, K).
    best
        Number of the plane in force or, under ``none``, of the one that came nearest, int (N,).
    named
        Whether that plane is named, rather than ``none``; bool (N,).
    """

    probabilities: NDArray[np.float32]
    best: NDArray[np.int64]
    named: NDArray[np.bool_]

    @property
    def certainty(self) -> NDArray[np.float32]:
        """Of the best plane, float32 (N,)."""
        return np.take_along_axis(self.probabilities, self.best[:, None], axis=1)[:, 0]


class Smoother:
    """Steadies the predictions of one stream.

    The probabilities become their mean over the frames of the last ``window_s`` seconds of the source's clock (by time
    and not by count, so that a source of 5 frames a second is no slower to follow than one of 60). The plane changes
    only to one that is ahead of the plane shown by 0.10. A plane is reached at 1.22 times the odds of the model's
    threshold and left at 1 / 1.22 of them, a half more to come than to stay; the threshold, fitted so that a single
    frame errs as often one way as the other, lies in the middle. A jump in time, a gap of more than half a second or
    another stretch starts afresh. Maps stay those of the frame itself, since a map is drawn only on the frame that it
    was computed from.

    Odds, since what trembles from frame to frame are the scores before softmax: one step of them moves a certainty c by
    c (1 - c) of it, a quarter in the middle and next to nothing at the ends. A share of the odds is the same step under
    every threshold: 0.05 each way at t = 0.5, 0.03 at 0.8, and at t = 0.1 a plane can still be left. The lead over
    another plane needs none of this: both are certainties of one frame, wherever the threshold lies.

    The window is short since a mean is late by half of it, at every plane that comes and goes; twice as long a window
    shows hardly fewer changes.

    Parameters
    ----------
    window_s
        Seconds, 0 to 5; 0 leaves every prediction as it is.
    threshold
        The model's certainty, 0 to 1, under which a frame is ``none``.
    """

    def __init__(self, window_s: float = SMOOTHING_S, threshold: float = 0.5) -> None:
        if not 0 <= window_s <= 5:
            raise ValueError(f"a smoothing window is 0 to 5 seconds, not {window_s}")
        self.window_s: Final = window_s
        self._threshold = threshold
        self._stretch: Hashable = None
        self.reset()

    def reset(self) -> None:
        """Forget the stream so far."""
        self._times: NDArray[np.float64] = np.empty(0, np.float64)
        self._chances: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._held = _NOBODY

    def update(self, prediction: Prediction, time_s: float, stretch: Hashable = 0) -> Prediction:
        """Return the prediction of the frame at ``time_s`` (seconds of the source's clock) steadied by those before.

        ``stretch`` is the epoch, with whatever else parts frames that have no say for each other.
        """
        if self.window_s == 0:
            return prediction
        if stretch != self._stretch:
            self.reset()
        self._stretch = stretch
        classes = prediction.classes
        steady = self.update_many(prediction.probabilities[None], np.array([time_s]), classes)
        plane = classes[int(steady.best[0])] if steady.named[0] else NONE
        return replace(
            prediction, probabilities=steady.probabilities[0], plane=plane, certainty=float(steady.certainty[0])
        )

    def update_many(
        self, chances: NDArray[np.float32], times: NDArray[np.float64], classes: tuple[str, ...]
    ) -> Steadied:
        """Return frames in a row as `update` would one by one, many times as fast.

        Parameters
        ----------
        chances
            float32 (N, K), N at least 1.
        times
            float64 (N,), seconds of the source's clock.
        classes
            Plane codes in the model's order, K of them, the same at every call between two resets.
        """
        before = len(self._times)
        times = np.concatenate([self._times, times])
        chances = np.concatenate([self._chances.reshape(before, len(classes)), chances])
        steps = np.diff(times, prepend=-np.inf)
        afresh = ~((steps >= 0) & (steps <= _GAP_S))
        first = _first_in_window(times, np.flatnonzero(afresh), self.window_s)
        means = _means(chances, first[before:], np.arange(before, len(times)))
        self._times, self._chances = times[first[-1] :], chances[first[-1] :]
        best, named = self._in_force(means, afresh[before:], classes)
        return Steadied(means, best, named)

    def _in_force(
        self, means: NDArray[np.float32], afresh: NDArray[np.bool_], classes: tuple[str, ...]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the best plane of every frame and whether it is named, each frame judged by the plane before it."""
        ahead = best_planes(means, classes)
        near = np.take_along_axis(means, ahead[:, None], axis=1) - means < _SWITCH_MARGIN
        enters = ~unnamed(means, classes, _at_odds(self._threshold, _STEP))
        stays = ~unnamed(means, classes, _at_odds(self._threshold, 1 / _STEP))
        none = classes.index(NONE) if NONE in classes else _NOBODY
        best, named = ahead.tolist(), [True] * len(means)
        held = self._held
        for place, (fresh, closer, entering, staying) in enumerate(
            zip(afresh.tolist(), near.tolist(), enters.tolist(), stays.tolist(), strict=True)
        ):
            held = none if fresh else held
            plane = held if held != _NOBODY and closer[held] else best[place]
            shown = (staying if plane == held else entering)[plane]
            best[place], named[place] = plane, shown
            held = plane if shown else none
        self._held = held
        return np.array(best, np.int64), np.array(named, np.bool_)


def _at_odds(threshold: float, times: float) -> float:
    """Return the certainty whose odds are so many times those of a threshold."""
    return times * threshold / (1 - threshold + times * threshold)


def _first_in_window(times: NDArray[np.float64], begins: NDArray[np.int64], window_s: float) -> NDArray[np.int64]:
    """Return for every frame the first one since the stream began afresh that is less than the window before it."""
    first = np.empty(len(times), np.int64)
    for start, end in pairwise([*begins.tolist(), len(times)]):
        run = times[start:end]
        first[start:end] = start + np.searchsorted(run, run - window_s, "right")
    return np.minimum(first, np.arange(len(times)))


def _means(chances: NDArray[np.float32], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the means of rows from first to last, both among them, added up in order."""
    counts = last - first + 1
    summed = np.zeros((len(first), chances.shape[1]), np.float32)
    for step in range(int(counts.max())):
        reached = counts > step
        summed[reached] += chances[first[reached] + step]
    return np.asarray(summed / counts[:, None], np.float32)
