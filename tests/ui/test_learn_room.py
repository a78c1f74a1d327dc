"""The Learn room in the window: made when it is gone to, driven by its keys, in the window's look."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from nas.wizard.pages import PAGES
from nas.wizard.requests import ChooseData, GoTo, MakeSimulated, StartSearch, UseModel
from nas.wizard.state import Task
from nas.wizard.wizard import Wizard
from tests.ui.conftest import Desk
from uiac_desktop import paths
from uiac_desktop.exam.export_summary import ExportSummary
from uiac_desktop.session.export.records import ExportEnded
from uiac_desktop.ui.learn.room import LearnRoom


@pytest.fixture
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    for number, plane in enumerate(("FCH", "TV")):
        (tmp_path / "set" / plane).mkdir(parents=True)
        for index in range(20 - 2 * number):
            pixels = np.random.default_rng(100 * number + index).integers(0, 256, (18, 24), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "set" / plane / f"s{index % 4}-{index}.png")
    return tmp_path / "set"


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    desk.window.activateWindow()
    QTest.keyClick(desk.window, key, modifiers)
    QApplication.processEvents()


@pytest.fixture
def room(own_data: Path, make_desk: Callable[..., Desk]) -> tuple[Desk, Wizard]:
    desk = make_desk()
    press(desk, Qt.Key.Key_F4)
    return desk, desk.part("learn_room").wizard


def test_that_the_wizard_is_made_only_when_the_room_is_gone_to(own_data: Path, make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    assert desk.window.findChild(Wizard) is None
    press(desk, Qt.Key.Key_F4)
    assert desk.window.findChild(Wizard).isVisible()
    press(desk, Qt.Key.Key_F1)
    assert not desk.window.findChild(Wizard).isVisible()


def test_that_no_part_flashes_as_a_window_of_its_own(own_data: Path, make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    seen: set[str] = set()

    class Watch(QObject):
        def eventFilter(self, of: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(of, QWidget) and of.isWindow():
                seen.add(f"{type(of).__name__} {of.objectName()}")
            return False

    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    press(desk, Qt.Key.Key_F4)
    wizard = desk.part("learn_room").wizard
    assert set(wizard.pages) == {"data"}, "the others are made when they are gone to, or the window would stand still"
    for step in (page.step for page in PAGES):
        wizard.control.do(GoTo(step))
        QApplication.processEvents()
    QApplication.instance().removeEventFilter(watch)
    assert seen == set()


def test_that_keys_lead_through_the_steps(room: tuple[Desk, Wizard], frames: Path, qtbot) -> None:
    desk, wizard = room
    wizard.control.do(ChooseData(frames))
    qtbot.waitUntil(lambda: wizard.state.data.usable, timeout=60_000)
    press(desk, Qt.Key.Key_Right)
    sheet = desk.part("contact_sheet")
    assert sheet.accessibleName() == "Contact sheet, 18 pictures"
    press(desk, Qt.Key.Key_Return)
    assert wizard.state.step == "split"
    press(desk, Qt.Key.Key_Return)
    assert wizard.state.step == "search"
    press(desk, Qt.Key.Key_Backspace)
    press(desk, Qt.Key.Key_Backspace)
    assert wizard.state.step == "data"
    press(desk, Qt.Key.Key_R)
    assert wizard.state.step == "runs"
    press(desk, Qt.Key.Key_R)
    assert wizard.state.step == "data"


def test_that_what_was_exported_is_offered_when_the_room_is_gone_to(
    room: tuple[Desk, Wizard], frames: Path, tmp_path: Path
) -> None:
    desk, wizard = room
    assert wizard.state.exported == ()
    (frames / "labels.csv").write_text("file,label\n", encoding="utf-8")
    (tmp_path / "data").mkdir(exist_ok=True)
    control = desk.part("export_page").control
    control._hear(ExportEnded(ExportSummary(frames, stopped=True)))
    press(desk, Qt.Key.Key_F1)
    press(desk, Qt.Key.Key_F4)
    assert wizard.state.exported == ()
    control._hear(ExportEnded(ExportSummary(frames)))
    press(desk, Qt.Key.Key_F1)
    press(desk, Qt.Key.Key_F4)
    assert wizard.state.exported == (frames,)


def test_that_enter_and_letters_in_a_field_are_its_own(room: tuple[Desk, Wizard], frames: Path, qtbot) -> None:
    desk, wizard = room
    field = desk.part("data_path")
    assert isinstance(field, QLineEdit)
    field.setFocus()
    QTest.keyClicks(field, "or")
    assert field.text() == "or"
    assert wizard.state.step == "data"
    field.clear()
    QTest.keyClicks(field, str(frames))
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.state.data.usable, timeout=60_000)
    assert wizard.state.step == "data"


def test_that_theme_and_size_of_the_window_are_worn(room: tuple[Desk, Wizard]) -> None:
    desk, wizard = room
    assert wizard.page.look.compact
    assert wizard.page.look.name == "dark"
    desk.window.resize(1920, 1080)
    QApplication.processEvents()
    assert not wizard.page.look.compact
    desk.window.settings_page.take(desk.window.settings.model_copy(update={"theme": "light"}))
    QApplication.processEvents()
    assert wizard.page.look.name == "light"
    assert "#F4F6F7" in wizard.styleSheet() or "#f4f6f7" in wizard.styleSheet()


def test_that_trouble_is_said_in_the_slot_and_goes(room: tuple[Desk, Wizard]) -> None:
    desk, wizard = room
    wizard.control.do(StartSearch())
    assert desk.window.board.shown.what == "No data are chosen, or they are not settled."
    wizard.control.do(GoTo("runs"))
    assert "learn" not in desk.window.board.causes


def test_that_a_model_goes_to_work(room: tuple[Desk, Wizard], tiny_model: Path, qtbot) -> None:
    desk, wizard = room
    wizard.control.do(UseModel(tiny_model))
    qtbot.waitUntil(lambda: desk.window.settings.model is not None, timeout=60_000)
    assert desk.window.settings.model.parent == paths.models_dir()


def test_that_a_simulated_set_that_a_power_cut_left_half_written_shuts_nobody_out(
    room: tuple[Desk, Wizard], own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, wizard = room
    begun: list[Path] = []
    monkeypatch.setattr(wizard.control.jobs, "start", lambda name, target, words: begun.append(target))
    (own_data / "simulated" / "300_a_plane" / ".unfinished-x" / "FCH").mkdir(parents=True)
    wizard.control.do(MakeSimulated())
    assert begun == [own_data / "simulated" / "300_a_plane_2"]
    begun[0].mkdir()
    (begun[0] / "labels.csv").write_text("file,label\n", encoding="utf-8")
    wizard.control.do(MakeSimulated())
    assert (len(begun), wizard.state.data.folder) == (1, begun[0])


@pytest.mark.parametrize("chosen_since", [False, True])
def test_that_a_simulated_set_takes_nobody_away_from_what_was_chosen_since(
    room: tuple[Desk, Wizard], frames: Path, monkeypatch: pytest.MonkeyPatch, chosen_since: bool
) -> None:
    _, wizard = room
    jobs, begun = wizard.control.jobs, []
    monkeypatch.setattr(jobs, "start", lambda name, target, words: begun.append(Task(name, target)))
    wizard.control.do(MakeSimulated())
    jobs._put(begun[0])
    if chosen_since:
        wizard.control.do(ChooseData(frames))
        wizard.control.do(GoTo("runs"))
    jobs._put(replace(begun[0], running=False))
    if chosen_since:
        assert (wizard.state.data.folder, wizard.state.step) == (frames, "runs")
    else:
        assert (wizard.state.data.folder, wizard.state.step) == (begun[0].target, "data")


def test_that_every_control_of_the_room_has_a_name(room: tuple[Desk, Wizard]) -> None:
    desk, wizard = room
    for page in ("data", "split", "runs"):
        wizard.control.do(GoTo(page))
        for button in desk.part(f"learn_{page}").findChildren(QPushButton):
            assert button.objectName(), button.text()
            assert button.accessibleName(), button.objectName()


def test_that_closing_the_window_stops_the_look_at_the_data(room: tuple[Desk, Wizard], frames: Path) -> None:
    desk, wizard = room
    wizard.control.do(ChooseData(frames))
    desk.window.close()
    assert not wizard.state.data.checking
    assert isinstance(desk.window.findChild(LearnRoom), LearnRoom)
