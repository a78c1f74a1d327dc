"""What the Review room tells, one record for each kind of news."""

from dataclasses import dataclass
from typing import TypeAlias

from uiac_desktop.session.events import Bug
from uiac_desktop.session.review.records import ClipInfo, Goal


@dataclass(frozen=True, slots=True)
class ClipOpened:
    """The first frame is there.

    Attributes
    ----------
    reports
        Names of files of the folder or disc that hold no pictures and are left out.
    """

    clip: ClipInfo
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewFailed:
    """A clip cannot be opened or read on, or a model cannot be used."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class LabelsFailed:
    """Labels or predictions cannot be read or written; what is on screen stays and is written with the next change."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A change of labels was made, such as "81 frames labelled TV (0:12.40 to 0:15.07)."; undo takes it back."""

    text: str
    frames: int


@dataclass(frozen=True, slots=True)
class Retraced:
    """A change was taken back or done again, as `text` says."""

    text: str


@dataclass(frozen=True, slots=True)
class AnalysisEnded:
    """The whole clip is analysed."""

    frames: int
    fps: float | None


@dataclass(frozen=True, slots=True)
class NothingThere:
    """There is no further frame of the kind that was asked for."""

    goal: Goal
    forward: bool


@dataclass(frozen=True, slots=True)
class ThumbReady:
    """The small picture of a frame that was asked for can be had from `Review.thumb`."""

    frame: int


ReviewEvent: TypeAlias = (
    ClipOpened | ReviewFailed | LabelsFailed | Labelled | Retraced | AnalysisEnded | NothingThere | ThumbReady | Bug
)
