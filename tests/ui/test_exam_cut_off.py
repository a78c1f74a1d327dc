"""Scan offers to go on with an exam that a crash cut off: a line with buttons and keys, never a dialog."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from tests.ui.conftest import REAL_MODEL, SIMULATED, Desk, result
from tests.ui.told_examination import kept
from uiac_desktop.ui.messages import Rank


@pytest.fixture
def offered(desk: Desk) -> Desk:
    """A running source, and an exam with two frames that was cut off."""
    desk.run(SIMULATED, REAL_MODEL)
    desk.session.give(result())
    desk.examination.offer(kept(1, "FCH", best=True), kept(2, "TV", best=True))
    desk.examination.asked.clear()
    return desk


def _press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    desk.window.activateWindow()
    QTest.keyClick(desk.window, key, modifier)


def test_that_the_offer_is_a_line_that_stays_until_it_is_answered(offered: Desk) -> None:
    shown = offered.window.board.shown
    assert shown.rank is Rank.WARN
    assert shown.what.startswith("Exam S-4QX7TE was cut off at ")
    assert shown.advice == "2 frames kept. Is this the same woman?"
    _press(offered, Qt.Key.Key_Escape)
    assert offered.window.board.has("cut off")
    assert offered.part("chip_exam").text() == "No exam", "nothing goes on by itself"
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)]


def test_that_a_key_goes_on_with_code_checklist_and_kept_frames(offered: Desk) -> None:
    _press(offered, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert offered.examination.asked == [("go_on", "Screening")]
    assert not offered.window.board.has("cut off")
    assert offered.window.board.shown.what == "Exam S-4QX7TE goes on."
    assert offered.part("chip_exam").chip.text.startswith("S-4QX7TE")
    view = offered.window.exam.view
    assert view.count == "2 of 6"
    assert [line.plane for line in view.kept] == ["TV", "FCH"]


def test_that_its_button_goes_on_and_shows_its_key(offered: Desk) -> None:
    button = offered.part("message_exam_go_on")
    assert button.accessibleDescription() == "Ctrl+G"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert offered.examination.asked == [("go_on", "Screening")]


@pytest.mark.parametrize("by_key", [True, False])
def test_that_it_can_be_left_ended(offered: Desk, by_key: bool) -> None:
    if by_key:
        _press(offered, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    else:
        QTest.mouseClick(offered.part("message_exam_end"), Qt.MouseButton.LeftButton)
    assert offered.examination.asked == [("leave",)]
    assert not offered.window.board.has("cut off")
    assert offered.window.board.shown.what == "Exam S-4QX7TE stays ended."
    _press(offered, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert offered.examination.asked == [("leave",)]


def test_that_a_new_exam_takes_the_offer_down(offered: Desk) -> None:
    _press(offered, Qt.Key.Key_E)
    assert offered.window.board.shown.what == "Exam S-7K3M9Q begins."
    assert not offered.window.board.has("cut off")
    assert offered.window.exam.view.kept == ()


def test_that_it_goes_on_with_its_own_protocol(desk: Desk) -> None:
    desk.run(SIMULATED, REAL_MODEL)
    desk.examination.offer(kept(1, "FCH", best=True), protocol="Extended")
    _press(desk, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.exam.view.protocol == "Extended"
    assert desk.window.exam.view.count == "1 of 11"


def test_that_nothing_is_called_kept_only_where_nothing_is(desk: Desk) -> None:
    desk.run(SIMULATED, REAL_MODEL)
    desk.window.actions_of.give("exam")
    strip = desk.part("alternatives")
    assert strip.accessibleName().startswith("Nothing kept yet.")
    desk.examination.hold(kept(1, "none", certainty=0.1), by_hand=True)
    assert strip.accessibleName() == "The last frame kept shows no plane of the list."
