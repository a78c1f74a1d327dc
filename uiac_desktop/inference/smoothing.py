"""Steadies labels by time: means over a quarter of a second and a threshold that is harder to cross than to keep."""

from collections import deque
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE
from uiac_desktop.frame import Prediction
from uiac_desktop.inference.labels import best_plane, is_none

DEFAULT_WINDOW_S: Final = 0.25
_SWITCH_MARGIN: Final = 0.10
_HOLD_MARGIN: Final = 0.10
_GAP_S: Final = 0.5


class Smoother:
    """Steadies the predictions of one stream.

    The probabilities become their mean over the frames of the last ``window_s`` seconds of the source's clock (by time
    and not by count, so that a source of 5 frames a second is no slower to follow than one of 60). The plane changes
    only to one that is ahead of the plane shown by 0.10, and a plane that is shown stays down to 0.10 below the
    model's threshold. A jump in time, a gap of more than half a second or another epoch starts afresh. Maps stay those
    of the frame itself, since a map is drawn only on the frame that it was computed from.

    Parameters
    ----------
    window_s
        Seconds, 0 to 5; 0 leaves every prediction as it is.
    threshold
        The model's certainty, 0 to 1, under which a frame is ``none``.
    """

    def __init__(self, window_s: float = DEFAULT_WINDOW_S, threshold: float = 0.5) -> None:
        if not 0 <= window_s <= 5:
            raise ValueError(f"a smoothing window is 0 to 5 seconds, not {window_s}")
        self.window_s: Final = window_s
        self._threshold = threshold
        self._recent: deque[tuple[float, NDArray[np.float32]]] = deque()
        self._epoch: int | None = None
        self._plane = NONE

    def reset(self) -> None:
        """Forget the stream so far."""
        self._recent.clear()
        self._plane = NONE

    def update(self, prediction: Prediction, time_s: float, epoch: int = 0) -> Prediction:
        """Return the prediction of the frame at ``time_s`` (seconds of the source's clock) steadied by those before."""
        if self.window_s == 0:
            return prediction
        if self._starts_afresh(time_s, epoch):
            self.reset()
        self._epoch = epoch
        self._recent.append((time_s, prediction.probabilities))
        while self._recent[0][0] <= time_s - self.window_s and len(self._recent) > 1:
            self._recent.popleft()
        summed = np.sum([recent for _, recent in self._recent], axis=0, dtype=np.float32)
        return self._steadied(prediction, np.asarray(summed / len(self._recent), np.float32))

    def _starts_afresh(self, time_s: float, epoch: int) -> bool:
        if epoch != self._epoch or not self._recent:
            return True
        return not 0 <= time_s - self._recent[-1][0] <= _GAP_S

    def _steadied(self, prediction: Prediction, chances: NDArray[np.float32]) -> Prediction:
        classes = prediction.classes
        best = best_plane(chances, classes)
        held = classes.index(self._plane) if self._plane in classes else None
        if held is not None and chances[best] - chances[held] < _SWITCH_MARGIN:
            best = held
        threshold = self._threshold - (_HOLD_MARGIN if best == held else 0.0)
        self._plane = NONE if is_none(chances, classes, best, threshold) else classes[best]
        return replace(prediction, probabilities=chances, plane=self._plane, certainty=float(chances[best]))
