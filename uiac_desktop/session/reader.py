"""The thread that owns a source: it holds back each frame to its time and obeys play, pause, seek and step."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Frame
from uiac_desktop.session.events import EventBox, SourceEnded, SourceFailed, SourceLearned, SourceOpened
from uiac_desktop.session.pace import Pace
from uiac_desktop.session.source_warnings import WarningTeller
from uiac_desktop.sources.base import FrameSource, SourceInfo

ReaderState: TypeAlias = Literal["opening", "playing", "paused", "ended", "failed"]

_LATE_S: Final = 0.5
_REMEMBERED_TIMES: Final = 512
_STEP_FPS: Final = 10.0


@dataclass(frozen=True, slots=True)
class _Seek:
    time_s: float
    epoch: int


@dataclass(frozen=True, slots=True)
class _Step:
    frames: int
    epoch: int


class Reader:
    """Reads a source in its own thread (`run`) and publishes frames at the source's pace.

    Commands may come from any thread; they are put down under a lock and obeyed by the thread that owns the source. Of
    several seeks that come while one is under way only the last is done.

    Parameters
    ----------
    open_source
        Opens the source; called in the reader's thread, since opening may take long.
    publish
        Takes each frame at its time; must not wait.
    events
        Where opening, warnings, the end and failures are told.
    """

    def __init__(
        self, open_source: Callable[[], FrameSource], publish: Callable[[Frame], None], events: EventBox
    ) -> None:
        self._open_source = open_source
        self._publish = publish
        self._events = events
        self._condition = threading.Condition()
        self._pace = Pace()
        self._state: ReaderState = "playing"
        self._order: _Seek | _Step | None = None
        self._changed = False
        self._stopping = False
        self._epoch = 0
        self._info: SourceInfo | None = None
        self._read = 0
        self._passed_over = 0
        # Below: touched by the reader's thread alone.
        self._held: Frame | None = None
        self._shown: Frame | None = None
        self._times: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED_TIMES)
        self._frame_epoch = 0
        self._warnings = WarningTeller(events)
        self._seeking_helps = True

    # Commands and questions, from any thread.

    @property
    def state(self) -> ReaderState:
        """What the reader is doing; ``opening`` until the source is open, whatever was asked for meanwhile."""
        with self._condition:
            return "opening" if self._info is None and self._state != "failed" else self._state

    @property
    def epoch(self) -> int:
        """The epoch that counts: frames of an older one belong to a place that was left."""
        with self._condition:
            return self._epoch

    @property
    def info(self) -> SourceInfo | None:
        """What the source says of itself, once it is open."""
        with self._condition:
            return self._info

    @property
    def position_s(self) -> float:
        """Source time of the newest published frame, seconds."""
        shown = self._shown
        return shown.time_s if shown is not None else 0.0

    @property
    def speed(self) -> float:
        """Source seconds a wall second."""
        with self._condition:
            return self._pace.speed

    @property
    def frames_read(self) -> int:
        """Frames that the source gave."""
        return self._read

    @property
    def frames_passed_over(self) -> int:
        """Frames that were jumped because the source could not keep its own pace."""
        return self._passed_over

    def play(self) -> None:
        """Go on, or start again from the first frame after the end."""
        with self._condition:
            if self._state == "ended":
                self._put_down_seek(0.0)
            if self._state in ("paused", "ended"):
                self._switch("playing")

    def pause(self) -> None:
        """Hold the frame on screen; a device is read on, so that its buffer does not grow old."""
        with self._condition:
            if self._state == "playing":
                self._switch("paused")

    def seek(self, time_s: float) -> None:
        """Go to the frame shown at ``time_s`` and raise the epoch; after the end, play on from there."""
        with self._condition:
            if not self._can_seek():
                return
            self._put_down_seek(time_s)
            if self._state == "ended":
                self._switch("playing")

    def step(self, frames: int) -> None:
        """Pause and move by ``frames``, forward or (negative) back; where seeking is impossible only forward."""
        with self._condition:
            if frames == 0 or self._state == "failed" or (frames < 0 and not self._can_seek()):
                return
            if isinstance(self._order, _Step):
                frames += self._order.frames
            self._epoch += frames < 0
            self._order = _Step(frames, self._epoch)
            self._switch("paused")

    def set_speed(self, factor: float) -> None:
        """Play faster or slower, 0.25 to 4 times."""
        with self._condition:
            self._pace.set_speed(factor, time.monotonic())
            self._notify()

    def stop(self) -> None:
        """Ask the thread to let go of the source and end."""
        with self._condition:
            self._stopping = True
            self._notify()

    def _can_seek(self) -> bool:
        return self._state != "failed" and (self._info is None or self._info.seekable)

    def _put_down_seek(self, time_s: float) -> None:
        self._epoch += 1
        self._order = _Seek(max(time_s, 0.0), self._epoch)
        self._notify()

    def _switch(self, state: ReaderState) -> None:
        if state == "playing":
            self._pace.forget()
        self._state = state
        self._notify()

    def _notify(self) -> None:
        self._changed = True
        self._condition.notify_all()

    # The reader's own thread.

    def run(self) -> None:
        """Open the source and follow it until `stop`, a failure, or for good after the end."""
        try:
            with self._open_source() as source:
                self._welcome(source)
                while not self._stopped():
                    self._turn(source)
        except (DesktopError, NasError) as error:
            self._fail()
            self._events.tell(SourceFailed(error.message, error.advice))
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._fail()
            self._events.tell_bug(error)

    def _stopped(self) -> bool:
        with self._condition:
            return self._stopping

    def _fail(self) -> None:
        with self._condition:
            self._state = "failed"

    def _welcome(self, source: FrameSource) -> None:
        with self._condition:
            self._info = source.info
        self._events.tell(SourceOpened(source.info))

    def _turn(self, source: FrameSource) -> None:
        order = self._take_order()
        if isinstance(order, _Seek):
            self._go_to(source, order.time_s)
        elif isinstance(order, _Step):
            self._step(source, order.frames)
        elif self._resting(source):
            self._wait_for_change()
        else:
            self._advance(source)

    def _take_order(self) -> _Seek | _Step | None:
        with self._condition:
            order, self._order, self._changed = self._order, None, False
            if order is not None:
                self._frame_epoch = order.epoch
            return order

    def _resting(self, source: FrameSource) -> bool:
        """Whether there is nothing to read now; a paused device is drained, not rested."""
        with self._condition:
            paused = self._state == "paused" and source.info.paced and self._shown is not None
            return paused or self._state == "ended"

    def _wait_for_change(self) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._changed)

    def _advance(self, source: FrameSource) -> None:
        frame = self._next(source)
        if frame is None:
            self._end()
        elif not source.info.paced:
            self._show_unless_paused(frame)
        elif (late_s := self._wait_until_due(frame)) is None:
            self._held = frame
        elif late_s > _LATE_S:
            self._catch_up(source, frame)
        else:
            self._show(frame)

    def _next(self, source: FrameSource) -> Frame | None:
        held, self._held = self._held, None
        if held is not None:
            return held
        frame = source.read()
        self._warnings.pass_on(source.warnings, at_end=frame is None)
        if source.info is not self._info:
            self._learn(source.info)
        if frame is not None:
            self._read += 1
            self._times.append((frame.index, frame.time_s))
        return frame

    def _learn(self, info: SourceInfo) -> None:
        with self._condition:
            self._info = info
        self._events.tell(SourceLearned(info))

    def _wait_until_due(self, frame: Frame) -> float | None:
        """Wait for the frame's time and return by how many seconds it is late; None where a command came first."""
        with self._condition:
            while not self._changed:
                now = time.monotonic()
                left_s = self._pace.due(frame.time_s, now) - now
                if left_s <= 0:
                    return -left_s
                self._condition.wait(left_s)
            return None

    def _catch_up(self, source: FrameSource, frame: Frame) -> None:
        """Jump to what is due now where the source can; one that is slow even so plays slower instead of ever later."""
        if source.info.seekable and self._seeking_helps:
            now = time.monotonic()
            source.seek(self._pace.playing_at(now))
            jumped = self._next(source)
            if jumped is not None:
                late_s = time.monotonic() - self._pace.due(jumped.time_s, now)
                self._seeking_helps = late_s < _LATE_S
                self._passed_over += max(jumped.index - frame.index, 0)
                frame = jumped
        self._begin_at(frame)

    def _go_to(self, source: FrameSource, time_s: float) -> None:
        self._held = None
        source.seek(time_s)
        frame = self._next(source)
        if frame is None:
            self._end()
        else:
            self._begin_at(frame)

    def _step(self, source: FrameSource, frames: int) -> None:
        shown = self._shown.index if self._shown is not None else -1
        target = max(shown + frames, 0)
        frame = self._read_on_to(source, target) if frames > 0 else self._go_back_to(source, target)
        if frame is None:
            self._end()
        else:
            self._begin_at(frame)

    def _read_on_to(self, source: FrameSource, index: int) -> Frame | None:
        """Return the frame of this index, or the last one before the end."""
        newest = None
        while (frame := self._next(source)) is not None:
            newest = frame
            if frame.index >= index:
                break
        return newest

    def _go_back_to(self, source: FrameSource, index: int) -> Frame | None:
        """Return an earlier frame exactly: by its time where it was read before, else by guess and correction."""
        self._held = None
        known = next((time_s for number, time_s in reversed(self._times) if number == index), None)
        gap_s = 1 / (source.info.fps or _STEP_FPS)
        shown = self._shown
        guess = 0.0 if shown is None else shown.time_s - (shown.index - index) * gap_s
        time_s = known if known is not None else guess
        while True:
            source.seek(max(time_s, 0.0))
            frame = self._next(source)
            if frame is None or frame.index == index or time_s <= 0:
                return frame
            if frame.index < index:
                return self._read_on_to(source, index)
            time_s = frame.time_s - (frame.index - index + 1) * gap_s

    def _begin_at(self, frame: Frame) -> None:
        with self._condition:
            self._pace.begin(frame.time_s, time.monotonic())
        self._show(frame)

    def _show_unless_paused(self, frame: Frame) -> None:
        if self.state != "paused":
            self._show(frame)

    def _show(self, frame: Frame) -> None:
        device_clock = self._info is not None and not self._info.paced and frame.captured_at > 0
        captured_at = frame.captured_at if device_clock else time.monotonic()
        self._shown = frame
        self._publish(replace(frame, captured_at=captured_at, epoch=self._frame_epoch))

    def _end(self) -> None:
        with self._condition:
            if self._order is not None or self._stopping:
                return
            self._state = "ended"
        self._events.tell(SourceEnded())
