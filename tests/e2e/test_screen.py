"""A part of the screen that the user chose is what is captured, at every scale, on a real X server."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.real_program import ROOT, Keyboard, start, x_server
from tests.ui.tiny_model import write_tiny_model
from tests.uiac_desktop.sources.numbered import number_of, numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.open import open_source

X, Y, WIDTH, HEIGHT, NUMBER = 240, 120, 480, 360, 165
RIGHT = Region(1920, 56, 1280, 1024)
pytestmark = pytest.mark.real_window


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server(1920, 1080, "-noreset") as name:
        yield name


@pytest.fixture(scope="module")
def two_screens() -> Iterator[str]:
    """A desktop with a second, smaller screen at the right, a little lower."""
    if shutil.which("xrandr") is None:
        pytest.skip("xrandr is not installed (apt-get install x11-xserver-utils)")
    with x_server(1920 + RIGHT.width, 1080, "-noreset") as name:
        for monitor in (
            ("left", "1920/508x1080/285+0+0", "screen"),
            ("right", f"{RIGHT.width}/338x{RIGHT.height}/270+{RIGHT.x}+{RIGHT.y}", "none"),
        ):
            surroundings = {**os.environ, "DISPLAY": name}
            subprocess.run(["xrandr", "--setmonitor", *monitor], env=surroundings, capture_output=True, check=True)
        yield name


@pytest.fixture
def on_two_screens(two_screens: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", two_screens)
    return two_screens


@pytest.fixture
def on_display(display: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", display)
    return display


def newest(address: str) -> Frame:
    with open_source(address) as source:
        frame = source.read()
        assert frame is not None
        return frame


def drag_and_capture(scale: str, x: int, y: int) -> None:
    """Show a numbered picture at a place of the desktop, drag over it as a user does, and capture what was chosen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    place = {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "tests.e2e.chosen_part", *(str(n) for n in (x, y, WIDTH, HEIGHT, NUMBER))]
    shown = subprocess.Popen(
        words, env=kept | place, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert shown.stdout is not None
    try:
        told = json.loads(shown.stdout.readline())
        assert told["scale"] == float(scale)
        assert told["address"] == f"screen:{x},{y},{WIDTH},{HEIGHT}"
        frame = newest(told["address"])
    finally:
        shown.communicate("", timeout=30)
    assert frame.pixels.shape == (HEIGHT, WIDTH, 3)
    assert number_of(frame.pixels) == NUMBER
    np.testing.assert_array_equal(frame.pixels[..., 0], numbered(NUMBER, WIDTH, HEIGHT))


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_that_the_part_that_was_dragged_is_the_part_that_is_captured(on_display: str, scale: str) -> None:
    drag_and_capture(scale, X, Y)


@pytest.mark.parametrize("scale", ["1", "1.5"])
def test_that_a_part_of_the_second_screen_is_captured(on_two_screens: str, scale: str) -> None:
    drag_and_capture(scale, RIGHT.x + X, RIGHT.y + Y)


def test_that_the_second_screen_is_captured_by_its_number(on_two_screens: str) -> None:
    assert newest("screen:2").pixels.shape == (RIGHT.height, RIGHT.width, 3)
    with pytest.raises(SourceError, match="no screen 3: this PC has 2"):
        newest("screen:3")


@pytest.mark.timeout(180)
def test_that_f10_gives_the_second_screen_to_the_plane(on_two_screens: str, tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny")
    words = ("--source", "simulated:1", "--model", str(model), "--quit-after", "90")
    program = start(on_two_screens, tmp_path, *words, scale="1.5")
    keyboard = Keyboard(on_two_screens)
    limit, shape = time.monotonic() + 60, ""
    while not shape and time.monotonic() < limit:
        keyboard.press("F10")
        found = ("search", "--sync", "--onlyvisible", "--name", "UIAC Desktop: plane", "getwindowgeometry", "--shell")
        shape = keyboard.xdotool(*found, limit_s=8)
    keyboard.press("ctrl+q")
    _, said = program.communicate(timeout=90)
    assert program.returncode == 0, said
    told = dict(line.split("=") for line in shape.split() if "=" in line)
    place = tuple(int(told[side]) for side in ("X", "Y", "WIDTH", "HEIGHT"))
    assert np.abs(np.subtract(place, (RIGHT.x, RIGHT.y, RIGHT.width, RIGHT.height))).max() <= 2, "rounded by the scale"


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
