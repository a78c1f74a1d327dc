"""Chooses the frames that are kept by themselves: the best of what was just seen, not the first that would do.

A frame is judged half a second after it came, when it is known what the model said just before and just after it: a
label that holds on both sides, sure throughout, on a picture that is sharp and moves little. The best of a visit to a
plane is given out when the probe leaves the plane, or after a short hold, and again when a longer hold brings a better.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE
from uiac_desktop.frame import Frame, Pixels, Prediction, Result
from uiac_desktop.session.exam.picture_quality import Quality, sharpness, sketch, stirring

ALTERNATIVES: Final = 2
_SIDE_S: Final = 0.5
_STABLE_SHARE: Final = 0.6
_PACE_S: Final = 0.1
_HOLD_S: Final = 2.0
_LEFT_S: Final = 0.3
_APART_S: Final = 0.4
_BETTER: Final = 0.25
_GAP_S: Final = 0.5
_MOST_SEEN: Final = 512
_MOST_WAITING: Final = 16
_CANDIDATES: Final = 4
_SUREST: Final = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """A frame that is worth keeping.

    Attributes
    ----------
    result
        The frame with what the model said of it.
    plane
        Code, never ``none``.
    score
        How good it is among frames of its plane: mean log odds of the plane over a second, -8 to 8, with up to half a
        step up or down for sharpness and calm; larger is better.
    """

    result: Result
    plane: str
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    time_s: float
    plane: str
    log_odds: NDArray[np.float32]


@dataclass(slots=True)
class _Visit:
    plane: str
    began_s: float
    last_s: float
    told_score: float | None
    best: list[Capture]


class AutoCapture:
    """Fed with every labelled frame of a stream, gives out what is to be kept; used by one thread.

    Holds at most about twenty frames, whatever the source's rate.
    """

    def __init__(self) -> None:
        self._quality: Final = Quality()
        self._epoch: int | None = None
        self._classes: tuple[str, ...] = ()
        self.reset()

    def reset(self) -> None:
        """Forget the stream so far and what was not yet given out."""
        self._forget_labels()
        self._sketch: NDArray[np.int16] | None = None

    def _forget_labels(self) -> None:
        self._seen: deque[_Seen] = deque(maxlen=_MOST_SEEN)
        self._waiting: deque[tuple[Result, float]] = deque()
        self._visit: _Visit | None = None

    def see(self, result: Result) -> list[Capture]:
        """Take in a labelled frame, with what the model said before any smoothing, and return what is to be kept.

        Frames without a label end a visit; a picture that stands still is taken for frozen, and nothing since it stood
        is ever given out.
        """
        if result.prediction is None:
            return self.finish()
        time_s = result.frame.time_s
        given = []
        if self._breaks_off(result.frame, result.prediction):
            given = self.finish()
            self._epoch, self._classes = result.frame.epoch, result.prediction.classes
        elif self._seen and time_s == self._seen[-1].time_s:
            return []
        moved = self._stirring(result.frame.pixels)
        if result.stillness.still_s:
            return given + self._end_frozen(time_s - result.stillness.still_s)
        self._note(result, result.prediction, moved)
        while self._waiting and self._waiting[0][0].frame.time_s <= time_s - _SIDE_S:
            given += self._judge(*self._waiting.popleft())
        return given + self._turn(time_s - _SIDE_S)

    def finish(self) -> list[Capture]:
        """Return what is still worth keeping and begin anew, as at the end of a source."""
        given = []
        for result, quality in self._waiting:
            given += self._judge(result, quality)
        given += self._leave()
        self._forget_labels()
        return given

    def _breaks_off(self, frame: Frame, prediction: Prediction) -> bool:
        if not self._seen or frame.epoch != self._epoch or prediction.classes != self._classes:
            return True
        return not 0 <= frame.time_s - self._seen[-1].time_s <= _GAP_S

    def _stirring(self, pixels: Pixels) -> float:
        """Return how much the picture changed since the one before, grey levels."""
        before, self._sketch = self._sketch, sketch(pixels)
        return stirring(before, self._sketch)

    def _end_frozen(self, since: float) -> list[Capture]:
        given = []
        for result, quality in self._waiting:
            if result.frame.time_s < since:
                given += self._judge(result, quality)
        self._waiting.clear()
        given += self._leave()
        self._seen.clear()
        return given

    def _note(self, result: Result, prediction: Prediction, moved: float) -> None:
        chances = np.clip(prediction.probabilities, 1e-6, 1 - 1e-6)
        log_odds = np.clip(np.log(chances / (1 - chances)), -_SUREST, _SUREST).astype(np.float32)
        self._seen.append(_Seen(result.frame.time_s, prediction.plane, log_odds))
        if prediction.plane == NONE:
            return
        quality = self._quality.of(sharpness(result.frame.pixels), moved)
        if self._waiting:
            newest, its_quality = self._waiting[-1]
            close = result.frame.time_s - newest.frame.time_s < _PACE_S
            if close and newest.prediction is not None and newest.prediction.plane == prediction.plane:
                if prediction.certainty + quality > newest.prediction.certainty + its_quality:
                    self._waiting[-1] = result, quality
                return
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append((result, quality))

    def _judge(self, result: Result, quality: float) -> list[Capture]:
        """Weigh a frame with what came before and after it; return captures of a visit that it ends."""
        prediction = result.prediction
        if prediction is None:
            return []
        time_s, plane = result.frame.time_s, prediction.plane
        around = [seen for seen in self._seen if abs(seen.time_s - time_s) <= _SIDE_S]
        share = sum(seen.plane == plane for seen in around) / max(len(around), 1)
        if len(around) < 3 or share < _STABLE_SHARE:
            return []
        column = prediction.classes.index(plane)
        score = float(np.mean([seen.log_odds[column] for seen in around])) + quality
        given = []
        if self._visit is not None and self._visit.plane != plane:
            given = self._leave()
        if self._visit is None:
            self._visit = _Visit(plane, time_s, time_s, None, [])
        self._visit.last_s = time_s
        self._visit.best = _best_apart([*self._visit.best, Capture(result, plane, score)])
        return given

    def _turn(self, judged_until_s: float) -> list[Capture]:
        visit = self._visit
        if visit is None:
            return []
        if judged_until_s - visit.last_s > _LEFT_S:
            return self._leave()
        if judged_until_s - visit.began_s < _HOLD_S or not visit.best:
            return []
        visit.began_s = judged_until_s
        best = visit.best[0]
        if visit.told_score is not None and best.score < visit.told_score + _BETTER:
            return []
        visit.told_score = best.score
        visit.best = visit.best[1:]
        return [best]

    def _leave(self) -> list[Capture]:
        visit, self._visit = self._visit, None
        if visit is None or not visit.best:
            return []
        told = visit.told_score
        if told is None:
            return visit.best[: 1 + ALTERNATIVES]
        better = [capture for capture in visit.best if capture.score >= told + _BETTER]
        return better[:1] or visit.best[:ALTERNATIVES]


def _best_apart(captures: list[Capture]) -> list[Capture]:
    """Return the best few of which no two are nearly the same moment, best first."""
    chosen: list[Capture] = []
    for capture in sorted(captures, key=lambda one: -one.score):
        time_s = capture.result.frame.time_s
        if all(abs(time_s - other.result.frame.time_s) >= _APART_S for other in chosen):
            chosen.append(capture)
    return chosen[:_CANDIDATES]
