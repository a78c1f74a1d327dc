"""The program in a real window: started as a user starts it, on an X server of its own, with keys pressed."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.e2e.real_program import ROOT, Keyboard, environment, start, x_server
from tests.ui.tiny_model import write_tiny_model

pytestmark = pytest.mark.real_window


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server(1366, 768) as name:
        yield name


def test_that_the_simulated_scan_plays_labelled_in_a_real_window(display: str, model: Path, tmp_path: Path) -> None:
    picture, figures = tmp_path / "window.png", tmp_path / "figures.json"
    words = ("--source", "simulated:1", "--model", str(model), "--quit-after", "8")
    program = start(display, tmp_path, *words, "--screenshot", str(picture), "--stats", str(figures))
    _, said = program.communicate(timeout=90)
    assert program.returncode == 0, said
    assert "Traceback" not in said
    told = json.loads(figures.read_text())
    assert {
        "frames_read",
        "frames_shown",
        "frames_dropped",
        "model_fps",
        "shown_fps",
        "latency_ms",
        "first_label_s",
        "rss_mb",
    } <= set(told)
    assert set(told["latency_ms"]) == {"p50", "p95", "p99"}
    assert told["frames_shown"] > 5
    assert told["first_label_s"] > 0
    shown = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    assert shown.shape == (768, 1366, 3)
    scan = shown[60:520, 90:720]
    assert scan.std() > 15
    colours = json.loads((ROOT / "resources" / "theme" / "tokens.json").read_text(encoding="utf-8"))["plane"]
    ribbon = {f"#{r:02X}{g:02X}{b:02X}" for r, g, b in shown[664:668, 980:1013].reshape(-1, 3).tolist()}
    assert ribbon & set(colours.values())


def test_that_keys_from_outside_reach_the_window(display: str, model: Path, tmp_path: Path) -> None:
    words = ("--source", "simulated:1", "--model", str(model), "--quit-after", "70")
    program = start(display, tmp_path, *words)
    keyboard = Keyboard(display)
    settings = tmp_path / "XDG_CONFIG_HOME" / "uiac-desktop" / "settings.json"
    deadline = time.monotonic() + 50
    while not settings.exists() and time.monotonic() < deadline:
        keyboard.press("c")
        program.poll()
    keyboard.press("ctrl+q")
    _, said = program.communicate(timeout=90)
    assert program.returncode == 0, said
    assert settings.exists(), "no key was heard: the map's place was never saved"


def test_that_f10_opens_the_plane_in_a_window_of_its_own(display: str, model: Path, tmp_path: Path) -> None:
    picture = tmp_path / "plane.png"
    words = ("--source", "simulated:1", "--model", str(model), "--quit-after", "70", "--screenshot", str(picture))
    program = start(display, tmp_path, *words)
    keyboard = Keyboard(display)
    deadline, shape = time.monotonic() + 40, ""
    while not shape and time.monotonic() < deadline:
        keyboard.press("F10")
        found = ("search", "--sync", "--onlyvisible", "--name", "UIAC Desktop: plane", "getwindowgeometry", "--shell")
        shape = keyboard.xdotool(*found, limit_s=8)
    keyboard.press("ctrl+q")
    _, said = program.communicate(timeout=90)
    assert program.returncode == 0, said
    assert "WIDTH=820" in shape.split(), "60 % of the one screen, since there is no other"
    assert picture.exists(), "a window that is closed by hand leaves its picture"


def test_that_no_display_is_one_clear_line(tmp_path: Path) -> None:
    surroundings = environment("", tmp_path)
    del surroundings["DISPLAY"]
    surroundings.pop("WAYLAND_DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-m", "uiac_desktop", "--demo"],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "error: There is no display to open a window on."
    assert done.stderr.splitlines()[1].startswith("advice: ")
    assert len(done.stderr.splitlines()) == 2
