"""The one list of planes: which lines it has and what each says, in protocol order that never changes while live."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from nas.planes import NONE, PLANES, SCREENING, plane_name
from uiac_desktop.frame import Prediction
from uiac_desktop.ui.certainty import percent

Group: TypeAlias = Literal["screening", "also", "none"]
NO_FIGURE: Final = "–"


@dataclass(frozen=True, slots=True)
class PlaneRow:
    """One line of the list.

    Attributes
    ----------
    share
        Calibrated probability, 0 to 1; None where there is no figure (no answer yet, or ``none`` by threshold).
    current
        Whether this is what the block beside the image says now.
    """

    plane: str
    name: str
    group: Group
    share: float | None
    percent: str
    current: bool


def listed_planes(classes: tuple[str, ...]) -> tuple[tuple[str, Group], ...]:
    """Return a model's planes in the list's order: screening, others of the protocol, the department's own, none."""
    known = [code for code in PLANES if code in classes]
    own = [code for code in classes if code not in PLANES and code != NONE]
    has_screening = any(code in SCREENING for code in known)
    groups: list[tuple[str, Group]] = [
        (code, "screening" if code in SCREENING or not has_screening else "also") for code in [*known, *own]
    ]
    return (*groups, (NONE, "none"))


def rows_of(classes: tuple[str, ...], prediction: Prediction | None) -> tuple[PlaneRow, ...]:
    """Return the lines for a model's planes; without a prediction every bar is empty."""
    shares: Mapping[str, float] = {}
    if prediction is not None:
        shares = dict(zip(prediction.classes, prediction.probabilities.tolist(), strict=True))
    current = prediction.plane if prediction is not None else None
    return tuple(
        _row(code, group, shares.get(code), code == current) for code, group in listed_planes(classes or PLANES)
    )


def _row(code: str, group: Group, share: float | None, current: bool) -> PlaneRow:
    name = "none of the planes" if code == NONE else plane_name(code)
    figure = NO_FIGURE if share is None else percent(share)
    return PlaneRow(code, name, group, share, figure, current)
