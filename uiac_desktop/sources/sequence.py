"""Pictures that can be fetched by number (stills of a folder, frames of a DICOM file) as one source with times."""

import time
from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.sources.base import FrameSource, SourceInfo
from uiac_desktop.sources.notices import Notices
from uiac_desktop.sources.privacy import setting as privacy
from uiac_desktop.sources.privacy.setting import Privacy


class UnreadablePictureError(Exception):
    """One picture of several cannot be read; the text says why, in the user's words."""


class PictureSequence(FrameSource):
    """A source over pictures that are fetched one by one, none kept; unreadable ones fall out.

    A picture that cannot be read loses its place: those after it move up by one, and keep their times. Cut ones are
    found when the source is opened, by their ends; those that are damaged inside, where they are met.

    Parameters
    ----------
    info
        Its size, number of frames and duration are filled in here.
    times
        Time of each picture in seconds, ascending from any start; as many as there are pictures.
    setting
        Crop and masks.

    Raises
    ------
    SourceError
        None of the pictures can be read.
    """

    def __init__(self, info: SourceInfo, times: Sequence[float], setting: Privacy) -> None:
        self.info = info
        self._setting = setting
        self._notices = Notices()
        self._places = list(range(len(times)))
        self._times = list(times)
        self._next = 0
        self._sought_s: float | None = None
        self._closed = False
        self._ahead: tuple[int, Pixels] | None = None
        self._open_at_first_readable()

    @abstractmethod
    def _fetch(self, place: int) -> Pixels:
        """Return a whole picture by its original number, uint8 (H, W) or (H, W, 3).

        Raises
        ------
        UnreadablePictureError
            It cannot be read.
        """

    def _is_suspect(self, _place: int) -> bool:
        """Tell, by a glance at its end, that a picture may be cut."""
        return False

    def _lose(self, _reason: str) -> None:
        """Tell that a picture fell out."""
        self._notices.lose()

    def _nothing_readable(self, reason: str) -> SourceError:
        return SourceError(f"{self.info.name}: {reason}.", "Export the pictures again, or choose another file.")

    def read(self) -> Frame | None:
        """Return the next frame, cropped and masked, or None at the end."""
        if self._closed:
            raise SourceError(f"{self.info.name} was closed.", "Open it again.")
        while (number := self._due()) < len(self._places):
            pixels = self._take(number)
            if pixels is not None:
                self._next, self._sought_s = number + 1, None
                return Frame(pixels, number, self._times[number], time.monotonic())
        return None

    def seek(self, time_s: float) -> None:
        """Make the next ``read`` return the frame shown at ``time_s``."""
        self._sought_s = time_s

    @property
    def known(self) -> int:
        """How many pictures there are; fewer once unreadable ones have fallen out."""
        return len(self._places)

    def time_of(self, index: int) -> float:
        """Return the time of a picture, seconds."""
        return self._times[index]

    def close(self) -> None:
        """Let go of the files."""
        self._closed = True

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was skipped or repaired so far, one line each."""
        return self._notices.lines

    def _due(self) -> int:
        if self._sought_s is None:
            return self._next
        return max(bisect_right(self._times, self._sought_s) - 1, 0)

    def _take(self, number: int) -> Pixels | None:
        """Return what may be seen of a picture, or None when it fell out of the sequence."""
        place = self._places[number]
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == place:
            return ahead[1]
        whole = self._fetch_or_drop(number)
        if whole is None:
            return None
        height, width = whole.shape[:2]
        self._notices.tell(privacy.mismatch(self._setting, width, height))
        return privacy.apply(whole, self._setting)

    def _fetch_or_drop(self, number: int) -> Pixels | None:
        try:
            return self._fetch(self._places[number])
        except UnreadablePictureError as error:
            self._lose(str(error))
            del self._places[number], self._times[number]
            self._count()
            return None

    def _drop_cut_ones(self) -> None:
        """Take out the pictures that have no end; if the first is sound without one, an end means nothing here."""
        suspects = [place for place in self._places if self._is_suspect(place)]
        if suspects[:1] != self._places[:1]:
            for place in suspects:
                self._fetch_or_drop(self._places.index(place))

    def _open_at_first_readable(self) -> None:
        first, reason = None, "it holds no pictures"
        while first is None and self._places:
            place = self._places[0]
            first = self._take(0)
            reason = "none of its pictures can be read"
        if first is None:
            self.close()
            raise self._nothing_readable(reason)
        start = self._times[0]
        self._times = [time_s - start for time_s in self._times]
        self._ahead = (place, first)
        self._drop_cut_ones()
        self.info = replace(self.info, width=first.shape[1], height=first.shape[0])
        self._count()

    def _count(self) -> None:
        frames = len(self._places)
        fps = self.info.fps
        duration = self._times[-1] + 1 / fps if frames and fps else None
        self.info = replace(self.info, frames=frames, duration_s=duration)
