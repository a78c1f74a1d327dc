"""The one list of planes: which lines it has and what each says, in protocol order that never changes while live."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from nas.planes import NONE, PLANES, SCREENING, plane_name
from uiac_desktop.frame import Prediction
from uiac_desktop.ui.look.certainty import percent

Group: TypeAlias = Literal["protocol", "also", "none"]
NO_FIGURE: Final = "–"


@dataclass(frozen=True, slots=True)
class PlaneRow:
    """One line of the list.

    Attributes
    ----------
    share
        Calibrated probability, 0 to 1, in hundredths, so that a line is drawn anew only where it looks different; None
        where there is no figure (no answer yet, or ``none`` by threshold).
    current
        Whether this is what the block beside the image says now.
    """

    plane: str
    name: str
    group: Group
    share: float | None
    percent: str
    current: bool


def listed_planes(classes: tuple[str, ...], protocol: tuple[str, ...] = SCREENING) -> tuple[tuple[str, Group], ...]:
    """Return the planes in the list's order: the protocol's, others that the model knows, the department's own, none.

    A model that knows no plane of the protocol has a list of its own planes instead.
    """
    others = [*(code for code in PLANES if code in classes), *(code for code in classes if code not in PLANES)]
    others = [code for code in others if code != NONE]
    if not any(code in classes for code in protocol):
        return (*((code, "protocol") for code in others), (NONE, "none"))
    also: list[tuple[str, Group]] = [(code, "also") for code in others if code not in protocol]
    return (*((code, "protocol") for code in protocol), *also, (NONE, "none"))


def rows_of(
    classes: tuple[str, ...], prediction: Prediction | None, protocol: tuple[str, ...] = SCREENING
) -> tuple[PlaneRow, ...]:
    """Return the lines for a protocol and a model's planes; without a prediction every bar is empty."""
    shares: Mapping[str, float] = {}
    if prediction is not None:
        shares = dict(zip(prediction.classes, prediction.probabilities.tolist(), strict=True))
    current = prediction.plane if prediction is not None else None
    return tuple(
        _row(code, group, shares.get(code), code == current)
        for code, group in listed_planes(classes or PLANES, protocol)
    )


def _row(code: str, group: Group, share: float | None, current: bool) -> PlaneRow:
    name = "none of the planes" if code == NONE else plane_name(code)
    figure = NO_FIGURE if share is None else percent(share)
    return PlaneRow(code, name, group, None if share is None else round(share, 2), figure, current)
