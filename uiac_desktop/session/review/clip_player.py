"""The thread that shows a clip in Review: the frame that was asked for last, exactly, and then, if it plays, the next.

What is asked for while a frame is decoded replaces what was asked before, so that a drag along the timeline does not
queue up.
"""

import time
from collections.abc import Callable
from typing import Final, Protocol

from typing_extensions import override

from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.media import shrunk
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.session.gone import gone
from uiac_desktop.session.pace import Pace
from uiac_desktop.session.review.clip_frames import ClipFrames
from uiac_desktop.session.review.marks import FrameRange
from uiac_desktop.session.review.thread import ReviewThread
from uiac_desktop.sources.base import FrameSource

THUMB_WIDTH: Final = 160
_LEARN_S: Final = 0.05
_LATE_S: Final = 0.25
_MOST_THUMBS: Final = 64
_MAY_MOVE: Final = 64


class PlayerListener(Protocol):
    """Who is told, in the player's thread; must not wait."""

    def on_opened(self, player: "ClipPlayer") -> None:
        """The source is open, and its first frame decoded."""

    def on_learned(self, player: "ClipPlayer") -> None:
        """More frames are known, or a warning came."""

    def on_frame(self, player: "ClipPlayer", frame: Frame) -> None:
        """A frame is to be shown."""

    def on_thumb(self, player: "ClipPlayer", index: int, pixels: Pixels) -> None:
        """The small picture of a frame."""

    def on_failed(self, player: "ClipPlayer", error: DesktopError) -> None:
        """It cannot be opened, or not be read on."""

    def on_bug(self, error: Exception) -> None:
        """Something went wrong inside the program."""


class ClipPlayer(ReviewThread):
    """One clip being looked at; once started it opens the clip and shows its first frame.

    Parameters
    ----------
    open_source
        Opens the clip, in the player's thread.
    listener
        Who is told.
    """

    def __init__(self, open_source: Callable[[], FrameSource], listener: PlayerListener) -> None:
        super().__init__("review-player", listener.on_bug)
        self._open_source = open_source
        self._listener: Final = listener
        self._wanted: int | None = 0
        self._shown = -1
        self._playing = False
        self._loop: FrameRange | None = None
        self._looping = False
        self._pace: Final = Pace()
        self._thumbs: list[int] = []
        self._heard: tuple[int, float] | None = None
        self._times: list[float] = []
        self.source: FrameSource | None = None
        self.counted = False

    def show(self, index: int) -> None:
        """Show this frame in place of what was asked for before."""
        with self._orders:
            self._wanted = max(index, 0)
            self._pace.forget()
            self._orders.notify_all()

    def play(self, on: bool) -> None:
        """Play on from the frame that is asked for, or stay at it."""
        with self._orders:
            self._playing = on
            self._pace.forget()
            if on and self._wanted is None and not self._looping and self._shown >= len(self._times) - 1 > 0:
                self._wanted = 0
            self._orders.notify_all()

    def set_speed(self, factor: float) -> float:
        """Play so many times as fast; return what it is held to."""
        with self._orders:
            self._pace.set_speed(factor, time.monotonic())
            self._orders.notify_all()
            return self._pace.speed

    def set_loop(self, on: bool, within: FrameRange | None) -> None:
        """Play round and round, within a range or the whole clip."""
        with self._orders:
            self._looping, self._loop = on, within
            self._orders.notify_all()

    def heed(self, index: int, time_s: float) -> None:
        """Take from who has read every frame up to this one when it is shown: damage may hide from who jumps."""
        with self._orders:
            self._heard = index, time_s
            self._orders.notify_all()

    def want_thumb(self, index: int) -> None:
        """Make a frame's small picture when there is nothing else to do."""
        with self._orders:
            if index not in self._thumbs:
                self._thumbs = [*self._thumbs, index][-_MOST_THUMBS:]
                self._orders.notify_all()

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._playing

    @property
    def speed(self) -> float:
        """How fast."""
        return self._pace.speed

    @property
    def busy(self) -> bool:
        """Whether a frame that was asked for is not shown yet: others leave it the processor."""
        return self._wanted is not None

    @property
    def times(self) -> list[float]:
        """Times of the known frames, seconds; only ever added to, but for frames that turn out not to decode."""
        return self._times

    @override
    def _work(self) -> None:
        try:
            self.source = source = self._open_source()
            with source:
                frames = ClipFrames(source)
                self._learn(frames, 0.0)
                self._listener.on_opened(self)
                while not self._stopping:
                    self._turn(frames)
        except DesktopError as error:
            self._fail(error)
        except OSError as error:
            self._fail(gone(self.source.info.name if self.source is not None else "The clip", error))

    def _fail(self, error: DesktopError) -> None:
        self._playing, self._wanted = False, None
        if not self._stopping:
            self._listener.on_failed(self, error)

    def _turn(self, frames: ClipFrames) -> None:
        with self._orders:
            wanted = self._wanted
            thumb = self._thumbs[0] if self._thumbs else None
            heard, self._heard = self._heard, None
        if heard is not None and frames.known:
            self._take_numbers(frames, *heard)
        elif wanted is not None:
            self._show(frames, wanted, asked=True)
        elif self._playing:
            self._play_on(frames)
        elif thumb is not None:
            self._make_thumb(frames, thumb)
        elif not self.counted:
            self._learn(frames, _LEARN_S)
        else:
            with self._orders:
                self._orders.wait_for(lambda: self._stopping or self._playing or self.busy or bool(self._thumbs)
                                      or self._heard is not None)  # fmt: skip

    def _show(self, frames: ClipFrames, index: int, *, asked: bool) -> None:
        frame = frames.fetch(index)
        with self._orders:
            if self._wanted == (index if asked else None):
                self._wanted = None
            elif not asked:
                return
            if frame is not None:
                self._shown = frame.index
        if frames.known != len(self._times):
            self._learn(frames, 0.0)
        if frame is not None:
            self._listener.on_frame(self, frame)

    def _take_numbers(self, frames: ClipFrames, index: int, time_s: float) -> None:
        """Let the picture on screen stay, under the number that it has by decoding."""
        shown_s = frames.time_of(min(max(self._shown, 0), frames.known - 1))
        if not frames.heed(index, time_s):
            return
        self._times = []
        frame = frames.at(shown_s)
        if frame is not None:
            self._shown = frame.index
            self._learn(frames, 0.0)
            self._listener.on_frame(self, frame)

    def _play_on(self, frames: ClipFrames) -> None:
        following = self._following(frames)
        if following is None:
            with self._orders:
                self._playing = False
            self._listener.on_learned(self)
            return
        with self._orders:
            if following != self._shown + 1:
                self._pace.forget()
            now = time.monotonic()
            due = self._pace.due(frames.time_of(following), now)
            if now - due > _LATE_S:
                self._pace.begin(frames.time_of(following), now)
            if due > now:
                self._orders.wait_for(lambda: self._stopping or not self._playing or self.busy, due - now)
                if self._stopping or not self._playing or self.busy or time.monotonic() < due:
                    return
        self._show(frames, following, asked=False)

    def _following(self, frames: ClipFrames) -> int | None:
        """Return the frame that is played next, None at the end."""
        following = self._shown + 1
        while following >= frames.known and self._learn(frames, _LEARN_S):
            pass
        with self._orders:
            within = self._loop if self._looping else None
            if within is not None and not within.first <= following <= within.last:
                return min(within.first, frames.known - 1)
            if following < frames.known:
                return following
            return 0 if self._looping and frames.known > 1 else None

    def _make_thumb(self, frames: ClipFrames, index: int) -> None:
        frame = frames.glance(index)
        with self._orders:
            self._thumbs = [other for other in self._thumbs if other != index]
        if frame is not None:
            self._listener.on_thumb(self, index, shrunk(frame.pixels, THUMB_WIDTH))

    def _learn(self, frames: ClipFrames, seconds: float) -> bool:
        """Look for further frames; True while there may be more."""
        more = frames.source.learn(seconds)
        sure = min(max(len(self._times) - _MAY_MOVE, 0), frames.known)
        self._times = self._times[:sure] + [frames.time_of(index) for index in range(sure, frames.known)]
        self.counted = not more
        self._listener.on_learned(self)
        return more
