"""Single frames of an exam's clip, which the recorder wrote: read forward without a seek, so numbers are exact."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import av
import numpy as np

from uiac_desktop.errors import StoreError
from uiac_desktop.frame import Pixels


class ClipPictures:
    """Frames of one clip by number, for one thread.

    Parameters
    ----------
    path
        Of the clip.
    width, height
        Of its frames, pixels; H.264 may have added a column or a row.
    """

    def __init__(self, path: Path, width: int, height: int) -> None:
        self._path = path
        self._size = (height, width)
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._next = 0
        self._last: tuple[int, Pixels] | None = None
        self._open = False

    def at(self, number: int) -> Pixels:
        """Return a frame, uint8 (H, W, 3); cheap where numbers ascend.

        Raises
        ------
        StoreError
            The file is gone or damaged, or shorter than that.
        """
        if self._last is not None and self._last[0] == number:
            return self._last[1]
        if not self._open or number < self._next:
            self.close()
            self._frames, self._next, self._open = self._decoded(), 0, True
        try:
            frame = next(islice(self._frames, number - self._next, None))
        except (OSError, av.error.FFmpegError, IndexError, StopIteration) as error:
            self._open = False
            raise _damaged() from error
        self._next = number + 1
        height, width = self._size
        pixels: Pixels = np.ascontiguousarray(frame.to_ndarray(format="rgb24")[:height, :width], np.uint8)
        self._last = number, pixels
        return pixels

    def close(self) -> None:
        """Let go of the file."""
        frames, self._frames, self._open = self._frames, iter(()), False
        if hasattr(frames, "close"):
            frames.close()

    def _decoded(self) -> Iterator[av.VideoFrame]:
        with closing(av.open(str(self._path))) as container:
            container.streams.video[0].thread_type = "NONE"
            yield from container.decode(video=0)


def _damaged() -> StoreError:
    return StoreError(
        "A clip of this exam cannot be read as far as its labels go.",
        "Its labels are safe. Put its file back from a copy of the folder media.",
    )
