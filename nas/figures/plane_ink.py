"""The colour and the mark of every plane in a figure: those of the program, so that screen and paper agree."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from nas.planes import NONE, SCREENING

PLANE_COLOURS: Final[dict[str, str]] = {
    "ACS": "#C99478",
    "FCH": "#4A6FA1",
    "LVOT": "#D7DD3D",
    "RVOT": "#BD4814",
    "TV": "#A7E0CC",
    "TVT": "#C49EFC",
    "AALA": "#F4C9F5",
    "ADALA": "#F77022",
    "VCLA": "#A066F1",
    "ASA": "#886655",
    "BSC": "#D4E9A9",
    NONE: "#8A9199",
}
_OWN_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
_OWN_MARKS: Final = ("^", "v", "P", "*", "<", ">")


class PlaneInk(NamedTuple):
    """How the frames of a plane are marked: fill colour, and a mark of matplotlib."""

    colour: str
    mark: str


def plane_inks(labels: Sequence[str]) -> dict[str, PlaneInk]:
    """Return the ink of each label, in order.

    Screening planes are discs, extended ones diamonds (stripes on screen), `none` is a cross. A department's own
    classes take six colours of Okabe and Ito (2008) in turn, each round with another mark.
    """
    own = [label for label in labels if label not in PLANE_COLOURS]
    inks = {}
    for label in labels:
        if label in PLANE_COLOURS:
            mark = "x" if label == NONE else "o" if label in SCREENING else "D"
            inks[label] = PlaneInk(PLANE_COLOURS[label], mark)
        else:
            number = own.index(label)
            mark = _OWN_MARKS[number // len(_OWN_COLOURS) % len(_OWN_MARKS)]
            inks[label] = PlaneInk(_OWN_COLOURS[number % len(_OWN_COLOURS)], mark)
    return inks
