"""A real clip, a real model and the real session behind the real window: what a person sees when a file is opened."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.ui.tiny_model import write_tiny_model
from uiac_desktop.phantom.clip import write_clip
from uiac_desktop.settings import Settings, SettingsFile
from uiac_desktop.ui.main_window import MainWindow

FPS, SECONDS = 10.0, 2.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("clip")
    write_tiny_model(made / "model")
    write_clip(made / "клип №1.mp4", seed=3, size=120, fps=FPS, seconds=SECONDS)
    (made / "text.mp4").write_text("no clip\n" * 100)
    return made


@pytest.fixture
def window(application: QApplication, folder: Path, tmp_path: Path) -> Iterator[MainWindow]:
    made = MainWindow(SettingsFile(tmp_path / "settings.json"), Settings(model=folder / "model", device="openvino"))
    made.resize(1366, 768)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def until(application: QApplication) -> Callable[[Callable[[], bool]], None]:
    """Lets the window live until something holds, at most half a minute."""

    def run(holds: Callable[[], bool]) -> None:
        limit = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < limit, "it never came"
            application.processEvents()

    return run


def _frame(window: MainWindow):
    return window.control.state().frame


def test_that_a_clip_plays_to_its_end_labelled_and_can_be_sought(
    window: MainWindow, folder: Path, until: Callable[[Callable[[], bool]], None]
) -> None:
    window.control.open(str(folder / "клип №1.mp4"))
    until(lambda: window.board.has("ended"))
    until(lambda: _frame(window) is not None and _frame(window).index == int(FPS * SECONDS) - 1)
    until(lambda: window.control.state().block.plane is not None)
    state = window.control.state()
    assert state.playhead is not None
    assert state.playhead.duration_s == pytest.approx(SECONDS, abs=0.11)
    assert not state.dimmed
    assert state.map.values is not None
    assert {chip.name: chip.text for chip in state.chips}["model"] == "Tiny: simulated only"
    assert window.board.has("demo model")

    window.control.step(-1)
    until(lambda: _frame(window).index == int(FPS * SECONDS) - 2)
    window.control.seek(0.75)
    until(lambda: _frame(window).index == 7)
    window.control.step(1)
    until(lambda: _frame(window).index == 8)
    window.control.step(-3)
    until(lambda: _frame(window).index == 5)
    until(lambda: window.control.state().frozen)
    assert window.control.stats().frames_shown > 3
    assert window.control.state().ribbon.runs[0].kind == "plane"


def test_that_a_file_that_is_no_clip_says_so_and_another_can_be_opened(
    window: MainWindow, folder: Path, until: Callable[[Callable[[], bool]], None]
) -> None:
    window.control.open(str(folder / "text.mp4"))
    until(lambda: window.board.has("source"))
    assert window.board.shown.what.startswith("text.mp4 ")
    assert window.board.shown.advice
    assert window.control.state().block.headline == "No picture"
    window.control.open(str(folder / "клип №1.mp4"))
    until(lambda: _frame(window) is not None)
    assert not window.board.has("source")


def test_that_the_device_changes_while_the_scan_goes_on(
    window: MainWindow, until: Callable[[Callable[[], bool]], None]
) -> None:
    window.control.start_simulated()
    until(lambda: window.control.state().block.plane is not None)
    before = _frame(window).index
    window.settings_page.take(window.settings.model_copy(update={"device": "torch"}))
    until(lambda: window.board.has("model at work"))
    assert "torch" in window.board.shown.what.lower()
    assert _frame(window).index > before
    assert window.board.has("model at work")


def test_that_a_model_that_cannot_be_used_leaves_the_former_at_work(
    window: MainWindow, folder: Path, tmp_path: Path, until: Callable[[Callable[[], bool]], None]
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("config.json", "README.md"):
        (broken / name).write_bytes((folder / "model" / name).read_bytes())
    (broken / "model.safetensors").write_bytes(b"cut")
    window.control.start_simulated()
    until(lambda: window.control.state().block.plane is not None)
    window.settings_page.take(window.settings.with_model(broken))
    until(lambda: window.board.has("model"))
    assert "former model stays" in window.board.shown.advice
    before = _frame(window).index
    until(lambda: _frame(window).index > before + 2)
    assert window.control.state().block.plane is not None
