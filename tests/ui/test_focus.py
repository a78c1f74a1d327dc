"""After a source is opened or a message answered, no chip or button holds the keyboard, or Enter would press it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.ui.conftest import REAL_MODEL, SIMULATED, Desk, result
from tests.ui.told_examination import kept
from uiac_desktop.session.events import SourceOpened


def _play(desk: Desk) -> None:
    desk.session.state = "playing"
    desk.session.tell(SourceOpened(SIMULATED), REAL_MODEL)
    desk.session.give(result())


def _type_address(desk: Desk) -> None:
    desk.window.actions_of.give("stream")
    field = desk.window.room.welcome.sources.address
    assert desk.window.focusWidget() is field
    QTest.keyClicks(field, "http://127.0.0.1:9/")
    QTest.keyClick(field, Qt.Key.Key_Return)


def _press_a_card(desk: Desk) -> None:
    card = desk.part("welcome_simulated")
    card.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(card, Qt.Key.Key_Return)


def _holds_nothing(desk: Desk) -> bool:
    focused: QWidget | None = desk.window.focusWidget()
    return focused is desk.window.centralWidget()


def test_that_enter_leads_nowhere_from_the_start(desk: Desk, settle: Callable[[], None]) -> None:
    settle()
    assert _holds_nothing(desk)
    desk.window.actions_of.give("room_exams")
    QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Return)
    assert desk.window.rooms.now.id == "room_exams"


@pytest.mark.parametrize("opens", [_type_address, _press_a_card])
def test_that_the_way_to_a_source_leaves_the_keyboard_to_the_window(
    desk: Desk, opens: Callable[[Desk], None], settle: Callable[[], None]
) -> None:
    opens(desk)
    _play(desk)
    settle()
    assert _holds_nothing(desk)


def test_that_going_back_from_the_address_leaves_the_keyboard_to_the_window(desk: Desk) -> None:
    desk.window.actions_of.give("stream")
    desk.window.room.welcome.sources.left.emit()
    assert _holds_nothing(desk)


def test_that_an_answered_message_leaves_the_keyboard_to_the_window(desk: Desk, settle: Callable[[], None]) -> None:
    desk.run(SIMULATED, REAL_MODEL)
    desk.examination.offer(kept(1, "FCH", best=True))
    button = desk.part("message_exam_go_on")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Return)
    settle()
    assert _holds_nothing(desk)
