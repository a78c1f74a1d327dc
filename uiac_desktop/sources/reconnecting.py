"""A live source that says within three seconds when pictures stay away, and comes back by itself."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.sources.base import FrameSource, LinkNews, PictureBack, PictureLost, SourceInfo
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.grabber import Grabber, Shot
from uiac_desktop.sources.notices import Notices
from uiac_desktop.sources.pauses import Pauses
from uiac_desktop.sources.privacy import setting as privacy
from uiac_desktop.sources.privacy.setting import Privacy

SILENT_S: Final = 2.5
"""After so many seconds without a picture it is called lost."""

_LOOK_S: Final = 0.5
_SLEPT_S: Final = 5.0
_HANGING_MOST: Final = 3


class ReconnectingSource(FrameSource):
    """Pictures of a device or a connection, the newest alone, across every loss.

    A grabber thread draws from the feed; ``read`` waits for its newest picture and, meanwhile, watches: a feed that
    breaks, ends or is silent for 2.5 s is let go, and another is opened after growing pauses. A driver that hangs is
    left to its thread. ``index`` goes on across a gap; ``time_s`` is the wall's time, so the gap is in it.

    Parameters
    ----------
    name, kind
        As in `SourceInfo`.
    connect
        Makes the next feed, by name, so that a device is found again on another port.
    setting
        Crop and masks.
    clock
        Seconds that run on while the PC sleeps, where the system has such a clock.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        connect: Callable[[], Feed],
        setting: Privacy = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.info = SourceInfo(name, kind, 0, 0, None, None, None, seekable=False, paced=False)
        self._connect = connect
        self._setting = setting
        self._clock = clock or _awake_or_not
        self._changed = threading.Condition()
        self._pauses = Pauses()
        self._notices = Notices()
        self._grabber: Grabber | None = None
        self._hanging: list[Grabber] = []
        self._tell: Callable[[LinkNews], None] = lambda _news: None
        self._lost: PictureLost | None = None
        self._next_try_at = 0.0
        self._ahead: Shot | None = None
        self._first_at: float | None = None
        self._last_at = 0.0
        self._index = 0
        self._skipped = 0
        self._interrupted = self._closed = False

    def follow(self, tell: Callable[[LinkNews], None]) -> None:
        """Name who is told, in the thread that reads, when pictures stay away and when they are back."""
        self._tell = tell

    def begin(self) -> None:
        """Wait for the first picture, for as long as the feed may take.

        Raises
        ------
        SourceError
            The feed cannot be opened, gives nothing, or the wait was interrupted.
        """
        if self._first_at is not None or self._closed:
            return
        name = self.info.name
        grabber = self._grabber = self._new_grabber()
        with self._changed:
            limit_s = grabber.feed.first_picture_s
            self._changed.wait_for(
                lambda: self._interrupted or grabber.trouble is not None or grabber.has_shot, timeout=limit_s
            )
            shot, trouble, interrupted = grabber.take(), grabber.trouble, self._interrupted
        if interrupted:
            raise SourceError(f"{name} was not opened: it was given up.", "Open it again.")
        if shot is None:
            raise trouble or SourceError(f"{name} gave no picture in {limit_s:.0f} s.", grabber.feed.fault)
        self._first_at = self._last_at = shot.taken_at
        self._ahead = shot
        self._seen(shot)

    def read(self) -> Frame | None:
        """Wait for the newest picture and return it, cropped and masked; None once interrupted.

        Raises
        ------
        SourceError
            It was closed.
        """
        if self._closed:
            raise SourceError(f"{self.info.name} was closed.", "Open it again.")
        self.begin()
        shot, self._ahead = self._ahead, None
        shot = shot if shot is not None else self._wait_for_shot()
        if shot is None or self._first_at is None:
            return None
        self._last_at = shot.taken_at
        frame = Frame(self._seen(shot), self._index, shot.taken_at - self._first_at, shot.taken_at)
        self._index += 1
        return frame

    def seek(self, time_s: float) -> None:
        """Do nothing: what was is gone."""

    def interrupt(self) -> None:
        """From any thread: let who waits come back at once."""
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()
        grabber = self._grabber
        if grabber is not None:
            grabber.feed.interrupt()

    def try_now(self) -> None:
        """From any thread: try again now."""
        with self._changed:
            self._next_try_at = 0.0
            self._changed.notify_all()

    def close(self) -> None:
        """Let the feed go; what hangs is left to itself."""
        self._closed = True
        self.interrupt()
        self._let_go()
        for grabber in self._hanging:
            grabber.join(grabber.feed.lets_go_s)

    @property
    def hangs(self) -> bool:
        """Whether a driver did not let go when the source was closed."""
        return self._closed and any(not grabber.join(0) for grabber in self._hanging)

    @property
    def skipped(self) -> int:
        """Pictures that a newer one replaced before they were read."""
        grabber = self._grabber
        return self._skipped + (grabber.skipped if grabber is not None else 0)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was left out or differs from what was asked for, one line each."""
        return self._notices.lines

    # The wait

    def _wait_for_shot(self) -> Shot | None:
        while True:
            grabber = self._grabber
            looked_at = self._clock()
            with self._changed:
                if self._interrupted:
                    return None
                shot = grabber.take() if grabber is not None else None
                trouble = grabber.trouble if grabber is not None else None
                if shot is None and trouble is None:
                    self._changed.wait(self._pause_until_next_look(grabber))
            if shot is not None:
                self._come_back(shot)
                return shot
            if trouble is not None and not isinstance(trouble, SourceError):
                raise trouble
            slept = self._clock() - looked_at > _SLEPT_S
            self._watch(grabber, trouble, slept=slept)

    def _pause_until_next_look(self, grabber: Grabber | None) -> float:
        left_s = self._next_try_at - time.monotonic() if grabber is None else _LOOK_S
        return min(max(left_s, 0.0), _LOOK_S)

    def _watch(self, grabber: Grabber | None, trouble: SourceError | None, *, slept: bool) -> None:
        now = time.monotonic()
        if grabber is None:
            if now >= self._next_try_at:
                self._try_again()
        elif slept:
            self._lose("The PC was asleep.", grabber.feed.fault, at_once=True)
        elif trouble is not None:
            self._lose(trouble.message, trouble.advice)
        elif now - grabber.silent_since > (SILENT_S if self._lost is None else grabber.feed.again_s):
            self._lose(f"No picture comes from {self.info.name}.", grabber.feed.fault)

    def _lose(self, why: str, advice: str, *, at_once: bool = False) -> None:
        self._let_go()
        pause_s = 0.0 if at_once else self._pauses.next_s()
        with self._changed:
            self._next_try_at = next_try_at = time.monotonic() + pause_s
        self._say(PictureLost(why, advice, self._last_at, next_try_at))

    def _try_again(self) -> None:
        self._hanging = [former for former in self._hanging if not former.join(0)]
        if len(self._hanging) >= _HANGING_MOST:
            self._lose(f"The driver of {self.info.name} hangs.", "Pull its plug and put it in again.")
            return
        if self._lost is not None:
            self._say(replace(self._lost, next_try_at=None))
        self._grabber = self._new_grabber()

    def _come_back(self, shot: Shot) -> None:
        if self._lost is not None:
            self._lost = None
            self._pauses.begin_anew()
            self._tell(PictureBack(shot.taken_at - self._last_at))

    def _say(self, lost: PictureLost) -> None:
        self._lost = lost
        self._tell(lost)

    def _new_grabber(self) -> Grabber:
        return Grabber(self._connect(), self.info.name, self._changed)

    def _let_go(self) -> None:
        grabber, self._grabber = self._grabber, None
        if grabber is not None:
            grabber.let_go()
            self._skipped += grabber.skipped
            self._hanging.append(grabber)

    # What is seen

    def _seen(self, shot: Shot) -> Pixels:
        """Return what of a picture may be seen, and learn size, rate and notes from it."""
        height, width = shot.pixels.shape[:2]
        self._notices.tell(privacy.mismatch(self._setting, width, height))
        seen = privacy.apply(shot.pixels, self._setting)
        grabber = self._grabber
        if grabber is not None:
            for place, note in enumerate(grabber.feed.notes):
                self._notices.put(place, note)
            size_and_rate = (seen.shape[1], seen.shape[0], grabber.feed.fps)
            if (self.info.width, self.info.height, self.info.fps) != size_and_rate:
                width, height, fps = size_and_rate
                self.info = replace(self.info, width=width, height=height, fps=fps)
        return seen


def _awake_or_not() -> float:
    """Return seconds that also run while the PC sleeps, where the system tells them."""
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_clock is None else time.clock_gettime(boot_clock)
