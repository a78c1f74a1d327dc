"""The records that cross every border of the program: a frame, what the model says of it, and both together."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]

SMOOTHING_S: Final = 0.12
"""Over how many seconds of the source's clock labels are steadied, in Scan and Review alike."""
SURE: Final = 0.9
LIKELY: Final = 0.7
"""From which certainty on a plane is called sure or likely, unless a person set it otherwise; below it is doubtful."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One image of a source, already cropped and masked.

    Attributes
    ----------
    pixels
        uint8, (H, W) grey or (H, W, 3) RGB; never written to after it was made.
    index
        Number of the frame in its source, from 0, in the order of showing.
    time_s
        Time of the frame on the source's own clock, seconds from its first frame.
    captured_at
        When the reader got it, seconds on ``time.monotonic``; the age of a frame counts from here.
    epoch
        Raised by a seek or a new source; answers of an older epoch are dropped.
    """

    pixels: Pixels
    index: int
    time_s: float
    captured_at: float = 0.0
    epoch: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the model says of one frame.

    Attributes
    ----------
    classes
        Plane codes in the model's order, K of them.
    probabilities
        Calibrated, float32 (K,); they add up to 1, or with a rule for ``none`` to the chance that any plane is shown.
    maps
        Class activation maps before scaling, float32 (K, h, w); their mean over (h, w) plus the bias is the logit. A
        model of another program may give none: then (K, 0, 0).
    plane
        Code of the best plane, or ``none`` where the certainty stays under the model's threshold.
    certainty
        Calibrated probability of the best plane, 0 to 1, also under ``none``.
    """

    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    maps: NDArray[np.float32]
    plane: str
    certainty: float

    @property
    def has_maps(self) -> bool:
        """Whether the model gave maps."""
        return self.maps.size > 0

    @property
    def best(self) -> str:
        """Code of the best plane, whether or not it reaches the threshold."""
        return self.classes[int(self.probabilities.argmax())]


@dataclass(frozen=True, slots=True)
class Stillness:
    """How still a picture stands while frames arrive.

    Attributes
    ----------
    still_s
        For how long it has not changed, seconds of the source's clock; 0 while it moves.
    drawn_over
        Whether something was drawn over it since it stands still, as callipers are.
    """

    still_s: float = 0.0
    drawn_over: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A frame with the prediction that was computed from it (None while no model is at work).

    Attributes
    ----------
    labelled_at
        When the prediction was ready, seconds on ``time.monotonic``.
    stillness
        How still the picture stands.
    """

    frame: Frame
    prediction: Prediction | None
    labelled_at: float
    stillness: Stillness = Stillness()
