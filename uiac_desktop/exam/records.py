"""The records of an exam that cross every border: all that store, examination and window know of one visit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.frame import Pixels

FrameState: TypeAlias = Literal["kept", "rejected", "unkept"]
Change: TypeAlias = Literal["best", "relabelled", "rejected", "restored", "unkept"]


@dataclass(frozen=True, slots=True)
class Exam:
    """One woman's visit.

    Attributes
    ----------
    id
        Number in the store; never given twice.
    subject
        Random code of the woman, for example ``S-7K3M9Q``; the same at a later visit that gives the same local number.
    started_at, ended_at
        UTC; `ended_at` is None while the exam goes on.
    protocol
        Name of the protocol.
    who
        Who examined.
    """

    id: int
    subject: str
    started_at: datetime
    ended_at: datetime | None
    protocol: str
    who: str


@dataclass(frozen=True, slots=True, eq=False)
class NewFrame:
    """A frame that is to be kept, with what the model said of it.

    Attributes
    ----------
    pixels
        uint8, (H, W) grey or (H, W, 3) RGB, cropped and masked.
    taken_at
        UTC.
    source
        Kind of the source (``device``, ``screen``, ``video``, ``simulated`` ...), never a path or a name.
    frame
        Number in the source, from 0.
    time_s
        Seconds on the source's clock.
    predicted
        Plane code or ``none``, as the model said it before any smoothing.
    certainty
        Calibrated probability of the best plane, 0 to 1.
    classes
        Plane codes in the model's order, K of them; empty while no model was at work.
    probabilities
        Calibrated, float32 (K,).
    model
        Name of the model, empty without one.
    score
        How good the frame is among those of its plane; larger is better.
    by_hand
        Whether a person kept it.
    """

    pixels: Pixels
    taken_at: datetime
    source: str
    frame: int
    time_s: float
    predicted: str
    certainty: float
    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    model: str
    score: float
    by_hand: bool


@dataclass(frozen=True, slots=True)
class KeptFrame:
    """A frame that is in the store.

    Attributes
    ----------
    id, exam_id, clip_id
        Numbers in the store; `clip_id` is None for a frame that was kept live.
    taken_at, source, frame, time_s, predicted, certainty, score
        As in `NewFrame`.
    plane
        The label in force: `corrected`, else `predicted`.
    corrected, labelled_by, labelled_at
        A person's label, whose, and when (UTC); None where nobody has said anything.
    state
        Rejected frames stay in the store and can be restored; so do unkept ones, whose keeping was undone, but they are
        shown nowhere.
    best
        Whether it stands for its plane in the protocol; at most one frame of a plane does.
    width, height
        Pixels.
    media
        PNG below the store's media folder, with forward slashes.
    """

    id: int
    exam_id: int
    clip_id: int | None
    taken_at: datetime
    source: str
    frame: int
    time_s: float
    predicted: str
    certainty: float
    plane: str
    corrected: str | None
    labelled_by: str | None
    labelled_at: datetime | None
    state: FrameState
    best: bool
    score: float
    width: int
    height: int
    media: str

    @property
    def certainty_of_plane(self) -> float | None:
        """How sure the model is of the label in force, 0 to 1; None where a person gave a plane that it did not say."""
        return self.certainty if self.plane == self.predicted else None


@dataclass(frozen=True, slots=True)
class Clip:
    """Recorded frames of an exam.

    Attributes
    ----------
    started_at
        UTC.
    duration_s
        Seconds.
    frames, lost
        Frames in the file, and frames that the recorder could not take.
    media
        File below the store's media folder, with forward slashes.
    """

    id: int
    exam_id: int
    source: str
    started_at: datetime
    duration_s: float
    frames: int
    lost: int
    width: int
    height: int
    media: str


@dataclass(frozen=True, slots=True)
class LabelChange:
    """One line of a frame's history, which is only ever added to.

    Attributes
    ----------
    at
        UTC.
    who
        Who changed it; empty where the program did.
    former, plane
        The label in force before and after.
    what
        What was done.
    """

    frame_id: int
    at: datetime
    who: str
    former: str
    plane: str
    what: Change
