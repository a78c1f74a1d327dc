"""The frames of a clip by number: exact, and quick in the ways in which people look, on, back and about."""

from typing import Final

from uiac_desktop.frame import Frame
from uiac_desktop.session.review.frame_cache import FrameCache
from uiac_desktop.sources.base import FrameSource

_BACK_BY: Final = 16
_INSTANT_S: Final = 1e-9
_LOOK_S: Final = 0.2


class ClipFrames:
    """Gives any frame of a source by its number; used by one thread.

    Parameters
    ----------
    source
        Open, seekable, and nobody else's.
    cache
        Where frames are kept for a while.
    """

    def __init__(self, source: FrameSource, cache: FrameCache | None = None) -> None:
        self.source: Final = source
        self._cache = cache or FrameCache()
        self._due = 0
        self._last = -1

    @property
    def known(self) -> int:
        """How many frames can be asked for."""
        return self.source.known

    def time_of(self, index: int) -> float:
        """Return the time of a known frame, seconds."""
        return self.source.time_of(index)

    def number_at(self, time_s: float) -> int:
        """Return the number of the last known frame whose time is not after this, the first for earlier times."""
        low, high = 0, max(self.known - 1, 0)
        while low < high:
            middle = (low + high + 1) // 2
            if self.time_of(middle) <= time_s:
                low = middle
            else:
                high = middle - 1
        return low

    def heed(self, index: int, time_s: float) -> bool:
        """Take a frame's time from who has read every frame up to it; True where numbers change, and frames go."""
        changed = self.source.heed(index, time_s)
        if changed:
            self._cache.clear()
            self._due = self._last = -1
        return changed

    def at(self, time_s: float) -> Frame | None:
        """Return the frame that is shown at a time, by the number that it has once all before it were read."""
        self.source.seek(time_s)
        return self._next()

    def fetch(self, index: int) -> Frame | None:
        """Return a frame; the last one before it where it turns out not to be there, None where there are none.

        Raises
        ------
        SourceError
            The source cannot go on.
        """
        while index >= self.known and self.source.learn(_LOOK_S):
            pass
        index = min(index, self.known - 1) if self.known else index
        frame = self._cache.get(index)
        if frame is None:
            back = 0 < self._last - index <= _BACK_BY
            frame = self._read(index, max(index - _BACK_BY, 0) if back else index)
        if frame is not None:
            self._last = frame.index
        return frame

    def glance(self, index: int) -> Frame | None:
        """Return a frame as `fetch` does, leaving alone what is kept for stepping."""
        frame = self._cache.get(index)
        return frame if frame is not None else self._go_to(min(index, self.known - 1))

    def _read(self, index: int, start: int) -> Frame | None:
        """Read on from a frame up to another one, keeping all."""
        frame = self._next() if self._due == index else self._go_to(start)
        while frame is not None:
            self._cache.put(frame)
            if frame.index >= index:
                return frame
            frame = self._next()
        return self._go_to(self.known - 1) if self.known else None

    def _go_to(self, index: int) -> Frame | None:
        if self._due == index:
            return self._next()
        time_s = self.time_of(index)
        self.source.seek(time_s)
        frame = self._next()
        if frame is not None and frame.index > index:
            self.source.seek(time_s - _INSTANT_S)
            frame = self._next()
            while frame is not None and frame.index < index:
                frame = self._next()
        return frame

    def _next(self) -> Frame | None:
        frame = self.source.read()
        self._due = frame.index + 1 if frame is not None else -1
        return frame
