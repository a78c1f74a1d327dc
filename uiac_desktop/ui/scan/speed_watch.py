"""What lasts and what was just now: a model slow for seconds on end, frames dropped a moment ago."""

from collections.abc import Callable
from typing import Final

from uiac_desktop.session.meters import SessionStats

_SLOW_AFTER_S: Final = 3.0
_DROPPED_MEMORY_S: Final = 1.0


class SpeedWatch:
    """Watches the figures of one source.

    Parameters
    ----------
    clock
        ``time.monotonic`` or a stand-in.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._slow_since: float | None = None
        self._dropped = 0
        self._dropped_at = 0.0

    def count(self, stats: SessionStats) -> None:
        """Take in how many frames were dropped so far."""
        if stats.frames_dropped > self._dropped:
            self._dropped, self._dropped_at = stats.frames_dropped, self._clock()

    @property
    def dropping(self) -> bool:
        """Whether a frame was dropped within the last second."""
        return self._dropped > 0 and self._clock() - self._dropped_at < _DROPPED_MEMORY_S

    def lasts(self, slow: bool) -> bool:
        """Take in whether the model is slow now, and return whether it has been for three seconds."""
        if not slow:
            self._slow_since = None
            return False
        now = self._clock()
        self._slow_since = self._slow_since if self._slow_since is not None else now
        return now - self._slow_since >= _SLOW_AFTER_S
