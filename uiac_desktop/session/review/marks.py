"""Where in a clip something is: segments, doubtful frames, best frames, and how people agree."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FrameRange:
    """Frames ``first`` to ``last`` of a clip, both among them."""

    first: int
    last: int

    @property
    def frames(self) -> int:
        """How many."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames in a row of one plane and, where the model speaks, of one level of certainty.

    Attributes
    ----------
    first, last
        Frame numbers, both among them.
    start_s, end_s
        When the first is shown, and when the last no longer is, seconds of the clip.
    certainty
        Mean, 0 to 1; 1 for a person's label.
    """

    first: int
    last: int
    start_s: float
    end_s: float
    plane: str
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """A run of doubtful frames of one plane, by the least certain of them.

    Attributes
    ----------
    frame, time_s, certainty
        The least certain frame.
    run
        All of them.
    plane
        As predicted.
    label
        What the person at work said of that frame, or None where it is still open.
    """

    frame: int
    time_s: float
    certainty: float
    run: FrameRange
    plane: str
    label: str | None


@dataclass(frozen=True, slots=True)
class PlaneBest:
    """The frame that shows a plane best: in the middle of its surest second."""

    plane: str
    frame: int
    time_s: float
    certainty: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two people agree on the frames that both have labelled.

    Attributes
    ----------
    frames, same
        Labelled by both, and alike.
    kappa
        Cohen's kappa, -1 to 1; None where it says nothing (no frame in common, or all of one plane).
    """

    one: str
    other: str
    frames: int
    same: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class PersonLabels:
    """The labels of one person; ``settled`` differences come as those of nobody (empty name)."""

    who: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Frames in a row that people label differently and nobody has settled.

    Attributes
    ----------
    says
        Plane by person.
    """

    run: FrameRange
    start_s: float
    says: Mapping[str, str]
