"""Frames of late, as many as fit into a fixed amount of memory, so that stepping back need not decode anew."""

from collections import OrderedDict
from typing import Final

from uiac_desktop.frame import Frame

MOST_BYTES: Final = 128 << 20


class FrameCache:
    """The frames that were used last, by number; used by one thread.

    Parameters
    ----------
    most_bytes
        Of all pixels together; the frame that was put in last always stays.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._frames: OrderedDict[int, Frame] = OrderedDict()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """What the pixels take now."""
        return self._bytes

    def clear(self) -> None:
        """Keep none of them any more."""
        self._frames.clear()
        self._bytes = 0

    def get(self, index: int) -> Frame | None:
        """Return a frame, or None where it is not here (any more)."""
        frame = self._frames.get(index)
        if frame is not None:
            self._frames.move_to_end(index)
        return frame

    def put(self, frame: Frame) -> None:
        """Add a frame; those that were not used for longest go."""
        former = self._frames.pop(frame.index, None)
        self._bytes += frame.pixels.nbytes - (former.pixels.nbytes if former is not None else 0)
        self._frames[frame.index] = frame
        while self._bytes > self._most and len(self._frames) > 1:
            _, gone = self._frames.popitem(last=False)
            self._bytes -= gone.pixels.nbytes
