"""What the plane block says: code and name, or a state in their place, with a certainty said three ways."""

from dataclasses import dataclass

from nas.planes import NONE, plane_name
from uiac_desktop.frame import Prediction
from uiac_desktop.ui.look.certainty import WORDS, CertaintyRule, Level, percent


@dataclass(frozen=True, slots=True)
class PlaneBlock:
    """The contents of the plane block.

    Attributes
    ----------
    headline
        Plane code, or the state word that stands in its place.
    name
        Full name, or what the state means.
    plane
        Code whose colour the bar at the left has; None is the grey hatch of "no plane".
    level, word, figure
        Certainty as bars, word and percentage (or a dash).
    frozen
        Whether the chip "Frozen" is shown.
    """

    headline: str
    name: str
    plane: str | None
    level: Level
    word: str
    figure: str
    frozen: bool = False

    @property
    def spoken(self) -> str:
        """The block as one sentence for a screen reader."""
        if self.plane is None:
            return f"{self.headline}. {self.name}.".replace("\n", " ")
        held = ", frozen" if self.frozen else ""
        figure = self.figure.replace(" %", " percent")
        return f"Plane: {self.name.lower()}, {self.headline}, {self.word.lower()}, {figure}{held}"


NO_SOURCE = PlaneBlock("No source", "Choose one to begin", None, "searching", "Waiting", "–")
OPENING = PlaneBlock("Opening", "The first frame is on its way", None, "searching", "Waiting", "–")
MODEL_LOADING = PlaneBlock("Loading", "The model is made ready", None, "searching", "No answer yet", "–")
NO_SECTOR = PlaneBlock("No sector", "The crop shows something else", None, "searching", "Voting stopped", "–")
NO_MODEL = PlaneBlock("No model", "Choose one in Settings", None, "searching", "No answer", "–")


def block_of(prediction: Prediction, rule: CertaintyRule, frozen: bool) -> PlaneBlock:
    """Return the block for what the model says of the frame on screen."""
    if prediction.plane == NONE:
        guess = _guess(prediction)
        return PlaneBlock("Searching", "None of the planes", None, "searching", WORDS["searching"], guess, frozen)
    level = rule.level(prediction.certainty)
    figure = percent(prediction.certainty)
    return PlaneBlock(
        prediction.plane, plane_name(prediction.plane), prediction.plane, level, WORDS[level], figure, frozen
    )


def _guess(prediction: Prediction) -> str:
    """Return the plane that comes nearest, with its share, though it is not enough to name it."""
    shares = zip(prediction.probabilities.tolist(), prediction.classes, strict=True)
    share, plane = max((share, code) for share, code in shares if code != NONE)
    return f"{plane} {percent(share)}"


def no_picture(last_plane: str | None, ago_s: float) -> PlaneBlock:
    """Return the block of a source that gives no more frames."""
    last = f"Last: {last_plane},\n{ago_s:.0f} s ago" if last_plane else "Nothing could be read"
    return PlaneBlock("No picture", last, None, "searching", "Stopped", "–")
