"""Settings and help: choices act at once and are kept, keys can be changed in place, help is whole."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QRadioButton, QWidget

from tests.patience import PATIENCE_MS
from tests.ui.conftest import SIMULATED, Desk, result
from uiac_desktop.paths import resource
from uiac_desktop.settings import Settings, SettingsFile
from uiac_desktop.ui.commands import COMMANDS
from uiac_desktop.ui.main_window import MainWindow


def _radio(desk: Desk, word: str) -> QRadioButton:
    found = [
        button for button in desk.window.settings_page.findChildren(QRadioButton) if button.text().startswith(word)
    ]
    assert len(found) == 1, word
    return found[0]


def test_that_every_choice_of_the_display_acts_at_once_and_is_kept(desk: Desk) -> None:
    desk.window.show_view("settings")
    for word, field, value in (
        ("Light", "theme", "light"),
        ("Dark", "theme", "dark"),
        ("Far", "reading_distance", "far"),
        ("Over the image", "map_mode", "over"),
        ("Jet", "map_colours", "jet"),
        ("Processor, PyTorch", "device", "torch"),
    ):
        _radio(desk, word).click()
        assert getattr(desk.window.settings, field) == value
        assert getattr(desk.file.load()[0], field) == value
    desk.window.settings_page.findChild(QCheckBox, "contours").click()
    assert desk.file.load()[0].contours is False


def test_that_the_paper_s_colours_are_marked_uneven(desk: Desk) -> None:
    assert "uneven" in _radio(desk, "Jet").text()


def test_that_a_model_folder_is_added_put_to_work_and_remembered(desk: Desk, tiny_model: Path) -> None:
    session = desk.run(SIMULATED)
    chosen = desk.window.settings.with_model(tiny_model)
    desk.window.settings_page.take(chosen)
    assert session.asked[-1] == ("model",)
    assert desk.window.settings.model == tiny_model
    assert desk.file.load()[0].models == (tiny_model,)


def test_that_a_key_can_be_changed_and_acts_at_once(desk: Desk, qtbot) -> None:
    desk.window.settings_page.keys.give("freeze", "F13")
    desk.window.show_view("room_scan")
    session = desk.run(SIMULATED)
    session.give(result())
    QTest.keyPress(desk.window, Qt.Key.Key_F13)
    qtbot.waitUntil(lambda: session.asked[-1] == ("pause",), timeout=PATIENCE_MS)
    QTest.keyRelease(desk.window, Qt.Key.Key_F13)
    QTest.keyClick(desk.window, Qt.Key.Key_Space)
    assert session.asked[-1] == ("pause",)
    assert desk.file.load()[0].keys == {"freeze": "F13"}
    assert desk.part("button_freeze").accessibleDescription() == "F13"


def test_that_a_key_that_is_taken_is_said_in_place_and_can_be_taken_over(desk: Desk) -> None:
    page = desk.window.settings_page.keys
    page.give("freeze", "c")
    assert "already “Map”" in desk.part("keys_said").text()
    assert desk.window.settings.keys == {}
    page._take_over()
    assert desk.window.settings.keys == {"map": "", "freeze": "c"}
    page._set({})
    assert desk.window.settings.keys == {}
    assert desk.window.actions_of.key_text("freeze") == "Space"


def test_that_a_pedal_s_press_under_30_ms_gives_nothing(desk: Desk) -> None:
    desk.window.settings_page.keys.give("freeze", "F14")
    desk.window.show_view("room_scan")
    session = desk.run(SIMULATED)
    session.give(result())
    QTest.keyPress(desk.window, Qt.Key.Key_F14)
    assert desk.window.actions_of.pedal.waits
    QTest.keyRelease(desk.window, Qt.Key.Key_F14)
    assert not desk.window.actions_of.pedal.waits
    assert session.asked == [("start",)]


def test_that_the_row_of_a_taken_key_says_who_has_it_and_offers_to_take_it(
    desk: Desk, settle: Callable[[], None]
) -> None:
    desk.window.show_view("settings")
    desk.window.settings_page._sections.setCurrentRow(2)
    page = desk.window.settings_page.keys
    page.give("freeze", "C")
    settle()
    QTest.mouseClick(desk.part("keys_take"), Qt.MouseButton.LeftButton)
    settle()
    assert desk.window.settings.keys == {"map": "", "freeze": "C"}
    assert page.findChild(QWidget, "keys_take") is None


def test_that_the_pressed_key_is_taken_and_gives_no_command_meanwhile(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(SIMULATED)
    desk.window.show_view("settings")
    desk.window.settings_page._sections.setCurrentRow(2)
    settle()
    page = desk.window.settings_page.keys
    desk.window.activateWindow()
    page._begin()
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.settings.keys == {"freeze": "Ctrl+F"}
    page._begin()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert desk.window.settings.keys == {"freeze": "Ctrl+F"}
    assert desk.window.settings_page.isVisible()
    assert session.asked == [("start",)]


def test_that_settings_that_cannot_be_saved_are_said_and_hold_meanwhile(desk: Desk, monkeypatch) -> None:
    def full(self, settings) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SettingsFile, "save", full)
    desk.window.actions_of.give("map")
    assert desk.window.settings.map_mode == "over"
    assert "No space left" in desk.window.board.shown.what


def test_that_a_model_for_this_run_only_is_not_kept(application, tmp_path: Path, tiny_model: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.save(Settings(theme="light"))
    window = MainWindow(file, file.load()[0].with_model(tiny_model))
    window.actions_of.give("map")
    assert json.loads(file.path.read_text()) == {"theme": "light", "map_mode": "over"}
    window.close()
    window.deleteLater()


def test_that_every_help_page_is_there_and_named(desk: Desk, settle: Callable[[], None]) -> None:
    pages = json.loads(resource("help/index.json").read_text(encoding="utf-8"))
    assert {page["file"] for page in pages} == {path.name for path in resource("help").glob("*.md")}
    desk.window.show_view("help")
    for number, page in enumerate(pages):
        desk.window.help_page._list.setCurrentRow(number)
        settle()
        said = desk.window.help_page._browser.toPlainText()
        assert len(said) > 200, page
        assert not re.search(r"\{\w+\}", said), page
        assert "**" not in said


def test_that_help_lists_every_key_as_it_is_now(desk: Desk) -> None:
    desk.window.settings_page.keys.give("map", "F20")
    said = desk.window.help_page.text("keys.md")
    for command in COMMANDS:
        if command.key and command.id != "map":
            assert command.help in said
    assert "**F20** | Map" in said


@pytest.mark.parametrize("word", ["Not for diagnosis", "no medical device", "Everything stays on this PC"])
def test_that_the_limits_of_use_stand_in_the_help(desk: Desk, word: str) -> None:
    assert word in desk.window.help_page.text("research-use.md")


def test_that_help_never_leaves_the_pc(desk: Desk) -> None:
    assert not desk.window.help_page._browser.openExternalLinks()
    for path in resource("help").glob("*.md"):
        assert "](http" not in path.read_text(encoding="utf-8")
