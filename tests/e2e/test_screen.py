"""A part of the screen that the user chose is what is captured, at every scale, on a real X server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from tests.e2e.real_program import ROOT, x_server
from tests.uiac_desktop.sources.numbered import number_of, numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.open import open_source

X, Y, WIDTH, HEIGHT, NUMBER = 240, 120, 480, 360, 165
pytestmark = pytest.mark.real_window


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server(1920, 1080, "-noreset") as name:
        yield name


@pytest.fixture
def on_display(display: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", display)
    return display


def newest(address: str) -> Frame:
    with open_source(address) as source:
        frame = source.read()
        assert frame is not None
        return frame


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_that_the_part_that_was_dragged_is_the_part_that_is_captured(on_display: str, scale: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    place = {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "tests.e2e.chosen_part", *(str(n) for n in (X, Y, WIDTH, HEIGHT, NUMBER))]
    shown = subprocess.Popen(
        words, env=kept | place, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert shown.stdout is not None
    try:
        told = json.loads(shown.stdout.readline())
        assert told["scale"] == float(scale)
        assert told["address"] == f"screen:{X},{Y},{WIDTH},{HEIGHT}"
        frame = newest(told["address"])
    finally:
        shown.communicate("", timeout=30)
    assert frame.pixels.shape == (HEIGHT, WIDTH, 3)
    assert number_of(frame.pixels) == NUMBER
    np.testing.assert_array_equal(frame.pixels[..., 0], numbered(NUMBER, WIDTH, HEIGHT))


def test_that_whole_screens_are_captured_by_number(on_display: str) -> None:
    assert newest("screen:").pixels.shape == (1080, 1920, 3)
    assert newest("screen:1").pixels.shape == (1080, 1920, 3)
    with pytest.raises(SourceError, match="no screen 2: this PC has 1"):
        newest("screen:2")


def test_that_a_part_outside_the_screen_says_so(on_display: str) -> None:
    for address in ("screen:-1,0,64,64", "screen:1900,0,64,64", "screen:0,1070,64,64"):
        with pytest.raises(SourceError, match="lies outside the screen"):
            newest(address)


def test_that_no_screen_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":999")
    with pytest.raises(SourceError, match="cannot be read") as error:
        newest("screen:")
    assert "Wayland" in error.value.advice
