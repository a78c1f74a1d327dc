"""The desk of the Exams room: reads and changes exams, draws maps while nothing else is to do, writes reports."""

import logging
import queue
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from typing_extensions import override

from nas.errors import NasError
from uiac_desktop.errors import DesktopError, StoreError
from uiac_desktop.exam.report import ModelLine
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.exam.changes import ExamChanges
from uiac_desktop.session.exams.desk_records import AcrossShown, DeskDone, DeskEvent, DeskFailed, ExamFilter, MapsDrawn
from uiac_desktop.session.exams.maps import ExamMaps
from uiac_desktop.session.exams.reading import ExamReading, PlanesOf
from uiac_desktop.session.store_desk import Order, StoreDesk

if TYPE_CHECKING:
    from uiac_desktop.inference.predictor import Predictor

ReportKind: TypeAlias = Literal["pdf", "html"]

_LOG = logging.getLogger(__name__)
_PROGRAM: Final = "UIAC Desktop"
_TELL_S: Final = 0.5


class ExamDesk(StoreDesk[DeskEvent]):
    """Reads and changes exams in a thread of its own; at its end it draws no more maps.

    Parameters
    ----------
    open_store, on_event
        As of every desk.
    planes_of
        Planes of a protocol by its name; empty where it is not known.
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
        super().__init__("exam-desk", open_store, on_event)
        self._planes_of, self._utc_now = planes_of, utc_now
        self._reading: ExamReading | None = None
        self._maps = ExamMaps()
        self._changes: ExamChanges | None = None
        self._asked = ExamFilter()
        self._exam_id: int | None = None
        self._to_read: list[int] = []
        self._to_draw: list[int] = []
        self._newest = 0

    # Orders

    def look(self, asked: ExamFilter) -> None:
        """Look for exams."""
        self._order(partial(self._look, asked))

    def look_across(self) -> None:
        """Compare the model with people over all exams, and read what was erased."""
        self._order(self._look_across)

    def open(self, exam_id: int | None) -> None:
        """Read an exam in full, and draw its maps where the chosen model named its frames; None closes it.

        Of several that wait only the last is read.
        """
        self._newest += 1
        self._order(partial(self._open_newest, self._newest, exam_id))

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

    def _order_change(self, do: Callable[[ExamChanges], bool]) -> None:
        self._order(partial(self._change, do))

    @override
    def _begin(self) -> None:
        """Make what reads and changes; erase what has been in the bin for long enough."""
        self._reading = ExamReading(self._store, self._planes_of, self._maps, self._utc_now)
        self._changes = ExamChanges(self._store, self._tell)
        over = self._store.erase_due(_PROGRAM)
        if over:
            _LOG.info("Exams whose time in the bin was over were erased: %d.", len(over))

    @override
    def _next(self) -> Order | None:
        """Read thumbnails, then draw maps, where nothing is ordered."""
        try:
            return self._orders.get(block=not (self._to_read or self._to_draw))
        except queue.Empty:
            return self._read_on if self._to_read else self._draw_next

    @override
    def _failed(self, error: DesktopError | NasError) -> DeskFailed:
        """Return the one line of what went wrong."""
        return DeskFailed(error.message, error.advice)

    @override
    def _give_up(self) -> None:
        """Read and draw no more of this exam."""
        self._to_read, self._to_draw = [], []

    @override
    def _end(self) -> None:
        """Let go of the model."""
        self._maps.close()

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
        self._tell(AcrossShown(self._store.across.agreement(), self._store.audit()))

    def _open_newest(self, number: int, exam_id: int | None) -> None:
        if number == self._newest:
            self._open(exam_id)

    def _open(self, exam_id: int | None) -> None:
        if exam_id != self._exam_id:
            self._forget()
        self._exam_id = exam_id
        self._give_up()
        if exam_id is not None:
            self._tell(self._read.opened(exam_id))
            self._to_read = self._read.frames_to_read(exam_id)
            self._to_draw = self._read.frames_to_draw(exam_id)
            if self._to_draw:
                self._tell(MapsDrawn(0, len(self._to_draw)))

    def _use_model(self, model: ModelLine, load: "Callable[[], Predictor]") -> None:
        self._maps.use(model.name, load)
        self._read.model = model
        if self._exam_id is not None:
            self._open(self._exam_id)

    def _forget(self) -> None:
        self._maps.forget()
        self._read.pictures.forget()

    def _read_on(self) -> None:
        until = time.monotonic() + _TELL_S
        while self._to_read and time.monotonic() < until:
            self._read.pictures.read_thumb(self._to_read.pop(0))
        if self._exam_id is not None:
            self._tell(self._read.opened(self._exam_id))

    def _draw_next(self) -> None:
        number = self._to_draw.pop(0)
        try:
            goes_on = self._maps.draw(number, self._store.picture(number))
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
            self._exam_id = None
            self._give_up()
            self._forget()
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
