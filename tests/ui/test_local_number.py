"""A woman's local number: asked for where the exam begins, shown as dots, handed on once and kept nowhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.ui.conftest import REAL_MODEL, SIMULATED, Desk, result

NUMBER = "MRN 0048151623"


@pytest.fixture
def scan(make_desk: Callable[..., Desk], settle: Callable[[], None]) -> Desk:
    desk = make_desk(who="Lin")
    desk.run(SIMULATED, REAL_MODEL).give(result("TV"))
    settle()
    return desk


def _ask(desk: Desk) -> QLineEdit:
    desk.window.activateWindow()
    QTest.keyClick(desk.window, Qt.Key.Key_N)
    field = desk.part("local_number")
    assert isinstance(field, QLineEdit)
    return field


def _orders(desk: Desk) -> list[tuple]:
    return [order for order in desk.examination.asked if order[0] in ("begin", "number")]


def test_that_the_number_begins_an_exam_and_is_left_nowhere(scan: Desk, tmp_path: Path, settle, caplog) -> None:
    field, slot = _ask(scan), scan.window.message
    assert field.isVisible()
    assert scan.part("number_bar").geometry() == slot.geometry(), "nothing else moves or is covered"
    assert field.displayText() == ""
    QTest.keyClicks(field, NUMBER)
    assert set(field.displayText()) == {field.displayText()[0]}, "dots alone"
    assert "4" not in field.displayText()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert _orders(scan) == [("begin", "Lin", "Screening", NUMBER)]
    assert (field.isVisible(), field.text()) == (False, "")
    settle()
    assert NUMBER not in caplog.text
    said = [widget.accessibleName() + widget.toolTip() for widget in scan.window.findChildren(type(slot))]
    assert not any("48151623" in text for text in [*said, scan.window.board.last_event])
    assert not any(b"48151623" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_that_an_exam_that_goes_on_is_given_the_number(scan: Desk, settle: Callable[[], None]) -> None:
    scan.window.exam.begin()
    field = _ask(scan)
    assert scan.part("number_give").text() == "Give to exam"
    assert not scan.part("number_give").isEnabled()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible(), "a blank number is none"
    QTest.keyClicks(field, "4711")
    settle()
    QTest.mouseClick(scan.part("number_give"), Qt.MouseButton.LeftButton)
    assert _orders(scan)[1:] == [("number", "4711")]
    shown = scan.window.board.shown
    assert shown is not None
    assert shown.what == "Exam S-7K3M9Q: she was here before, 2 exams."
    assert [choice.command for choice in shown.choices] == ["exam_number"]


@pytest.mark.parametrize("leave", ["esc", "button", "elsewhere", "room"])
def test_that_leaving_forgets_what_was_typed(scan: Desk, settle: Callable[[], None], leave: str) -> None:
    field = _ask(scan)
    QTest.keyClicks(field, "4711k")
    if leave == "esc":
        QTest.keyClick(field, Qt.Key.Key_Escape)
    elif leave == "button":
        QTest.mouseClick(scan.part("number_leave"), Qt.MouseButton.LeftButton)
    elif leave == "elsewhere":
        scan.window.centralWidget().setFocus()
    else:
        scan.window.show_view("room_exams")
    settle()
    assert (field.isVisible(), field.text()) == (False, "")
    assert _orders(scan) == []
    assert not any(order[0] == "keep" for order in scan.examination.asked), "K was a letter"


@pytest.mark.parametrize("size", [(1366, 768), (960, 540), (683, 384)])
def test_that_the_field_is_whole_in_every_window(
    make_desk: Callable[..., Desk], settle: Callable[[], None], size: tuple[int, int]
) -> None:
    desk = make_desk(*size)
    desk.run(SIMULATED, REAL_MODEL)
    field = _ask(desk)
    settle()
    for part in (field, desk.part("number_give"), desk.part("number_leave")):
        assert desk.part("number_bar").rect().contains(part.geometry())
        assert part.width() >= part.minimumSizeHint().width()
