"""Small pictures of the exam that is open, each read once: decoding is dear, and a kept picture never changes."""

from uiac_desktop.exam.report import picture_of
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Pixels

_THUMB = 160


class ExamPictures:
    """What was read of one exam's frames; used by the thread of its store.

    Parameters
    ----------
    store
        Open.
    """

    def __init__(self, store: ExamStore) -> None:
        self._store = store
        self._read: dict[tuple[int, int], Pixels | None] = {}

    def picture(self, frame_id: int, width: int) -> Pixels | None:
        """Return a frame's picture, at most so many pixels wide; None where its file is gone or damaged."""
        if (frame_id, width) not in self._read:
            self._read[frame_id, width] = picture_of(self._store, frame_id, width)
        return self._read[frame_id, width]

    def thumb(self, frame_id: int) -> tuple[Pixels | None, bool]:
        """Return the thumbnail that was read, and whether it was; reads nothing."""
        return self._read.get((frame_id, _THUMB)), (frame_id, _THUMB) in self._read

    def read_thumb(self, frame_id: int) -> None:
        """Read a thumbnail."""
        self.picture(frame_id, _THUMB)

    def forget(self) -> None:
        """Let go of what was read, since another exam is opened or this one erased."""
        self._read.clear()
