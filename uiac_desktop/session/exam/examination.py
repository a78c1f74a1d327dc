"""An examination: one thread owns the store and keeps what the live session shows, so that nobody waits for a disk."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from uiac_desktop.errors import DesktopError
from uiac_desktop.errors import StoreFull as DiskFull
from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.exam.records import Exam
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Frame, Result
from uiac_desktop.session.events import caught
from uiac_desktop.session.exam.book import ExamBook
from uiac_desktop.session.exam.event_box import ExamEventBox
from uiac_desktop.session.exam.events import (
    ClipSaved,
    ExamBegan,
    ExamEnded,
    ExamEvent,
    ExamState,
    FrameChanged,
    FrameKept,
    NewWomanAsked,
    ProtocolComplete,
    ProtocolLine,
    StoreFailed,
    StoreFull,
    Undone,
)
from uiac_desktop.session.exam.gate import ExamGate
from uiac_desktop.session.exam.keeper import ExamKeeper
from uiac_desktop.session.exam.ring import DEFAULT_S
from uiac_desktop.session.exam.tape import Tape

__all__ = [
    "ClipSaved",
    "ExamBegan",
    "ExamEnded",
    "ExamEvent",
    "ExamState",
    "Examination",
    "FrameChanged",
    "FrameKept",
    "NewWomanAsked",
    "ProtocolComplete",
    "ProtocolLine",
    "StoreFailed",
    "StoreFull",
    "Undone",
]

_TURN_S: Final = 0.1
_MOST_RESULTS: Final = 8
_MOST_RAW: Final = 128
_NO_MAPS: Final = np.zeros((0, 0, 0), np.float32)


class Examination:
    """Keeps frames and clips of one exam after another.

    Methods may be called from any thread and return at once; what they do happens in the thread "exam", the only owner
    of the store, and is told by events.

    Parameters
    ----------
    open_store
        Opens the store, in the thread; asked again with the next exam where it fails.
    on_event
        Called where an event arrives and none was waiting; `take_events` fetches them.
    ring_s
        How many of the last seconds can be saved as a clip.
    clock
        Seconds, as ``time.monotonic``, by which ten minutes without a woman are counted.
    """

    def __init__(
        self,
        open_store: Callable[[], ExamStore],
        on_event: Callable[[], None],
        ring_s: float = DEFAULT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._box: Final = ExamEventBox(on_event)
        self._tape: Final = Tape(self._tell_bug, ring_s)
        self._gate: Final = ExamGate(clock)
        self._condition: Final = threading.Condition()
        self._orders: deque[Callable[[], None]] = deque()
        self._results: deque[Result] = deque(maxlen=_MOST_RESULTS)
        self._raw: deque[Result] = deque(maxlen=_MOST_RAW)
        self._stopping = False
        self._exam: Exam | None = None
        self._lines: tuple[ProtocolLine, ...] = ()
        self._thread: Final = threading.Thread(target=self._run, name="exam", daemon=True)
        # Below: touched by the thread alone, but for the word that `see_frame` sets.
        self._keeper: Final = ExamKeeper(open_store, self._tape, self._gate, self._box.hold)
        self._complete_told = False

    def start(self) -> None:
        """Begin; nothing is kept before `allow` and `begin`."""
        self._tape.start()
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End exam and threads; what was asked for before is done first.

        Returns
        -------
        False if a thread still hangs, for example in a disk; it is left to itself.
        """
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        deadline = time.monotonic() + timeout_s
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return self._tape.stop(max(deadline - time.monotonic(), 0.1)) and not self._thread.is_alive()

    def begin(self, who: str, protocol: Protocol, local_number: str | None = None, *, anew: bool = True) -> None:
        """Begin an exam; one that goes on ends first, or, where not ``anew``, goes on in its place."""
        asked_at = time.monotonic()
        if anew:
            self._tape.record(False, asked_at)
        self._order(lambda: self._keeper.begin(who, protocol, local_number, asked_at, anew=anew))

    def go_on(self, protocol: Protocol) -> None:
        """Go on with the exam that a kill cut off, as `ExamCutOff` told."""
        self._order(lambda: self._keeper.go_on(protocol))

    def leave(self) -> None:
        """Let the exam that was cut off stay ended."""
        self._order(self._keeper.leave)

    def give_number(self, local_number: str) -> None:
        """Give the exam that goes on to the woman with a local number."""
        self._order(lambda: self._keeper.give_number(local_number))

    def end(self) -> None:
        """End the exam, and its recording."""
        asked_at = time.monotonic()
        self._tape.record(False, asked_at)
        self._order(lambda: self._keeper.end(asked_at))

    def see_frame(self, frame: Frame, source_kind: str) -> None:
        """Take in a frame for ring and recording; for the reader's thread, never waits."""
        self._keeper.source = source_kind
        self._gate.see_frame()
        if self._gate.passes(frame):
            self._tape.put(frame)

    def see_result(self, result: Result) -> None:
        """Take in a label, as the model said it before any smoothing; for the labelling thread, never waits."""
        if not self._gate.passes(result.frame):
            return
        with self._condition:
            self._results.append(result)
            if result.prediction is not None:
                self._raw.append(replace(result, prediction=replace(result.prediction, maps=_NO_MAPS)))
            self._condition.notify_all()

    def see_model(self, name: str) -> None:
        """Note which model is at work; kept frames say so."""
        self._order(lambda: self._keeper.use_model(name))

    def see_sector(self, shown: bool) -> None:
        """Note whether the picture shows a scan at all; ten minutes without one ask for a new woman."""
        self._gate.see_sector(shown)

    def keep(self, result: Result) -> None:
        """Keep this very frame, with the label that stands beside it on screen."""
        with self._condition:
            raw = next((seen.prediction for seen in self._raw if seen.frame is result.frame), result.prediction)
        self._order(lambda: self._keeper.keep_by_hand(result, raw))

    def save_last(self, seconds: float) -> None:
        """Save the last seconds as a clip, as far as the ring reaches back."""
        self._order(lambda: self._keeper.save_last(seconds))

    def record(self, on: bool) -> None:
        """Begin or end a recording, from the next frame on, whatever the disk is busy with."""
        asked_at = time.monotonic()
        self._tape.record(on, asked_at)
        self._order(lambda: self._keeper.record(on, asked_at))

    def use(self, frame_id: int) -> None:
        """Let a kept frame stand for its plane."""
        self._order_book(lambda book: book.use(frame_id))

    def reassign(self, frame_id: int, plane: str) -> None:
        """Give a kept frame another label, a plane's code or ``none``."""
        self._order_book(lambda book: book.reassign(frame_id, plane))

    def reject(self, frame_id: int) -> None:
        """Reject a kept frame; it stays in the store."""
        self._order_book(lambda book: book.reject(frame_id))

    def undo(self) -> None:
        """Take the last change of the exam back."""
        self._order(self._keeper.undo)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._order(self._keeper.redo)

    def allow(self, storing: bool, why: str = "") -> None:
        """Open or shut the gate: while it is shut nothing enters ring, recording, auto-capture or store.

        Shutting it also forgets what is in the ring, and the last second of a recording.
        """
        was = self._gate.allow(storing, why)
        if storing:
            self._tape.open_gate()
        elif was:
            self._tape.shut_gate()
            with self._condition:
                self._results.clear()
                self._raw.clear()
            self._order(self._keeper.shut)

    def keep_where(self, may_keep: Callable[[Frame], bool]) -> None:
        """Keep only frames of which this says yes, from now on; asked in several threads, must not wait."""
        self._gate.keep_where(may_keep)

    def take_events(self) -> list[ExamEvent]:
        """Return what happened since the last call, in order."""
        return self._box.take()

    @property
    def state(self) -> ExamState:
        """How the examination stands."""
        allowed, why = self._gate.standing
        with self._condition:
            tape = self._tape
            return ExamState(self._exam, self._lines, tape.recording_s, tape.ring.seconds, tape.lost, allowed, why)

    def _order(self, do: Callable[[], None]) -> None:
        with self._condition:
            self._orders.append(do)
            self._condition.notify_all()

    def _order_book(self, do: Callable[[ExamBook], None]) -> None:
        self._order(lambda: do(self._keeper.book) if self._keeper.book is not None else None)

    def _tell_bug(self, error: Exception) -> None:
        caught(error)
        self._box.hold(StoreFailed("Something went wrong inside the program. Your frames are safe.", "See Details."))

    # The thread

    def _run(self) -> None:
        self._guarded(self._keeper.look_back)
        stopping = False
        while not stopping:
            orders, results, stopping = self._wait()
            for do in orders:
                self._guarded(do)
            self._guarded(partial(self._keeper.see, results))
            self._guarded(self._keeper.turn)
        self._guarded(lambda: self._keeper.end(time.monotonic()))
        self._guarded(self._keeper.close)

    def _wait(self) -> tuple[list[Callable[[], None]], list[Result], bool]:
        with self._condition:
            self._condition.wait_for(lambda: self._orders or self._results or self._stopping, _TURN_S)
            orders, results = list(self._orders), list(self._results)
            self._orders.clear()
            self._results.clear()
            return orders, results, self._stopping

    def _guarded(self, do: Callable[[], None]) -> None:
        try:
            do()
        except DiskFull as error:
            self._box.hold(StoreFull(error.message, error.advice))
        except DesktopError as error:
            self._box.hold(StoreFailed(error.message, error.advice))
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._tell_bug(error)
        self._renew()
        self._box.release()

    def _renew(self) -> None:
        book = self._keeper.book
        lines = book.lines if book is not None else ()
        with self._condition:
            self._exam = book.exam if book is not None else None
            self._lines = lines
        complete = bool(lines) and all(line.state == "met" for line in lines)
        if complete and not self._complete_told and book is not None:
            self._box.hold(ProtocolComplete(book.protocol.name, len(lines)))
        self._complete_told = complete
