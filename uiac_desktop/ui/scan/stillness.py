"""Notices a scanner image that stopped moving while frames arrive, so that an old picture does not pass for live."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.frame import Frame

STILL_LEVELS: Final = 1.0
STILL_AFTER_S: Final = 0.5
_STEP: Final = 8


class Stillness:
    """Watches frames for a mean difference of at most 1 grey level over 0.5 s and more of the source's time."""

    def __init__(self) -> None:
        self._reference: NDArray[np.int16] | None = None
        self._since_s = 0.0
        self._epoch = -1
        self._still_s = 0.0

    def see(self, frame: Frame) -> None:
        """Take the next frame into account."""
        sample = frame.pixels[::_STEP, ::_STEP].astype(np.int16)
        reference = self._reference
        same_picture = reference is not None and reference.shape == sample.shape and frame.epoch == self._epoch
        if same_picture and reference is not None and float(np.abs(sample - reference).mean()) <= STILL_LEVELS:
            self._still_s = max(frame.time_s - self._since_s, 0.0)
            return
        self._reference, self._since_s, self._epoch, self._still_s = sample, frame.time_s, frame.epoch, 0.0

    @property
    def still_s(self) -> float:
        """For how long the picture has not changed, seconds; 0 while it moves or has stood for less than 0.5 s."""
        return self._still_s if self._still_s >= STILL_AFTER_S else 0.0
