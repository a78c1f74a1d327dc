"""Choices of the Review room that go in steps or have a value by themselves: speed, certainty to accept."""

from typing import Final

from uiac_desktop.ui.review.bar import SPEEDS

ACCEPTED_AT_FIRST: Final = 95
_LEAST, _MOST, _STEP = 50, 99, 5


def speed_beside(speed: float, steps: int) -> float:
    """Return the speed so many steps faster, or slower where negative; the ends hold."""
    factors = [factor for factor, _ in SPEEDS]
    place = min(range(len(factors)), key=lambda number: abs(factors[number] - speed))
    return factors[min(max(place + steps, 0), len(factors) - 1)]


def accepted_beside(percent: int, steps: int) -> int:
    """Return the certainty so many steps of 5 % higher or lower, 50 to 99 %, since nothing is ever called certain."""
    wanted = percent + (1 if percent == _MOST else 0) + steps * _STEP
    return min(max(wanted, _LEAST), _MOST)
