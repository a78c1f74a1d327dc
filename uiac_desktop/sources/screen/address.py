"""The address of a screen or a part of it, in the desktop's own pixels; loads no driver."""

import re
from dataclasses import dataclass
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.base import Region

SCREEN_HOW: Final = "Write screen:X,Y,WIDTH,HEIGHT, screen:2 for the second screen, or screen: for the first."
_REGION: Final = re.compile(r"(-?\d{1,5}),(-?\d{1,5}),(\d{1,5}),(\d{1,5})")
_LEAST: Final = 16


@dataclass(frozen=True, slots=True)
class ScreenArea:
    """What is to be captured: a part of the desktop, or a whole screen by its number from 1; and how it is called."""

    name: str
    area: Region | int


def screen_area(rest: str) -> ScreenArea:
    """Return what an address without its scheme means.

    Raises
    ------
    SourceError
        It is not written right.
    """
    told = rest.strip()
    region = _REGION.fullmatch(told)
    if region is None and told and not told.isdecimal():
        raise SourceError("The part of the screen is not written right.", SCREEN_HOW)
    if region is None:
        number = int(told or 1)
        return ScreenArea(f"Screen {number}", number)
    x, y, width, height = (int(digits) for digits in region.groups())
    if width < _LEAST or height < _LEAST:
        raise SourceError(f"A part of the screen is at least {_LEAST} pixels wide and high.", SCREEN_HOW)
    return ScreenArea(f"Screen {width}×{height} at {x}, {y}", Region(x, y, width, height))


def screen_address(region: Region) -> str:
    """Return the address of a part of the screen."""
    return f"screen:{region.x},{region.y},{region.width},{region.height}"
