"""What the Exams room asks of its desk and is told by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from uiac_desktop.exam.agreement import Agreement
from uiac_desktop.exam.erasing import BIN_LASTS, AuditLine
from uiac_desktop.exam.exam_list import ExamLine
from uiac_desktop.exam.media import DiskUse
from uiac_desktop.exam.records import Clip, KeptFrame, LabelChange
from uiac_desktop.exam.report import ExamReport
from uiac_desktop.frame import Pixels

Progress: TypeAlias = Literal["open", "complete", "missing", "other"]
Wanted: TypeAlias = Literal["any", "open", "complete", "missing", "exported", "unexported", "binned"]
Span: TypeAlias = Literal["any", "today", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class ExamFilter:
    """What is looked for.

    Attributes
    ----------
    text
        Typed words, as `read_query` takes them.
    span
        When the exam began, in this PC's days.
    plane
        Exams with a kept frame of this plane; empty for any.
    state
        How far it is, whether it was exported, or those in the bin.
    """

    text: str = ""
    span: Span = "any"
    plane: str = ""
    state: Wanted = "any"

    @property
    def said(self) -> str:
        """What was asked in words; empty where everything in the list is shown."""
        spans = {"any": "", "today": "today", "week": "last 7 days", "month": "last 30 days", "year": "last 365 days"}
        state = {"any": "", "binned": "", "unexported": "not exported"}.get(self.state, self.state)
        return " ".join(part for part in (self.text.strip(), self.plane, spans[self.span], state) if part)


@dataclass(frozen=True, slots=True)
class ListedExam:
    """A line of the list.

    Attributes
    ----------
    line
        The exam with what it holds.
    planes
        Of its protocol; empty where that is not known any more.
    """

    line: ExamLine
    planes: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Planes of the protocol for which no frame stands."""
        return tuple(plane for plane in self.planes if plane not in self.line.planes)

    @property
    def progress(self) -> Progress:
        """How far the exam is."""
        if self.line.exam.ended_at is None:
            return "open"
        if not self.planes:
            return "other"
        return "missing" if self.missing else "complete"

    def days_left(self, at: datetime) -> int:
        """Return for how many days it can still be taken out of the bin."""
        binned = self.line.binned_at or at
        return max(0, -((at - binned - BIN_LASTS) // timedelta(days=1)))


@dataclass(frozen=True, slots=True, eq=False)
class ShownFrame:
    """A kept or rejected frame; of one whose keeping was undone the history alone tells.

    Attributes
    ----------
    thumb
        uint8 (H, W) or (H, W, 3), at most 160 pixels wide; None where its file is gone or damaged.
    read
        Whether that is known yet.
    model
        What named it; empty where none was at work.
    """

    frame: KeptFrame
    thumb: Pixels | None
    read: bool
    model: str


@dataclass(frozen=True, slots=True, eq=False)
class OpenedExam:
    """An exam in full.

    Attributes
    ----------
    history
        Of all its frames, the newest first.
    """

    listed: ListedExam
    report: ExamReport
    frames: tuple[ShownFrame, ...]
    clips: tuple[Clip, ...]
    history: tuple[LabelChange, ...]


@dataclass(frozen=True, slots=True)
class ListShown:
    """The exams that were looked for.

    Attributes
    ----------
    total, binned
        Exams in the list, and in the bin.
    planes
        Every plane of a kept frame.
    """

    asked: ExamFilter
    exams: tuple[ListedExam, ...]
    total: int
    binned: int
    planes: tuple[str, ...]
    disk: DiskUse


@dataclass(frozen=True, slots=True, eq=False)
class ExamShown:
    """An exam was read; comes again as thumbnails are read, once its maps are drawn, and after a change."""

    opened: OpenedExam


@dataclass(frozen=True, slots=True)
class AcrossShown:
    """The model against people, and what was ever erased."""

    agreement: Agreement
    audit: tuple[AuditLine, ...]


@dataclass(frozen=True, slots=True)
class MapsDrawn:
    """How many of an exam's maps are drawn; all of them, or none any more where they are given up."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class DeskDone:
    """Something was carried out.

    Attributes
    ----------
    advice
        What follows from it, or empty.
    undoable
        Whether `undo` takes it back.
    """

    what: str
    advice: str = ""
    undoable: bool = False


@dataclass(frozen=True, slots=True)
class DeskFailed:
    """Something could not be carried out; nothing was changed."""

    message: str
    advice: str


DeskEvent: TypeAlias = ListShown | ExamShown | AcrossShown | MapsDrawn | DeskDone | DeskFailed
