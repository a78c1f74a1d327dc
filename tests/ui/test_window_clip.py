"""A clip in the window: its seek bar, its keys, and waiting for the model."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import CLIP, LONG_CLIP, SIMULATED, Desk, frame, result
from tests.ui.keyboard import press
from uiac_desktop.frame import Result


def test_that_a_clip_that_waits_for_its_model_is_held_by_space_and_plays_at_once_by_p(desk: Desk) -> None:
    session = desk.run(CLIP, model=None)
    session.give(Result(frame(), None, 0.0))
    session.state = "waiting"
    press(desk, Qt.Key.Key_Space)
    assert session.asked[-1] == ("pause",)
    session.state = "waiting"
    press(desk, Qt.Key.Key_P)
    assert session.asked[-1] == ("play_now",)


def test_that_keys_step_and_change_speed_of_a_clip(desk: Desk) -> None:
    session = desk.run(CLIP)
    session.give(result(time_s=2.0))
    for key, modifier, wanted in (
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.NoModifier, ("step", -1)),
        (Qt.Key.Key_Period, Qt.KeyboardModifier.NoModifier, ("step", 1)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, ("step", 10)),
        (Qt.Key.Key_Less, Qt.KeyboardModifier.NoModifier, ("speed", 0.5)),
        (Qt.Key.Key_Less, Qt.KeyboardModifier.NoModifier, ("speed", 0.25)),
        (Qt.Key.Key_Less, Qt.KeyboardModifier.NoModifier, ("speed", 0.25)),
        (Qt.Key.Key_Greater, Qt.KeyboardModifier.NoModifier, ("speed", 0.5)),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, ("seek", 0.0)),
    ):
        press(desk, key, modifier)
        assert session.asked[-1] == wanted


def test_that_a_click_on_the_seek_bar_goes_to_that_time(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(CLIP)
    session.give(result(time_s=2.0))
    settle()
    ribbon = desk.window.room.ribbon
    QTest.mouseClick(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(ribbon.width() // 2, ribbon.height() - 8))
    name, seconds = session.asked[-1]
    assert name == "seek"
    assert seconds == pytest.approx(CLIP.duration_s / 2, abs=0.3)
    QTest.mouseClick(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(ribbon.width() // 4, 5))
    assert session.asked[-1][1] == pytest.approx(CLIP.duration_s / 4, abs=0.3)


def test_that_the_seek_bar_of_a_long_clip_spans_all_of_it(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(LONG_CLIP)
    session.give(result(time_s=130.0))
    settle()
    ribbon = desk.window.room.ribbon
    QTest.mouseClick(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(ribbon.width() // 2, ribbon.height() - 8))
    assert session.asked[-1][1] == pytest.approx(120.0, abs=2)


def test_that_an_endless_scan_cannot_be_sought(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(SIMULATED)
    session.give(result())
    settle()
    assert not desk.window.room.transport.isVisible()
    QTest.mouseClick(desk.window.room.ribbon, Qt.MouseButton.LeftButton, pos=QPoint(50, 5))
    assert session.asked == [("start",)]
