"""What the desk of the export tells: exams to choose from, the sheet to check, how far it has come, how it ended."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from uiac_desktop.exam.export_summary import ExportSummary, Step
from uiac_desktop.frame import Pixels
from uiac_desktop.session.review.reviewed_clip import ReviewedClip

if TYPE_CHECKING:
    from uiac_desktop.exam.exam_list import ExamLine


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """Whose frames are given away.

    Attributes
    ----------
    exam_ids
        Exams by their numbers.
    clip
        The clip that is open in Review, where its labelled frames go along.
    number
        The local number of the woman that it shows; blank where nobody gave one.
    """

    exam_ids: tuple[int, ...] = ()
    clip: ReviewedClip | None = None
    number: str = ""

    def __bool__(self) -> bool:
        return bool(self.exam_ids or self.clip)


@dataclass(frozen=True, slots=True, eq=False)
class SheetRow:
    """One frame before and after, for a person to check that nothing of a woman is left.

    Attributes
    ----------
    before
        As the store has it, uint8 (h, w) or (h, w, 3), shrunk.
    told_before
        What the store knows of it, one line each.
    after
        Read back from the bytes that the data set would get, shrunk alike.
    told_after
        What the data set would say of it, one line each.
    """

    before: Pixels
    told_before: tuple[str, ...]
    after: Pixels
    told_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExamsListed:
    """The exams that can be chosen, newest first."""

    lines: "tuple[ExamLine, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class SheetShown:
    """Frames of the choice: how many of each plane, and some of them before and after."""

    planes: dict[str, int]
    rows: tuple[SheetRow, ...]
    clips: int


@dataclass(frozen=True, slots=True)
class ExportGoesOn:
    """How far the export has come."""

    step: Step
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ExportEnded:
    """The export is over, or was stopped."""

    summary: ExportSummary


@dataclass(frozen=True, slots=True)
class ExportFailed:
    """What was asked for cannot be done.

    Attributes
    ----------
    names_differ
        Whether it only waits for the answer whether near-equal names of planes are one.
    """

    message: str
    advice: str
    names_differ: bool = False


ExportEvent: TypeAlias = ExamsListed | SheetShown | ExportGoesOn | ExportEnded | ExportFailed
