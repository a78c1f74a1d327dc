"""What a scanner shows over or beside a plain picture: colour box, dual image, trace, callipers; none of the planes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from uiac_desktop.phantom.callipers import draw_callipers
from uiac_desktop.phantom.colour_box import draw_colour_box
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.furniture import Picture, Screen
from uiac_desktop.phantom.moment import Moment
from uiac_desktop.phantom.receiver import Grey
from uiac_desktop.phantom.split_screen import draw_doppler, draw_dual, draw_m_mode

_Drawing = Callable[[Screen, Grey, Moment, Dice], Picture]
_DRAWINGS: Final[dict[str, _Drawing]] = {
    "colour": draw_colour_box,
    "dual": draw_dual,
    "m-mode": draw_m_mode,
    "doppler": draw_doppler,
    "callipers": draw_callipers,
}
EXTRAS: Final = tuple(_DRAWINGS)


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that makes a frame none of the planes, whatever its pose.

    Attributes
    ----------
    kind
        One of EXTRAS: colour box, dual image, M-mode trace, Doppler spectrum, callipers with readings.
    key
        Names its place, size and numbers; 0 or more. Equal keys look alike at every moment.
    """

    kind: str
    key: int

    @property
    def freezes(self) -> bool:
        """Whether the picture under it stands still, since a scanner measures on a frozen picture."""
        return self.kind == "callipers"


def show_with(screen: Screen, polar: Grey, extra: Extra, moment: Moment) -> Picture:
    """Return the RGB screen of a polar picture with the extra drawn over or beside it."""
    return _DRAWINGS[extra.kind](screen, polar, moment, Dice(extra.key, EXTRAS.index(extra.kind)))
