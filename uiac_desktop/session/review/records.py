"""How the Review room stands: the clip that is open, the frame under the cursor, the analysis, and all as one state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from uiac_desktop.frame import Frame, Prediction
from uiac_desktop.session.review.marks import Agreement, Dispute, Doubt, FrameRange, PersonLabels, PlaneBest, Segment

Phase: TypeAlias = Literal["empty", "opening", "open", "failed"]
Goal: TypeAlias = Literal["doubtful", "difference", "change", "best"]
AnalysisState: TypeAlias = Literal["waiting", "running", "stopped", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Medium:
    """One of several things that were found in a folder, on a disc or in a zip of one.

    Attributes
    ----------
    name
        Base name, or place in the folder.
    """

    name: str


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """The clip that is open.

    Attributes
    ----------
    name
        Base name, for the screen alone.
    kind
        As `SourceInfo.kind`.
    clip_id
        Number of an exam's clip in the exam store, None for a file from elsewhere.
    width, height
        Of the frames that come out, pixels.
    fps
        Nominal frames a second, None for stills.
    frames
        How many are known: exact once ``counted``, a lower bound before.
    duration_s
        Time of the last known frame plus one frame's length, seconds.
    warnings
        What the source skipped or repaired, one line each.
    """

    name: str
    kind: str
    clip_id: int | None
    width: int
    height: int
    fps: float | None
    frames: int
    counted: bool
    duration_s: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ShownFrame:
    """The frame under the cursor.

    Attributes
    ----------
    frame
        With its own number and time.
    prediction
        What the model says of this very frame, with its maps; None while it is not computed yet, or without a model.
    """

    frame: Frame
    prediction: Prediction | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What model and people say of the frame under the cursor, from what is stored.

    Attributes
    ----------
    plane, certainty
        As the analysis has it, steadied as in Scan; None where the frame is not analysed.
    label, labelled_by, labelled_at_s
        The label of the person at work, or where there is none the settled one; when, seconds since 1970, UTC.
    others
        Labels of the other people, by name.
    """

    plane: str | None
    certainty: float
    label: str | None
    labelled_by: str
    labelled_at_s: float | None
    others: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Analysis:
    """How far the model has come with the clip.

    Attributes
    ----------
    state
        ``waiting`` until model and stored predictions are there; ``stopped`` by the person, goes on with `analyse`.
    done, total
        Frames; `total` None while nobody knows how many there are.
    fps
        Frames a second of late, None at first.
    left_s
        Seconds left, None while unknown.
    model, device
        Names, empty without a model.
    message, advice
        Why it failed.
    """

    state: AnalysisState
    done: int
    total: int | None
    fps: float | None = None
    left_s: float | None = None
    model: str = ""
    device: str = ""
    message: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ReviewState:
    """How the room stands; a new record for every change, cheap to ask for.

    Attributes
    ----------
    phase
        ``failed`` has a `ReviewFailed` among the events, and `message`, `advice` here.
    media, medium
        What can be chosen where a folder, a disc or a zip was opened, and which is open; empty and 0 for a single file.
    opening
        What is being opened, for the line "Opening NAME".
    frame, time_s
        Under the cursor; what was asked for last, also while its picture is still being decoded.
    speed
        0.25 to 4.
    loop
        Whether it plays round and round: the selection where there is one, else the clip.
    predicted, corrected, settled
        The rows of the timeline: the model, the person at work, and what was settled.
    differences
        Runs where prediction and the person's label differ, neither being missing.
    verdict
        Of the frame under the cursor.
    selection
        The range, or None.
    mark
        A range's first end that still waits for the other one.
    holding
        The plane whose key is held while it plays, and the frames so far.
    person, people
        Who labels, and all who have labelled this clip, with their rows.
    labels_ready
        Whether stored labels were read; nobody can label before.
    unsaved
        Changes on their way to the disk.
    saved_at_s
        When labels were last written, seconds since 1970, UTC; None before.
    """

    phase: Phase
    clip: ClipInfo | None = None
    opening: str = ""
    message: str = ""
    advice: str = ""
    media: tuple[Medium, ...] = ()
    medium: int = 0
    frame: int = 0
    time_s: float = 0.0
    playing: bool = False
    speed: float = 1.0
    loop: bool = False
    analysis: Analysis | None = None
    predicted: tuple[Segment, ...] = ()
    corrected: tuple[Segment, ...] = ()
    settled: tuple[Segment, ...] = ()
    doubtful: tuple[Doubt, ...] = ()
    differences: tuple[FrameRange, ...] = ()
    bests: tuple[PlaneBest, ...] = ()
    verdict: Verdict | None = None
    selection: FrameRange | None = None
    mark: int | None = None
    holding: Segment | None = None
    person: str = ""
    people: tuple[PersonLabels, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    can_undo: bool = False
    can_redo: bool = False
    labels_ready: bool = False
    unsaved: int = 0
    saved_at_s: float | None = None
