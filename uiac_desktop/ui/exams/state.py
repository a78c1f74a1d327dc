"""What the Exams room shows, as records that its parts draw, and the words in which they say it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from nas.counts import counted
from nas.planes import NONE, PLANES
from uiac_desktop.exam.agreement import Agreement
from uiac_desktop.exam.erasing import AuditLine
from uiac_desktop.exam.exam_list import ExamLine
from uiac_desktop.exam.media import DiskUse
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.session.exams.desk_records import ExamFilter, ListedExam, OpenedExam

Column: TypeAlias = Literal["date", "subject", "protocol", "planes", "frames", "clips", "checked", "exported", "state"]
Side: TypeAlias = Literal["report", "frames", "history"]

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
EMPTY: Final = "No exams yet. Keep a frame in Scan, and its exam appears here."
EMPTY_BIN: Final = "The bin is empty."


@dataclass(frozen=True, slots=True, eq=False)
class ExamsState:
    """How the room stands.

    Attributes
    ----------
    exams
        In the order of the list; None until they were read.
    sort, falling
        By which column they are ordered, and whether the largest comes first.
    chosen
        The exam that is chosen, or None.
    opened
        The same in full, once it was read.
    frame
        The frame of it that is chosen, or None.
    maps
        How many of its maps are drawn, and of how many.
    across
        The model against people.
    audit
        What was ever erased, oldest first.
    """

    asked: ExamFilter = field(default_factory=ExamFilter)
    exams: tuple[ListedExam, ...] | None = None
    total: int = 0
    binned: int = 0
    planes: tuple[str, ...] = ()
    disk: DiskUse | None = None
    sort: Column = "date"
    falling: bool = True
    chosen: int | None = None
    opened: OpenedExam | None = None
    frame: int | None = None
    maps: tuple[int, int] = (0, 0)
    across: Agreement | None = None
    audit: tuple[AuditLine, ...] = ()

    @property
    def chosen_exam(self) -> ListedExam | None:
        """The line of the chosen exam."""
        return next((exam for exam in self.exams or () if exam.line.exam.id == self.chosen), None)

    @property
    def frames(self) -> tuple[KeptFrame, ...]:
        """The frames of the opened exam in the order of keeping."""
        return tuple(shown.frame for shown in self.opened.frames) if self.opened is not None else ()

    @property
    def chosen_frame(self) -> KeptFrame | None:
        """The frame that is chosen."""
        return next((frame for frame in self.frames if frame.id == self.frame), None)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that a frame of the opened exam can get: the planes, those of its protocol or store, ``none``."""
        own = self.opened.listed.planes if self.opened is not None else ()
        return (*(plane for plane in dict.fromkeys((*PLANES, *own, *self.planes)) if plane != NONE), NONE)

    @property
    def in_bin(self) -> bool:
        """Whether the list shows the bin."""
        return self.asked.state == "binned"

    @property
    def nothing(self) -> str:
        """What stands in place of an empty list; empty where there are lines, or nothing was read yet."""
        if self.exams is None or self.exams:
            return ""
        if self.asked.said:
            return f'No exam matches "{self.asked.said}".'
        return EMPTY_BIN if self.in_bin else EMPTY

    @property
    def held(self) -> str:
        """How many exams there are and what they take on the disk; empty before that is read."""
        if self.disk is None:
            return ""
        count = f"{self.binned:,} in the bin" if self.in_bin else counted(self.total, "exam")
        taken = self.disk.database + self.disk.media + self.disk.unlisted
        return f"{count}, {bytes_text(taken)}"

    @property
    def free(self) -> str:
        """What is left on the disk."""
        return "" if self.disk is None else f"{bytes_text(self.disk.free)} free"


def state_words(exam: ListedExam, at: datetime | None = None) -> tuple[str, str, str]:
    """Return icon, colour token and words of how far an exam is.

    Parameters
    ----------
    at
        Now, for exams in the bin.
    """
    if exam.line.binned_at is not None:
        days = exam.days_left(at or datetime.now(UTC))
        return "close", "text2", f"Bin, {counted(days, 'day')} left"
    if exam.progress == "open":
        return "info", "info", "Open"
    if exam.progress == "missing":
        return "warn", "warn", f"Missing {', '.join(exam.missing)}"
    if exam.progress == "complete":
        return "ok", "ok", "Complete"
    return "exam", "text2", "Own protocol"


def exported_words(line: ExamLine) -> str:
    """Return whether an exam was exported, and whether that still holds."""
    if line.exported_at is None:
        return "not exported"
    return "exported, changed since" if line.changed_since_export else "exported"


def sorted_exams(exams: tuple[ListedExam, ...], column: Column, falling: bool) -> tuple[ListedExam, ...]:
    """Return lines in the order of a column; equal ones stay newest first."""
    keys = {
        "date": lambda exam: exam.line.exam.started_at,
        "subject": lambda exam: exam.line.exam.subject,
        "protocol": lambda exam: exam.line.exam.protocol.casefold(),
        "planes": lambda exam: len(exam.line.planes),
        "frames": lambda exam: exam.line.frames,
        "clips": lambda exam: exam.line.clips,
        "checked": lambda exam: exam.line.corrected / max(exam.line.frames, 1),
        "exported": lambda exam: exam.line.exported_at or _NEVER,
        "state": lambda exam: exam.progress,
    }
    return tuple(sorted(exams, key=keys[column], reverse=falling))


def bytes_text(size: int) -> str:
    """Return a size as people read it."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if size >= scale:
            return f"{size / scale:,.1f} {unit}"
    return f"{size / 1e3:,.0f} kB"
