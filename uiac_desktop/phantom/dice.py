"""Reproducible random draws: every draw of the phantom comes from a named key, so equal seeds give equal bytes."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ANATOMY_SPREAD = 0.8
_Choice = TypeVar("_Choice")


class Dice:
    """A stream of draws that depends on its key alone.

    Parameters
    ----------
    key
        Non-negative integers that name the stream, such as (seed, subject, exam).
    """

    def __init__(self, *key: int) -> None:
        self.rng = np.random.default_rng(np.random.SeedSequence(key))

    def between(self, low: float, high: float) -> float:
        """Draw uniformly from low..high."""
        return float(self.rng.uniform(low, high))

    def anatomy(self, low: float, high: float) -> float:
        """Draw uniformly from low..high drawn in about its middle by ANATOMY_SPREAD."""
        middle, half = (low + high) / 2, (high - low) / 2 * ANATOMY_SPREAD
        return float(self.rng.uniform(middle - half, middle + half))

    def anatomy_normal(self, spread: float, clip: float = 2.0) -> float:
        """Draw a clipped normal deviation around 0 with standard deviation spread * ANATOMY_SPREAD."""
        return float(np.clip(self.rng.standard_normal(), -clip, clip)) * spread * ANATOMY_SPREAD

    def anatomy_shift(self, spread: float) -> NDArray[np.float64]:
        """Draw three independent deviations in mm."""
        return np.array([self.anatomy_normal(spread) for _ in range(3)])

    def happens(self, probability: float) -> bool:
        """Decide an event of the given probability (0..1)."""
        return bool(self.rng.random() < probability)

    def pick(self, choices: Sequence[_Choice]) -> _Choice:
        """Choose one of the given things, each equally likely."""
        return choices[int(self.rng.integers(len(choices)))]

    def whole(self, low: int, high: int) -> int:
        """Draw an integer from low..high - 1."""
        return int(self.rng.integers(low, high))
