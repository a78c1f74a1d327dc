"""The simulated scan as a source: endless like a real examination, any moment of it at once, rendered as it is read."""

import time
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.sources.base import FrameSource, SourceInfo
from uiac_desktop.sources.notices import Notices
from uiac_desktop.sources.privacy import setting as privacy
from uiac_desktop.sources.privacy.setting import Privacy

NAME: Final = "Simulated scan"


class SimulatedSource(FrameSource):
    """A simulated examination.

    Frames are rendered in the thread that reads, so a slow machine gets fewer of them, never older ones.

    Parameters
    ----------
    seed
        Names the fetus, the scanner and the hand, 0 or more.
    setting
        Crop and masks.
    endless
        Go on for ever; else end after one way through all planes.
    size
        Height of a frame in pixels; its width is 4/3 of it.
    fps
        Frames a second.

    Raises
    ------
    DesktopError
        A number is out of range.
    """

    def __init__(
        self,
        seed: int = 0,
        setting: Privacy = None,
        *,
        endless: bool = True,
        size: int = 720,
        fps: float = 30.0,
    ) -> None:
        self._scan = SimulatedScan(seed, size, fps)
        self._setting = setting
        self._notices = Notices()
        self._next = 0
        self._closed = False
        frames = None if endless else self._scan.sweep_frames
        first = self._frame(0)
        height, width = first.pixels.shape[:2]
        duration = None if frames is None else frames / fps
        self._ahead: Frame | None = first
        self.info = SourceInfo(NAME, "simulated", width, height, fps, frames, duration, seekable=True, paced=True)

    def read(self) -> Frame | None:
        """Render and return the next frame, cropped and masked, or None at the end of a single sweep."""
        if self._closed:
            raise SourceError(f"{NAME} was closed.", "Open it again.")
        if self.info.frames is not None and self._next >= self.info.frames:
            return None
        ahead, self._ahead = self._ahead, None
        frame = ahead if ahead is not None and ahead.index == self._next else self._frame(self._next)
        self._next += 1
        return frame

    def seek(self, time_s: float) -> None:
        """Make the next ``read`` return the frame shown at ``time_s``."""
        number = max(round(time_s * self._scan.fps), 0)
        while number > 0 and number / self._scan.fps > time_s:
            number -= 1
        self._next = number if self.info.frames is None else min(number, self.info.frames - 1)

    @property
    def known(self) -> int:
        """Frames of a single sweep; an endless scan has no number of frames."""
        return self.info.frames or 0

    def time_of(self, index: int) -> float:
        """Return the time of a frame, seconds."""
        return index / self._scan.fps

    def close(self) -> None:
        """Stop giving frames."""
        self._closed = True

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was repaired so far, one line each."""
        return self._notices.lines

    def _frame(self, index: int) -> Frame:
        whole, _ = self._scan.render(index)
        height, width = whole.shape[:2]
        self._notices.tell(privacy.mismatch(self._setting, width, height))
        return Frame(privacy.apply(whole, self._setting), index, index / self._scan.fps, time.monotonic())
