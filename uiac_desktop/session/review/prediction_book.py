"""What a model says of the frames of a clip so far: as it said it, and steadied as it is shown."""

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.session.review.label_rows import Codes, Row

Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Predictions of frames 0 to N - 1.

    Attributes
    ----------
    times
        float64 (N,), seconds.
    planes
        Steadied, int16 (N,), numbered by the clip's `Codes`; ``none`` has a number too.
    certainty
        Steadied, float32 (N,), of the best plane also under ``none``.
    probabilities
        As the model said them, float32 (N, K).
    classes
        K of them.
    threshold
        The model's certainty under which a frame is ``none``.
    complete
        Whether the clip ends here.
    """

    times: NDArray[np.float64]
    planes: Row
    certainty: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    classes: tuple[str, ...]
    threshold: float
    complete: bool

    def __len__(self) -> int:
        return len(self.times)


class PredictionBook:
    """Grows by parts, in order; used by one thread, while others read the records it hands out.

    Parameters
    ----------
    codes
        Numbers of the planes.
    classes, threshold
        Of the model.
    """

    def __init__(self, codes: Codes, classes: tuple[str, ...], threshold: float) -> None:
        self._classes: Final = classes
        self._numbers: Final = np.array([codes.number(code) for code in classes], np.int16)
        self._none: Final = np.int16(codes.number(NONE))
        self._threshold: Final = threshold
        self._smoother: Final = Smoother(threshold=threshold)
        self._size = 0
        self._complete = False
        self._times: NDArray[np.float64] = np.empty(0, np.float64)
        self._planes: Row = np.empty(0, np.int16)
        self._certainty: NDArray[np.float32] = np.empty(0, np.float32)
        self._chances: NDArray[np.float32] = np.empty((0, len(classes)), np.float32)

    def __len__(self) -> int:
        return self._size

    @property
    def complete(self) -> bool:
        """Whether it goes to the clip's end."""
        return self._complete

    def add(self, part: PredictionPart) -> None:
        """Add the frames that come next.

        Raises
        ------
        ValueError
            They are not the next ones, or of another model.
        """
        if part.first != self._size or part.classes != self._classes:
            raise ValueError(f"a part from frame {part.first} does not follow {self._size} frames")
        self._make_room(self._size + len(part.times))
        here = slice(self._size, self._size + len(part.times))
        self._times[here], self._chances[here] = part.times, part.probabilities
        if len(part.times):
            steady = self._smoother.update_many(part.probabilities, part.times, self._classes)
            self._planes[here] = np.where(steady.named, self._numbers[steady.best], self._none)
            self._certainty[here] = steady.certainty
        self._size = here.stop
        self._complete |= part.complete

    def end(self) -> None:
        """Note that the clip has no further frames."""
        self._complete = True

    def part(self, first: int) -> PredictionPart:
        """Return what came from this frame on."""
        here = slice(first, self._size)
        return PredictionPart(first, self._times[here], self._classes, self._chances[here], self._complete)

    def reading(self) -> Reading:
        """Return what is there now; it does not change when more is added."""
        here = slice(0, self._size)
        return Reading(
            self._times[here],
            self._planes[here],
            self._certainty[here],
            self._chances[here],
            self._classes,
            self._threshold,
            self._complete,
        )

    def _make_room(self, frames: int) -> None:
        """Make the arrays longer in steps that double; records handed out keep the former ones."""
        if frames <= len(self._times):
            return
        room = max(frames, 2 * len(self._times), 1024)
        self._times = _longer(self._times, room)
        self._planes = _longer(self._planes, room)
        self._certainty = _longer(self._certainty, room)
        self._chances = _longer(self._chances, room)


def _longer(array: NDArray[Kind], room: int) -> NDArray[Kind]:
    longer: NDArray[Kind] = np.empty((room, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer
