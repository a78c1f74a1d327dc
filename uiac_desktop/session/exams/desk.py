"""The desk of the Exams room: one thread that owns its own connection to the store, so that the window never waits."""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from uiac_desktop.errors import DesktopError, StoreError
from uiac_desktop.exam.report import ModelLine
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.exam.changes import ExamChanges
from uiac_desktop.session.exams.desk_records import AcrossShown, DeskDone, DeskEvent, DeskFailed, ExamFilter, MapsDrawn
from uiac_desktop.session.exams.maps import ExamMaps
from uiac_desktop.session.exams.reading import ExamReading, PlanesOf

if TYPE_CHECKING:
    from uiac_desktop.inference.predictor import Predictor

ReportKind: TypeAlias = Literal["pdf", "html"]

_LOG = logging.getLogger(__name__)
_PROGRAM: Final = "UIAC Desktop"


class ExamDesk:
    """Reads and changes exams in a thread of its own; every call returns at once.

    Parameters
    ----------
    open_store
        Opens the store; called in the desk's thread, and again with the next order where it failed.
    planes_of
        Planes of a protocol by its name; empty where it is not known.
    on_event
        Called from the desk's thread where `take_events` has something.
    utc_now
        The wall clock, or a stand-in.
    """

    def __init__(
        self,
        open_store: Callable[[], ExamStore],
        planes_of: PlanesOf,
        on_event: Callable[[], None],
        utc_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._open_store, self._planes_of, self._on_event, self._utc_now = open_store, planes_of, on_event, utc_now
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._events: list[DeskEvent] = []
        self._thread: threading.Thread | None = None
        self._store: ExamStore | None = None
        self._reading: ExamReading | None = None
        self._maps = ExamMaps()
        self._changes: ExamChanges | None = None
        self._asked = ExamFilter()
        self._exam_id: int | None = None
        self._to_draw: list[int] = []

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="exam-desk", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Carry out what was ordered, but draw no more maps; close the store; return whether that was in time."""
        self._orders.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def take_events(self) -> list[DeskEvent]:
        """Return what happened since the last call, in order."""
        with self._lock:
            events, self._events = self._events, []
            return events

    # Orders

    def look(self, asked: ExamFilter) -> None:
        """Look for exams."""
        self._order(partial(self._look, asked))

    def look_across(self) -> None:
        """Compare the model with people over all exams, and read what was erased."""
        self._order(self._look_across)

    def open(self, exam_id: int | None) -> None:
        """Read an exam in full, and draw its maps where the chosen model named its frames; None closes it."""
        self._order(partial(self._open, exam_id))

    def use_model(self, model: ModelLine, load: "Callable[[], Predictor]") -> None:
        """Take another model for maps and for the report's line."""
        self._order(partial(self._use_model, model, load))

    def bin(self, exam_id: int) -> None:
        """Move an exam to the bin."""
        self._order_change(lambda changes: changes.bin(exam_id))

    def unbin(self, exam_id: int) -> None:
        """Take an exam out of the bin."""
        self._order_change(lambda changes: changes.unbin(exam_id))

    def erase(self, exam_id: int, who: str) -> None:
        """Erase an exam for good."""
        self._order_change(partial(self._erase, exam_id, who))

    def confirm(self, exam_id: int, who: str) -> None:
        """Confirm what the model said of every frame that stands for its plane and that nobody has labelled."""
        self._order_change(lambda changes: changes.confirm(exam_id, who))

    def label(self, frame_id: int, plane: str, who: str) -> None:
        """Give a frame a person's label."""
        self._order_change(lambda changes: changes.label(frame_id, plane, who))

    def undo(self) -> None:
        """Take the last step back."""
        self._order_change(ExamChanges.undo)

    def write(self, exam_id: int, kind: ReportKind, path: Path) -> None:
        """Write the report of an exam; its maps are drawn first."""
        self._order(partial(self._write, exam_id, kind, path))

    # The thread

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.put(order)

    def _order_change(self, do: Callable[[ExamChanges], bool]) -> None:
        self._orders.put(partial(self._change, do))

    def _run(self) -> None:
        try:
            while True:
                try:
                    order = self._orders.get(block=not self._to_draw)
                except queue.Empty:
                    order = self._draw_next
                if order is None:
                    return
                self._carry_out(order)
        finally:
            self._maps.close()
            if self._store is not None:
                with suppress(DesktopError):
                    self._store.close()

    def _carry_out(self, order: Callable[[], None]) -> None:
        try:
            if self._reading is None:
                self._take_store(self._open_store())
            order()
        except DesktopError as error:
            self._tell(DeskFailed(error.message, error.advice))
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._to_draw = []
            self._tell(DeskFailed("Something went wrong inside the program.", "Its details are in the log."))
            threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))

    def _take_store(self, store: ExamStore) -> None:
        self._store, self._reading = store, ExamReading(store, self._planes_of, self._maps, self._utc_now)
        self._changes = ExamChanges(store, self._tell)
        over = store.erase_due(_PROGRAM)
        if over:
            _LOG.info("Exams whose time in the bin was over were erased: %d.", len(over))

    def _tell(self, event: DeskEvent) -> None:
        with self._lock:
            self._events.append(event)
        self._on_event()

    @property
    def _read(self) -> ExamReading:
        if self._reading is None:
            raise DesktopError("The exam store is not open.", "Try again.")
        return self._reading

    # What is carried out

    def _look(self, asked: ExamFilter) -> None:
        self._asked = asked
        self._tell(self._read.listed(asked))

    def _look_across(self) -> None:
        self._tell(AcrossShown(self._read.store.across.agreement(), self._read.store.audit()))

    def _open(self, exam_id: int | None) -> None:
        if exam_id != self._exam_id:
            self._maps.forget()
        self._exam_id, self._to_draw = exam_id, []
        if exam_id is not None:
            self._tell(self._read.opened(exam_id))
            self._to_draw = self._read.frames_to_draw(exam_id)
            if self._to_draw:
                self._tell(MapsDrawn(0, len(self._to_draw)))

    def _use_model(self, model: ModelLine, load: "Callable[[], Predictor]") -> None:
        self._maps.use(model.name, load)
        self._read.model = model
        if self._exam_id is not None:
            self._open(self._exam_id)

    def _draw_next(self) -> None:
        number = self._to_draw.pop(0)
        try:
            goes_on = self._maps.draw(number, self._read.store.picture(number))
        except StoreError:
            self._maps.pass_over(number)
            goes_on = True
        if not goes_on:
            self._to_draw = []
        if not self._to_draw and self._exam_id is not None:
            self._tell(self._read.opened(self._exam_id))
        of = len(self._read.frames_of_model(self._exam_id)) if self._exam_id is not None else 0
        self._tell(MapsDrawn(of - len(self._to_draw), of))

    def _change(self, do: Callable[[ExamChanges], bool]) -> None:
        if self._changes is None:
            raise DesktopError("The exam store is not open.", "Try again.")
        if do(self._changes):
            self._look(self._asked)
            self._look_across()
            if self._exam_id is not None:
                self._open(self._exam_id)

    def _erase(self, exam_id: int, who: str, changes: ExamChanges) -> bool:
        erased = changes.erase(exam_id, who)
        if exam_id == self._exam_id:
            self._exam_id, self._to_draw = None, []
            self._maps.forget()
        return erased

    def _write(self, exam_id: int, kind: ReportKind, path: Path) -> None:
        if exam_id != self._exam_id:
            self._open(exam_id)
        while self._to_draw:
            self._draw_next()
        report = self._read.report(exam_id)
        if kind == "pdf":
            from uiac_desktop.exam.report_pdf import write_pdf

            write_pdf(report, path)
        else:
            from uiac_desktop.exam.report_html import write_html

            write_html(report, path)
        self._tell(DeskDone(f"The report of {report.exam.subject} is written.", path.name))
