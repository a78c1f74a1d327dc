"""What Review's model works on, and whom it tells: a clip with its book of predictions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.frame import Frame, Prediction
from uiac_desktop.session.review.label_rows import Codes
from uiac_desktop.session.review.prediction_book import PredictionBook
from uiac_desktop.session.review.records import Analysis
from uiac_desktop.sources.base import FrameSource


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model before it is at work.

    Attributes
    ----------
    digest
        SHA-256 in hexadecimal of its folder.
    """

    name: str
    digest: str
    classes: tuple[str, ...]
    threshold: float


@dataclass(eq=False, slots=True)
class ClipJob:
    """A clip to be analysed; its book belongs to the analyst's thread from `ClipAnalyst.take_on` on.

    Attributes
    ----------
    open_source
        Opens the clip once more, for the analysis alone.
    total
        Returns how many frames there are, None while nobody knows.
    keep
        Takes parts that are to be stored; must not wait.
    stored
        What was said before, in parts.
    saved, saved_complete
        How much of the book is stored, and whether it is known there that the clip ends.
    computed
        Frames that were labelled anew.
    """

    open_source: Callable[[], FrameSource]
    codes: Codes
    facts: ModelFacts
    total: Callable[[], int | None]
    keep: Callable[[PredictionPart], None]
    stored: tuple[PredictionPart, ...] = ()
    book: PredictionBook = field(init=False)
    saved: int = 0
    saved_complete: bool = False
    computed: int = 0

    def __post_init__(self) -> None:
        self.book = PredictionBook(self.codes, self.facts.classes, self.facts.threshold)


class AnalystListener(Protocol):
    """Who is told, in the analyst's thread; must not wait."""

    def on_model(self, facts: ModelFacts) -> None:
        """A model is at work; what it said of the clip before may be looked up."""

    def on_model_failed(self, error: DesktopError | NasError) -> None:
        """It cannot be put to work; the one before stays."""

    def on_analysis(self, job: ClipJob, analysis: Analysis) -> None:
        """There is more in the book, or the state changed."""

    def on_looked(self, frame: Frame, prediction: Prediction) -> None:
        """The frame on screen, with its map."""

    def on_bug(self, error: Exception) -> None:
        """Something went wrong inside the program."""
