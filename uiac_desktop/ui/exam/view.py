"""What the Scan room shows of the exam at one moment, as records: views draw them and know nothing of a store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from uiac_desktop.frame import Pixels
from uiac_desktop.ui.scan.state import Chip

MarkState: TypeAlias = Literal["met", "missing", "rejected"]


@dataclass(frozen=True, slots=True)
class Thumb:
    """A small picture of a kept frame.

    Attributes
    ----------
    frame_id
        Number of the frame in the store; pictures are compared by it.
    pixels
        uint8, (h, w) grey or (h, w, 3) RGB, at most 160 wide.
    """

    frame_id: int
    pixels: Pixels = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a plane of the protocol is: its sign, and the frame that stands for it."""

    state: MarkState
    thumb: Thumb | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One frame of the strip.

    Attributes
    ----------
    percent, age
        Certainty, and how long ago: "99 %", "−2 s"; no certainty where a person gave another plane.
    best
        Whether it stands for its plane now.
    chosen
        Whether the next command is about it.
    """

    thumb: Thumb
    percent: str
    age: str
    best: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The frames kept of one plane, best first.

    Attributes
    ----------
    active
        Whether a line of the list is chosen.
    any_kept
        Whether the exam has a frame at all, of a plane or of none.
    """

    plane: str = ""
    alternatives: tuple[Alternative, ...] = ()
    active: bool = False
    any_kept: bool = False


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One line of what was kept in this exam: plane, clock time, certainty, and by whom ("auto" or "you")."""

    frame_id: int
    plane: str
    at: str
    percent: str
    by: str


@dataclass(frozen=True, slots=True)
class ExamView:
    """What the Scan room shows of the exam.

    Attributes
    ----------
    protocol
        Name of the protocol, and `planes` its planes in order.
    count
        "5 of 6".
    marks
        By plane; a plane that is not of the protocol has none.
    chosen
        Plane of the chosen line, or empty.
    strip, kept
        Alternatives of one plane; the last frames kept in this exam, the newest first.
    kept_count
        How many frames are kept in this exam, listed or not.
    chip
        The header's chip of the exam.
    recording
        How long a recording has gone on ("0:12"), or empty.
    """

    protocol: str
    planes: tuple[str, ...]
    count: str
    marks: Mapping[str, Mark]
    chosen: str
    strip: Strip
    kept: tuple[KeptLine, ...]
    kept_count: int
    chip: Chip
    recording: str
