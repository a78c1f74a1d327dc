"""Keeps frames and clips of one exam after another; lives in the thread that owns the store, and is no one else's."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from nas.planes import NONE
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.exam.records import Exam, NewFrame
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.session.exam.autocapture import AutoCapture, Capture
from uiac_desktop.session.exam.book import ExamBook
from uiac_desktop.session.exam.clip_desk import ClipDesk, utc_of
from uiac_desktop.session.exam.events import (
    ExamBegan,
    ExamCutOff,
    ExamEnded,
    ExamEvent,
    ExamWentOn,
    NewWomanAsked,
    StoreFailed,
    SubjectKnown,
    Undone,
)
from uiac_desktop.session.exam.gate import ExamGate
from uiac_desktop.session.exam.tape import Tape

_RETRY_S: Final = 5.0
_MOST_UNKEPT: Final = 8
_SUREST: Final = 8.0


class ExamKeeper:
    """Does what an `Examination` is asked for.

    Parameters
    ----------
    open_store
        Opens the store at the first need; asked again where it failed.
    tape
        Where clips come from.
    gate
        Asked again right before each frame is kept.
    tell
        Takes events.

    Attributes
    ----------
    source, model
        Kind of the source and name of the model at work (see `use_model`).
    book
        The exam in hand.

    Every method but `turn`'s silent cases raises StoreError where the store cannot.
    """

    def __init__(
        self, open_store: Callable[[], ExamStore], tape: Tape, gate: ExamGate, tell: Callable[[ExamEvent], None]
    ) -> None:
        self._open_store = open_store
        self._gate = gate
        self._tell = tell
        self._store: ExamStore | None = None
        self._capture: Final = AutoCapture()
        self._clips: Final = ClipDesk(tape, tell)
        self._unkept: deque[tuple[NewFrame, str]] = deque()
        self._retry_at = 0.0
        self._cut_off: Exam | None = None
        self.source, self.model = "", ""
        self.book: ExamBook | None = None

    def open(self) -> ExamStore:
        """Open the store, where it is not yet."""
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()

    def use_model(self, name: str) -> None:
        """Note which model labels from now on; what the one before has chosen so far is kept under its own name."""
        try:
            if name != self.model:
                self._keep_captures(self._capture.finish())
        finally:
            self.model = name

    def look_back(self) -> None:
        """Open the store, and tell of an exam that a kill cut off."""
        found = self.open().cut_off.latest()
        if found is not None:
            self._cut_off = found.exam
            self._tell(ExamCutOff(found.exam, found.frames))

    def begin(self, who: str, protocol: Protocol, local_number: str | None, asked_at: float, *, anew: bool) -> None:
        """Begin an exam; one that goes on ends first, or, where not ``anew``, goes on in its place.

        One that was cut off stays ended. ``asked_at`` as in `record`.
        """
        if self.book is not None and not anew:
            return
        self.end(asked_at)
        self.leave()
        store = self.open()
        exam = store.begin_exam(who, protocol.name, local_number)
        self._take_in_hand(ExamBook(store, exam, protocol, self._tell))
        self._tell(ExamBegan(exam))
        if local_number is not None and local_number.strip():
            self._tell(SubjectKnown(exam, store.visits.earlier(exam.id)))

    def go_on(self, protocol: Protocol) -> None:
        """Go on with the exam that was cut off; nothing happens without one, or while another goes on."""
        cut_off, self._cut_off = self._cut_off, None
        if cut_off is None or self.book is not None:
            return
        store = self.open()
        exam = store.cut_off.go_on(cut_off.id)
        by_hand = store.cut_off.by_hand(exam.id)
        book = ExamBook(store, exam, protocol, self._tell)
        kept = book.take_up(by_hand)
        self._take_in_hand(book)
        self._tell(ExamWentOn(exam, kept, by_hand))

    def leave(self) -> None:
        """Let the exam that was cut off stay ended; nothing happens without one."""
        cut_off, self._cut_off = self._cut_off, None
        if cut_off is not None:
            self.open().cut_off.leave(cut_off.id)

    def _take_in_hand(self, book: ExamBook) -> None:
        self.book = book
        self._capture.reset()
        self._gate.begin_exam()

    def give_number(self, local_number: str) -> None:
        """Give the exam in hand to the woman with a local number."""
        if self.book is None:
            raise StoreError("No exam goes on.", "Begin an exam, then give the number.")
        visits = self.open().visits
        self.book.exam = visits.give_number(self.book.exam.id, local_number)
        self._tell(SubjectKnown(self.book.exam, visits.earlier(self.book.exam.id)))

    def end(self, asked_at: float) -> None:
        """Keep what is worth it, end recording and exam; nothing happens without one. ``asked_at`` as in `record`."""
        book = self.book
        if book is None:
            return
        try:
            self._keep_captures(self._capture.finish())
            self._retry()
        finally:
            self._give_up_unkept()
            self._end_exam(book, asked_at)

    def _end_exam(self, book: ExamBook, asked_at: float) -> None:
        try:
            self._clips.stop(asked_at)
        finally:
            self.book = None
            self._tell(ExamEnded(self.open().end_exam(book.exam.id)))

    def see(self, results: list[Result]) -> None:
        """Take in labels, and keep what auto-capture chooses."""
        if self.book is None:
            return
        self._keep_captures([capture for result in results for capture in self._capture.see(result)])

    def keep_by_hand(self, result: Result, raw: Prediction | None) -> None:
        """Keep a frame that a person chose, under the label that stood beside it.

        Parameters
        ----------
        result
            As it stood on screen.
        raw
            What the model said of it before any smoothing.
        """
        if self.book is None:
            raise StoreError("No exam goes on.", "Begin an exam, then keep the frame.")
        if not self._gate.passes(result.frame):
            raise StoreError("The frame was not kept.", self._gate.standing[1] or "Set the mask first.")
        shown = result.prediction.plane if result.prediction is not None else NONE
        self._keep(self._new(result.frame, raw, _log_odds(result.prediction), by_hand=True), shown)

    def save_last(self, seconds: float) -> None:
        """Save the last seconds as a clip."""
        if self.book is None:
            raise StoreError("No exam goes on.", "Begin an exam, then save the last seconds.")
        if not self._clips.save_last(self.open(), self.book.exam.id, self.source, seconds):
            raise StoreError("There is nothing to save yet.", self._gate.standing[1] or "Wait for pictures.")

    def record(self, on: bool, asked_at: float) -> None:
        """Begin or end a recording, as asked for at a time, seconds on ``time.monotonic``."""
        if not on:
            self._clips.end(asked_at)
        elif self.book is None:
            self._clips.refuse(asked_at)
            raise StoreError("No exam goes on.", "Begin an exam, then record.")
        elif not self._clips.is_recording:
            self._clips.begin(self.open(), self.book.exam.id, self.source, asked_at)

    def shut(self) -> None:
        """Forget what is chosen but not yet kept, and close the clip in hand: the gate was shut."""
        self._capture.reset()
        self._clips.end_part()

    def undo(self) -> None:
        """Take the last change back."""
        self._tell_undone(self.book.undo() if self.book is not None else None)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._tell_undone(self.book.redo() if self.book is not None else None)

    def turn(self) -> None:
        """Do what time brings: clips written on, frames that wait kept, a new woman asked for."""
        if self.book is not None and self._gate.asks_for_new_woman():
            self._tell(NewWomanAsked())
        self._clips.turn()
        if self._unkept and time.monotonic() >= self._retry_at:
            self._retry()

    def _keep_captures(self, captures: list[Capture]) -> None:
        """Keep each of them, or have it wait, whatever becomes of the others."""
        failed: StoreError | None = None
        for capture in captures:
            frame = capture.result.frame
            if self.book is not None and self.book.wants(capture.plane, capture.score) and self._gate.passes(frame):
                new = self._new(frame, capture.result.prediction, capture.score, by_hand=False)
                try:
                    self._keep(new, capture.plane)
                except StoreError as error:
                    failed = error
        if failed is not None:
            raise failed

    def _new(self, frame: Frame, prediction: Prediction | None, score: float, by_hand: bool) -> NewFrame:
        return NewFrame(
            pixels=frame.pixels,
            taken_at=utc_of(frame.captured_at),
            source=self.source,
            frame=frame.index,
            time_s=frame.time_s,
            predicted=NONE if prediction is None else prediction.plane,
            certainty=0.0 if prediction is None else prediction.certainty,
            classes=() if prediction is None else prediction.classes,
            probabilities=np.zeros(0, np.float32) if prediction is None else prediction.probabilities,
            model="" if prediction is None else self.model,
            score=score,
            by_hand=by_hand,
        )

    def _keep(self, new: NewFrame, plane: str) -> None:
        if self.book is None:
            return
        try:
            self.book.keep(new, plane)
        except StoreError as error:
            if len(self._unkept) == _MOST_UNKEPT:
                self._unkept.popleft()
                self._tell(StoreFailed("A frame could not be kept.", error.advice))
            self._unkept.append((new, plane))
            self._retry_at = time.monotonic() + _RETRY_S
            raise

    def _retry(self) -> None:
        for _ in range(len(self._unkept)):
            self._keep(*self._unkept.popleft())

    def _give_up_unkept(self) -> None:
        if self._unkept:
            count = len(self._unkept)
            self._unkept.clear()
            self._tell(StoreFailed(f"{count} chosen frames could not be kept.", "Make room on the disk."))

    def _tell_undone(self, text: str | None) -> None:
        if text is not None:
            self._tell(Undone(text))


def _log_odds(prediction: Prediction | None) -> float:
    """Return the log odds of the plane, the scale of auto-capture; 0 for a frame without a label."""
    if prediction is None:
        return 0.0
    chance = min(max(prediction.certainty, 1e-6), 1 - 1e-6)
    return float(np.clip(np.log(chance / (1 - chance)), -_SUREST, _SUREST))
