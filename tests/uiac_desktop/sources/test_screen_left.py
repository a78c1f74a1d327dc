"""A screen left of and above the first one, as Windows and macOS number the desktop: its pixels are below zero."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect

from tests.uiac_desktop.sources.numbered import number_of, numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.screen import source
from uiac_desktop.sources.screen.address import screen_address, screen_area
from uiac_desktop.ui.scan.screen_part import in_pixels

LEFT, FIRST = Region(-1920, -200, 1920, 1080), Region(0, 0, 1366, 768)
SHOWN, NUMBER = Region(-1680, -80, 600, 480), 165


class Desktop:
    """Two screens behind the driver's border: a desktop whose left one lies below zero and shows a numbered picture."""

    def __init__(self) -> None:
        self.monitors = [_place(Region(-1920, -200, 3286, 1080)), _place(FIRST), _place(LEFT)]
        self._pixels = np.zeros((1080, 3286, 4), np.uint8)
        x, y = SHOWN.x + 1920, SHOWN.y + 200
        self._pixels[y : y + SHOWN.height, x : x + SHOWN.width, :3] = numbered(NUMBER, SHOWN.width, SHOWN.height)[
            ..., None
        ]

    def grab(self, box: dict[str, int]) -> Any:
        left, top = box["left"] + 1920, box["top"] + 200
        assert min(left, top) >= 0
        part = self._pixels[top : top + box["height"], left : left + box["width"]]
        return SimpleNamespace(raw=part.tobytes(), width=part.shape[1], height=part.shape[0])

    def close(self) -> None:
        pass


def _place(screen: Region) -> dict[str, int]:
    return {"left": screen.x, "top": screen.y, "width": screen.width, "height": screen.height}


@pytest.fixture(autouse=True)
def _desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source.mss, "MSS", Desktop)


def _newest(address: str) -> Frame:
    with open_source(address) as opened:
        frame = opened.read()
        assert frame is not None
        return frame


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_that_the_part_that_was_dragged_there_is_the_part_that_is_captured(scale: float) -> None:
    x, y = SHOWN.x - LEFT.x, SHOWN.y - LEFT.y
    part = QRect(round(x / scale), round(y / scale), round(SHOWN.width / scale), round(SHOWN.height / scale))
    region = in_pixels(part, QPoint(LEFT.x, LEFT.y), scale)
    assert region == SHOWN
    frame = _newest(screen_address(region))
    assert frame.pixels.shape == (SHOWN.height, SHOWN.width, 3)
    assert number_of(frame.pixels) == NUMBER
    np.testing.assert_array_equal(frame.pixels[..., 0], numbered(NUMBER, SHOWN.width, SHOWN.height))


@pytest.mark.parametrize("scale", [1.1, 1.25, 1.5, 1.75, 2.25])
@pytest.mark.parametrize("side", [768, 1024, 1080, 1366, 1440, 1920])
def test_that_a_whole_screen_ends_where_it_ends_at_every_scale(side: int, scale: float) -> None:
    units = round(side / scale)  # as Qt has it
    region = in_pixels(QRect(0, 0, units, units), QPoint(-side, 0), scale)
    assert side - 2 * scale < region.width <= side
    assert region.x + region.width <= 0


def test_that_a_part_across_both_screens_is_captured() -> None:
    assert _newest("screen:-100,0,200,100").pixels.shape == (100, 200, 3)


def test_that_the_left_screen_is_captured_by_its_number() -> None:
    pixels = _newest("screen:2").pixels
    assert pixels.shape == (1080, 1920, 3)
    assert number_of(pixels[120:600, 240:840]) == NUMBER


@pytest.mark.parametrize("address", ["screen:-1921,0,64,64", "screen:-1920,-201,64,64", "screen:-1920,817,64,64"])
def test_that_a_part_beyond_the_left_screen_says_so(address: str) -> None:
    with pytest.raises(SourceError, match="lies outside the screen"):
        _newest(address)


def test_that_a_place_below_zero_is_named_as_it_is_written() -> None:
    assert screen_area("-1680,-80,600,480").name == "Screen 600×480 at -1680, -80"
    assert screen_area(screen_address(SHOWN).removeprefix("screen:")).area == SHOWN
