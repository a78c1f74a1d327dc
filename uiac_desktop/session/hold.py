"""How long a clip stands on its first frame: until the first model answers or has failed, so that no frame goes by."""

from typing import Final

HOLD_S: Final = 20.0


class Hold:
    """A wait that has an end.

    Parameters
    ----------
    most_s
        How long it lasts at most, seconds; 0 for not at all.
    """

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._until: float | None = None

    def begin(self, now: float) -> None:
        """Count from ``now``, seconds on ``time.monotonic``; only the first time counts."""
        if self._until is None:
            self._until = now + self._most_s

    def end(self) -> None:
        """Wait no longer, also where it has not begun."""
        self._until, self._most_s = float("-inf"), 0.0

    def left_s(self, now: float) -> float:
        """Return how long it may still last, seconds; 0 where it is over, or has not begun."""
        return 0.0 if self._until is None else max(self._until - now, 0.0)
