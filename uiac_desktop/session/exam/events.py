"""What an examination tells, and how it stands: records for checklist, header and message bar."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from uiac_desktop.exam.records import Clip, Exam, KeptFrame
from uiac_desktop.frame import Pixels

LineState: TypeAlias = Literal["met", "missing", "rejected"]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A kept frame with a small picture of it, uint8, (h, w) or (h, w, 3), at most 160 pixels wide."""

    frame: KeptFrame
    thumb: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class ProtocolLine:
    """How one plane of the protocol stands.

    Attributes
    ----------
    state
        ``rejected`` where everything that was kept of the plane was rejected.
    best
        The frame that stands for the plane.
    alternatives
        Up to 5 others, best first.
    """

    plane: str
    state: LineState
    best: Kept | None
    alternatives: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ExamState:
    """How the examination stands at one moment.

    Attributes
    ----------
    exam
        The exam that goes on, or None.
    lines
        In the protocol's order; empty without an exam.
    recording_s
        For how long a recording has been asked for, seconds, or None.
    ring_s
        How many of the last seconds can be saved now.
    lost
        Frames that ring and recording could not take in.
    stored_allowed, why
        Whether anything may be kept, and why not.
    """

    exam: Exam | None
    lines: tuple[ProtocolLine, ...]
    recording_s: float | None
    ring_s: float
    lost: int
    stored_allowed: bool
    why: str


@dataclass(frozen=True, slots=True)
class ExamBegan:
    """An exam began."""

    exam: Exam


@dataclass(frozen=True, slots=True)
class ExamCutOff:
    """An exam ended because the program was killed; it can go on, or stay ended.

    Attributes
    ----------
    frames
        How many are kept in it.
    """

    exam: Exam
    frames: int


@dataclass(frozen=True, slots=True, eq=False)
class ExamWentOn:
    """An exam that was cut off goes on.

    Attributes
    ----------
    kept
        Its kept frames in the order of keeping.
    by_hand
        Numbers of those that a person kept or chose.
    """

    exam: Exam
    kept: tuple[Kept, ...]
    by_hand: frozenset[int]


@dataclass(frozen=True, slots=True)
class SubjectKnown:
    """The exam is that of the woman with the local number that was given, who had so many exams before."""

    exam: Exam
    earlier: int


@dataclass(frozen=True, slots=True)
class ExamEnded:
    """An exam ended; what it kept stays."""

    exam: Exam


@dataclass(frozen=True, slots=True, eq=False)
class FrameKept:
    """A frame is on the disk."""

    kept: Kept
    by_hand: bool


@dataclass(frozen=True, slots=True, eq=False)
class FrameChanged:
    """Label, state or standing of a kept frame changed."""

    kept: Kept


@dataclass(frozen=True, slots=True)
class ClipSaved:
    """A clip is on the disk."""

    clip: Clip


@dataclass(frozen=True, slots=True)
class RecordingLost:
    """The recording in hand lacks so many frames by now, since the PC could not follow."""

    frames: int


@dataclass(frozen=True, slots=True)
class ProtocolComplete:
    """Every plane of the protocol has its frame."""

    protocol: str
    count: int


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """Something could not be kept or changed; what was kept before is safe."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class StoreFull:
    """The disk is full; frames that wait are kept as soon as there is room."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class NewWomanAsked:
    """No picture of a woman came for ten minutes while an exam goes on: is the next one another?"""


@dataclass(frozen=True, slots=True)
class Undone:
    """A change was taken back or done again."""

    text: str


ExamEvent: TypeAlias = (
    ExamBegan
    | ExamCutOff
    | ExamWentOn
    | SubjectKnown
    | ExamEnded
    | FrameKept
    | FrameChanged
    | ClipSaved
    | RecordingLost
    | ProtocolComplete
    | StoreFailed
    | StoreFull
    | NewWomanAsked
    | Undone
)
