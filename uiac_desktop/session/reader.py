"""The thread that owns a source: it holds back each frame to its time and does what `Orders` asks for."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Frame
from uiac_desktop.session.events import (
    EventBox,
    SourceEnded,
    SourceFailed,
    SourceLearned,
    SourceOpened,
)
from uiac_desktop.session.gone import gone
from uiac_desktop.session.orders import Orders, Renew, Seek, Step
from uiac_desktop.session.source_warnings import WarningTeller
from uiac_desktop.sources.base import FrameSource

_LATE_S: Final = 0.5
_REMEMBERED_TIMES: Final = 512
_STEP_FPS: Final = 10.0


class Reader:
    """Reads a source in its own thread (`run`) and publishes frames at the source's pace.

    Parameters
    ----------
    open_source
        Opens the source; called in the reader's thread, since opening may take long.
    orders
        What is asked for from outside.
    publish
        Takes each frame at its time; must not wait.
    events
        Where opening, warnings, the end and failures are told.
    """

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        orders: Orders,
        publish: Callable[[Frame], None],
        events: EventBox,
    ) -> None:
        self._open_source = open_source
        self._orders: Final = orders
        self._publish = publish
        self._events: Final = events
        self._warnings: Final = WarningTeller(events)
        self._held: Frame | None = None
        self._shown: Frame | None = None
        self._times: Final[deque[tuple[int, float]]] = deque(maxlen=_REMEMBERED_TIMES)
        self._owes_one = False
        self._epoch = 0
        self._seeking_helps = True
        self._read = 0
        self._passed_over = 0
        self._source: FrameSource | None = None

    @property
    def position_s(self) -> float:
        """Source time of the newest published frame, seconds."""
        shown = self._shown
        return shown.time_s if shown is not None else 0.0

    @property
    def frames_read(self) -> int:
        """Frames that the source gave."""
        return self._read

    @property
    def frames_passed_over(self) -> int:
        """Frames that were jumped because the source could not keep its own pace, or outran the reader."""
        source = self._source
        return self._passed_over + (source.skipped if source is not None else 0)

    @property
    def left_hanging(self) -> bool:
        """Whether the source's driver did not let go."""
        source = self._source
        return source is not None and source.hangs

    def interrupt(self) -> None:
        """From any thread, after the stop was ordered: let a source that waits for a picture come back."""
        source = self._source
        if source is not None:
            source.interrupt()

    def try_now(self) -> None:
        """From any thread: let a source without pictures try again now."""
        source = self._source
        if source is not None:
            source.try_now()

    def run(self) -> None:
        """Open the source and follow it until a stop or a failure."""
        try:
            source = self._source = self._open_source()
            source.follow(self._events.tell)
            if self._orders.stopping:
                source.interrupt()
            with source:
                self._orders.learn(source.info)
                self._events.tell(SourceOpened(source.info))
                while not self._orders.stopping:
                    self._turn(source)
        except (DesktopError, NasError) as error:
            self._fail(error)
        except OSError as error:
            self._fail(gone(self._source.info.name if self._source is not None else "The source", error))
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._orders.fail()
            self._events.tell_bug(error)

    def _fail(self, error: DesktopError | NasError) -> None:
        self._orders.fail()
        if not self._orders.stopping:
            self._events.tell(SourceFailed(error.message, error.advice))

    def _turn(self, source: FrameSource) -> None:
        match self._orders.take():
            case Seek(time_s, epoch):
                self._epoch = epoch
                self._go_to(source, time_s)
            case Step(frames, epoch, from_s):
                self._epoch = epoch
                self._step(source, frames, from_s)
            case Renew(epoch):
                self._epoch = epoch
                self._renew(source)
            case None if self._resting(source):
                self._orders.wait_for_change()
            case None:
                self._advance(source)

    def _resting(self, source: FrameSource) -> bool:
        """Whether there is nothing to read now; a paused device is drained, not rested."""
        state = self._orders.state
        owes = self._shown is None or self._owes_one
        return state == "ended" or (state == "paused" and source.info.paced and not owes)

    def _advance(self, source: FrameSource) -> None:
        if self._shown is not None and self._orders.wait_for_model():
            self._orders.begin_at(self._shown.time_s)
            return
        frame = self._next(source)
        if frame is None:
            self._end()
        elif not source.info.paced:
            self._show_of_device(frame)
        elif (late_s := self._orders.wait_until_due(frame.time_s)) is None:
            self._held = frame
        elif late_s > _LATE_S:
            self._catch_up(source, frame, late_s)
        else:
            self._show(frame)

    def _next(self, source: FrameSource) -> Frame | None:
        held, self._held = self._held, None
        if held is not None:
            return held
        frame = source.read()
        self._warnings.pass_on(source.warnings, at_end=frame is None)
        if source.info is not self._orders.info:
            self._orders.learn(source.info)
            self._events.tell(SourceLearned(source.info))
        if frame is not None:
            self._read += 1
            self._times.append((frame.index, frame.time_s))
        return frame

    def _catch_up(self, source: FrameSource, frame: Frame, late_s: float) -> None:
        """Jump to what is due now; a source that is no quicker so plays slower from here on instead of ever later."""
        if source.info.seekable and self._seeking_helps:
            source.seek(self._orders.due_now_s())
            jumped = self._next(source)
            if jumped is not None:
                self._seeking_helps = self._orders.late_s(jumped.time_s) < late_s
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

    def _step(self, source: FrameSource, frames: int, from_s: float | None) -> None:
        if from_s is not None:
            self._held = None
            source.seek(from_s)
            self._shown = self._next(source) or self._shown
        shown = self._shown.index if self._shown is not None else -1
        target = max(shown + frames, 0)
        frame = self._read_on_to(source, target) if frames > 0 else self._go_back_to(source, target)
        if frame is None:
            self._end()
        else:
            self._begin_at(frame)

    def _renew(self, source: FrameSource) -> None:
        """Read the frame on screen again; where there is no way back, the next one takes its place."""
        shown, self._held = self._shown, None
        if shown is None:
            return
        if not source.info.seekable:
            self._owes_one = True
            return
        frame = self._go_back_to(source, shown.index)
        if frame is not None:
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
        self._orders.begin_at(frame.time_s)
        self._show(frame)

    def _show_of_device(self, frame: Frame) -> None:
        if self._orders.state != "paused" or self._owes_one:
            self._show(frame, frame.captured_at)

    def _show(self, frame: Frame, captured_at: float = 0.0) -> None:
        self._shown, self._owes_one = frame, False
        self._publish(replace(frame, captured_at=captured_at or time.monotonic(), epoch=self._epoch))

    def _end(self) -> None:
        if self._orders.end():
            self._events.tell(SourceEnded())
