"""Sources in the window: the first page, a drop, another one, one that is gone, a region of a file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest

from tests.ui.conftest import CLIP, DICOM, SIMULATED, Desk, result
from tests.ui.keyboard import press
from uiac_desktop.session.events import SourceFailed


def test_that_the_first_page_lists_sources_that_work_and_starts_them(desk: Desk) -> None:
    assert desk.window.room.welcome.isVisible()
    assert not desk.window.room.image.isVisible()
    press(desk, Qt.Key.Key_S)
    assert desk.session.asked == [("start",)]
    desk.session.give(result())
    assert desk.window.room.image.isVisible()
    assert not desk.window.room.welcome.isVisible()


def test_that_a_stray_key_does_not_replace_a_running_source(desk: Desk) -> None:
    desk.run(CLIP)
    press(desk, Qt.Key.Key_S)
    assert len(desk.sessions) == 1


def test_that_dropped_files_are_opened(desk: Desk, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "胎心 №1.mp4")), QUrl.fromLocalFile(str(tmp_path / "b.mp4"))])
    where = QPointF(300, 300)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    desk.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    desk.window.show_view("help")
    desk.window.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, data, buttons, keys))
    assert len(desk.sessions) == 1
    assert desk.window.room.isVisible()
    assert "胎心 №1.mp4" in desk.part("chip_source").text()
    assert desk.window.board.shown.what.startswith("2 files were dropped")


def test_that_another_source_stops_the_session_before(desk: Desk) -> None:
    first = desk.run(SIMULATED)
    desk.run(CLIP)
    desk.window.control.shut()
    assert first.state == "stopped"
    assert len(desk.sessions) == 2


def test_that_late_words_of_a_former_session_change_nothing(desk: Desk, settle: Callable[[], None]) -> None:
    first = desk.run(SIMULATED)
    desk.run(CLIP)
    first.tell(SourceFailed("late", "late"))
    first.give(result("TV"))
    settle()
    assert not desk.window.control.state().dimmed
    assert desk.window.control.state().frame is None


def test_that_try_again_opens_the_same_source(desk: Desk) -> None:
    session = desk.run(CLIP)
    session.tell(SourceFailed("the disk does not answer", "Check it."))
    button = desk.part("message_again")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(desk.sessions) == 2
    assert not desk.window.control.state().dimmed


def test_that_the_next_region_of_a_dicom_file_is_opened(desk: Desk) -> None:
    desk.run(DICOM)
    QTest.mouseClick(desk.part("chip_region"), Qt.MouseButton.LeftButton)
    assert len(desk.sessions) == 2
    desk.session.tell()
    desk.run(DICOM)
    assert desk.window.control.state().chips[2].text.startswith("Region 1 of 2")


def test_that_the_model_chip_leads_to_the_models(desk: Desk) -> None:
    desk.run(CLIP)
    QTest.mouseClick(desk.part("chip_model"), Qt.MouseButton.LeftButton)
    assert desk.window.settings_page.isVisible()


def test_that_a_change_of_device_is_put_to_work_without_a_stop(desk: Desk) -> None:
    session = desk.run(SIMULATED)
    desk.window.settings_page.take(desk.window.settings.model_copy(update={"device": "torch"}))
    assert session.asked[-1] == ("model",)
    assert session.state == "playing"
    assert desk.file.load()[0].device == "torch"
