"""When a frame was taken: the clock of the exam and the beat of the heart, for what scrolls or pulses on the screen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of an exam.

    Attributes
    ----------
    time_s
        Time of the exam, s.
    phase
        Of the heart cycle, 0..1.
    rate_hz
        Heart rate, beats a second.
    """

    time_s: float
    phase: float
    rate_hz: float

    def phases(self, columns: int, span_s: float) -> NDArray[np.float64]:
        """Return the phase (columns,) of every column of a trace that ends now and covers `span_s` seconds."""
        ago = np.linspace(span_s, 0, columns)
        return np.asarray((self.phase - ago * self.rate_hz) % 1.0)
