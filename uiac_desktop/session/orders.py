"""What a reader is asked to do, put down by any thread and taken by the one that owns the source."""

import threading
import time
from dataclasses import dataclass
from typing import Literal, TypeAlias

from uiac_desktop.session.hold import Hold
from uiac_desktop.session.pace import Pace
from uiac_desktop.sources.base import SourceInfo

ReaderState: TypeAlias = Literal["opening", "waiting", "playing", "paused", "ended", "failed"]


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to the frame shown at ``time_s``; frames from there on carry ``epoch``."""

    time_s: float
    epoch: int


@dataclass(frozen=True, slots=True)
class Step:
    """Move by ``frames``, back where negative; frames from there on carry ``epoch``.

    Counted from the frame shown at ``from_s``, to which a seek was under way, or from the one on screen (None).
    """

    frames: int
    epoch: int
    from_s: float | None = None


@dataclass(frozen=True, slots=True)
class Renew:
    """Read the frame on screen once more, since crop or mask are others now; frames from there on carry ``epoch``."""

    epoch: int


Order: TypeAlias = Seek | Step | Renew


class Orders:
    """Play, pause, seek, step, speed and stop of one reader.

    Of several seeks that come while one is under way only the last is done; steps add up, and count from where a seek
    that still waits leads. A clip that plays waits with its first frames on screen, wherever they are sought, until
    `release`.

    Parameters
    ----------
    hold_s
        How long a clip waits at most, seconds; a device never does.
    """

    def __init__(self, hold_s: float = 0.0) -> None:
        self._condition = threading.Condition()
        self._pace = Pace()
        self._hold = Hold(hold_s)
        self._state: ReaderState = "playing"
        self._info: SourceInfo | None = None
        self._order: Order | None = None
        self._changed = False
        self._stopping = False
        self._epoch = 0

    # For any thread.

    @property
    def state(self) -> ReaderState:
        """What the reader is doing; ``opening`` until the source is open, whatever was asked for meanwhile."""
        with self._condition:
            if self._info is None and self._state != "failed":
                return "opening"
            return "waiting" if self._waits() else self._state

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
    def speed(self) -> float:
        """Source seconds a wall second."""
        with self._condition:
            return self._pace.speed

    @property
    def stopping(self) -> bool:
        """Whether the reader is to let go of the source."""
        with self._condition:
            return self._stopping

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
            self._epoch += frames < 0
            match self._order:
                case Step(before, _, from_s):
                    self._order = Step(before + frames, self._epoch, from_s)
                case Seek(time_s, _):
                    self._order = Step(frames, self._epoch, time_s)
                case _:
                    self._order = Step(frames, self._epoch)
            self._switch("paused")

    def renew(self) -> None:
        """Raise the epoch and have the frame on screen read again; a seek or step that waits does the same."""
        with self._condition:
            self._epoch += 1
            match self._order:
                case Seek(time_s, _):
                    self._order = Seek(time_s, self._epoch)
                case Step(frames, _, from_s):
                    self._order = Step(frames, self._epoch, from_s)
                case _:
                    self._order = Renew(self._epoch)
            self._notify()

    def set_speed(self, factor: float) -> None:
        """Play faster or slower, 0.25 to 4 times."""
        with self._condition:
            self._pace.set_speed(factor, time.monotonic())
            self._notify()

    def release(self) -> None:
        """Let a clip wait no longer."""
        with self._condition:
            waited = self._waits()
            self._hold.end()
            if waited:
                self._notify()

    def stop(self) -> None:
        """Let go of the source and end."""
        with self._condition:
            self._stopping = True
            self._notify()

    def _waits(self) -> bool:
        return self._state == "playing" and self._hold.left_s(time.monotonic()) > 0

    def _can_seek(self) -> bool:
        return self._state != "failed" and (self._info is None or self._info.seekable)

    def _put_down_seek(self, time_s: float) -> None:
        self._epoch += 1
        self._order = Seek(max(time_s, 0.0), self._epoch)
        self._notify()

    def _switch(self, state: ReaderState) -> None:
        if state == "playing":
            self._pace.forget()
        self._state = state
        self._notify()

    def _notify(self) -> None:
        self._changed = True
        self._condition.notify_all()

    # For the reader's own thread.

    def learn(self, info: SourceInfo) -> None:
        """Note what the source says of itself."""
        with self._condition:
            self._info = info
            if info.paced and info.frames != 1:
                self._hold.begin(time.monotonic())

    def take(self) -> Order | None:
        """Return what is to be done first, once; waits are valid until the next change from here on."""
        with self._condition:
            order, self._order, self._changed = self._order, None, False
            return order

    def wait_for_change(self) -> None:
        """Wait until something is asked for that was not yet when `take` was called."""
        with self._condition:
            self._condition.wait_for(lambda: self._changed)

    def wait_for_model(self) -> bool:
        """Wait while the clip is to stand, or until something is asked for; return False where it is not to stand."""
        with self._condition:
            if not self._waits():
                return False
            self._condition.wait_for(lambda: self._changed, self._hold.left_s(time.monotonic()))
            return True

    def wait_until_due(self, time_s: float) -> float | None:
        """Wait for the frame of this time and return by how many seconds it is late; None where a change came first."""
        with self._condition:
            while not self._changed:
                now = time.monotonic()
                left_s = self._pace.due(time_s, now) - now
                if left_s <= 0:
                    return -left_s
                self._condition.wait(left_s)
            return None

    def due_now_s(self) -> float:
        """Return the source time that is due at this moment."""
        with self._condition:
            return self._pace.playing_at(time.monotonic())

    def late_s(self, time_s: float) -> float:
        """Return by how many seconds the frame of this time is late."""
        now = time.monotonic()
        with self._condition:
            return now - self._pace.due(time_s, now)

    def begin_at(self, time_s: float) -> None:
        """Note that the frame of this time is shown now, whatever was due."""
        with self._condition:
            self._pace.begin(time_s, time.monotonic())

    def end(self) -> bool:
        """Note that the source is at its end; return False where something else is asked for already."""
        with self._condition:
            if self._order is not None or self._stopping:
                return False
            self._state = "ended"
            return True

    def fail(self) -> None:
        """Note that the source cannot go on."""
        with self._condition:
            self._state = "failed"
