"""The window on a told session: freezing, drawing, pages, themes and full screen, and nothing opens over the image."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nas.planes import PLANES, SCREENING
from tests.ui.conftest import CLIP, READY, SIMULATED, Desk, frame, prediction, result
from tests.ui.keyboard import press
from uiac_desktop.frame import Result, Stillness
from uiac_desktop.session.events import ModelFailed, SourceEnded, SourceFailed
from uiac_desktop.ui.commands import COMMANDS


def test_that_space_freezes_and_lets_go_on(desk: Desk) -> None:
    session = desk.run(SIMULATED)
    session.give(result())
    press(desk, Qt.Key.Key_Space)
    assert session.asked[-1] == ("pause",)
    assert desk.window.control.state().frozen
    press(desk, Qt.Key.Key_Space)
    assert session.asked[-1] == ("play",)


def test_that_every_button_of_the_header_gives_its_command(desk: Desk) -> None:
    session = desk.run(SIMULATED)
    session.give(result())
    given = []
    desk.window.actions_of.given.connect(given.append)
    for name in ("freeze", "map"):
        button = desk.part(f"button_{name}")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert given == ["freeze", "map"]


def test_that_buttons_say_what_they_would_do(desk: Desk) -> None:
    button = desk.part("button_freeze")
    assert not button.isEnabled()
    session = desk.run(SIMULATED)
    session.give(result())
    assert (button.text(), button.isEnabled()) == ("Freeze", True)
    desk.window.actions_of.give("freeze")
    assert button.text() == "Go on"


def test_that_the_button_offers_to_freeze_what_the_scanner_froze_and_to_play_what_has_ended(desk: Desk) -> None:
    button = desk.part("button_freeze")
    session = desk.run(SIMULATED)
    session.give(result(stillness=Stillness(2.0)))
    assert desk.window.control.state().frozen
    assert button.text() == "Freeze", "Space cannot let a scanner go on"
    session = desk.run(CLIP)
    session.give(result())
    session.state = "ended"
    session.tell(SourceEnded())
    assert button.text() == "Go on"


def test_that_the_end_of_a_clip_is_said_no_longer_once_a_step_has_left_it(desk: Desk) -> None:
    session = desk.run(CLIP)
    session.give(result())
    session.tell(SourceEnded())
    assert desk.window.board.has("ended")
    desk.window.actions_of.give("back")
    assert not desk.window.board.has("ended")


def test_that_painting_a_frame_is_told_to_the_session(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(SIMULATED)
    shown = result()
    session.give(shown)
    settle()
    desk.window.room.image.grab()
    assert session.painted == [shown]


def test_that_only_the_newest_result_is_drawn(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(SIMULATED)
    for number in range(50):
        session.give(result(time_s=number / 30), heard=False)
    settle()
    assert desk.window.control.state().frame.index == 49


def test_that_block_and_list_always_say_the_same_figure(desk: Desk) -> None:
    session = desk.run(SIMULATED)
    room = desk.window.room
    for number in range(60):
        session.give(result("TV", 0.60 + number / 200, number / 30))
        row = next(row for row in room.list._rows if row.plane == "TV")
        assert row.percent == room.block._block.figure


def test_that_pages_do_not_stop_the_scan_and_its_keys_rest(desk: Desk) -> None:
    session = desk.run(SIMULATED)
    press(desk, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert desk.window.help_page.isVisible()
    press(desk, Qt.Key.Key_Space)
    assert session.asked == [("start",)]
    session.give(result())
    assert desk.window.control.state().block.headline == "FCH"
    press(desk, Qt.Key.Key_F1)
    assert desk.window.room.isVisible()


def test_that_the_theme_changes_at_once_and_the_image_stays_on_black(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(SIMULATED)
    session.give(result())
    desk.window.settings_page.take(desk.window.settings.model_copy(update={"theme": "light"}))
    settle()
    whole = desk.window.grab().toImage()
    room = desk.window.room
    corner = room.mapTo(desk.window, QPoint(2, 2))
    assert whole.pixelColor(corner).name() == "#000000"
    panel = room.block.mapTo(desk.window, QPoint(room.block.width() - 4, 4))
    assert whole.pixelColor(panel).lightnessF() > 0.9


def test_that_full_screen_gives_the_room_to_image_and_plane_and_escape_leaves_it(
    desk: Desk, settle: Callable[[], None]
) -> None:
    session = desk.run(SIMULATED)
    session.give(result())
    desk.window.actions_of.give("full_screen")
    settle()
    assert not desk.window.rail.isVisible()
    assert not desk.window.header.isVisible()
    assert desk.window.source_line.isVisible()
    assert desk.window.message.isVisible()
    while desk.window.board.shown is not None:
        desk.window.actions_of.give("dismiss")
    desk.window.actions_of.give("dismiss")
    settle()
    assert desk.window.rail.isVisible()


def test_that_details_open_beside_the_image_and_never_over_it(desk: Desk, settle: Callable[[], None]) -> None:
    from uiac_desktop.ui.messages import Message, Rank

    session = desk.run(SIMULATED)
    session.give(result())
    desk.window.board.post(Message("bug", Rank.ERROR, "Something went wrong.", details="Traceback: here"))
    desk.window.actions_of.give("details")
    settle()
    room = desk.window.room
    assert room.details.isVisible()
    assert not room.details.geometry().intersects(room.image.geometry())
    desk.window.actions_of.give("dismiss")
    assert not room.details.isVisible()


def test_that_no_window_of_its_own_opens_whatever_happens_live(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(CLIP)
    session.give(result())
    session.tell(ModelFailed("x", "y"), SourceFailed("x", "y"))
    desk.window.show_view("settings")
    desk.window.show_view("help")
    settle()
    assert [type(widget).__name__ for widget in QApplication.topLevelWidgets() if widget.isVisible()] == ["MainWindow"]


def test_that_the_message_slot_and_all_places_stay_when_messages_come(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(SIMULATED)
    session.give(result())
    settle()
    parts = [desk.window.room.image, desk.window.room.ribbon, desk.window.message, desk.window.room.block]
    before = [part.geometry() for part in parts]
    session.tell(SourceFailed("No picture", "Check the cable"))
    settle()
    assert [part.geometry() for part in parts] == before


def test_that_screen_readers_get_the_words_on_screen(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(SIMULATED)
    session.give(result("RVOT", 0.93))
    settle()
    window = desk.window
    assert window.room.block.accessibleName() == "Plane: right ventricular outflow tract, RVOT, sure, 93 percent"
    assert window.room.map.accessibleName() == "Map of RVOT, strongest at the top left"
    assert window.room.list.accessibleName() == "Planes: RVOT, right ventricular outflow tract"
    assert window.source_line.accessibleName() == "Research use only. Not for diagnosis."
    assert "Delivered 960×720 at" in window.source_line.accessibleDescription() or "Delivered –" in (
        window.source_line.accessibleDescription()
    )
    for button in window.findChildren(object):
        if type(button).__name__ in ("Button", "ChipView", "_RailButton"):
            assert button.accessibleName()
            assert button.objectName() or button.text()


def test_that_every_command_is_carried_out_by_someone(desk: Desk) -> None:
    for command in COMMANDS:
        assert command.id in desk.window.actions_of._takers


def test_that_a_model_with_other_planes_has_its_own_list(desk: Desk, settle: Callable[[], None]) -> None:
    from dataclasses import replace

    classes = ("LIVER", "FCH", "KIDNEY")
    session = desk.run(SIMULATED, replace(READY, classes=classes))
    shown = prediction("LIVER", 0.8, classes)
    session.give(Result(frame(), shown, 0.0))
    settle()
    assert [row.plane for row in desk.window.control.state().rows] == [
        *SCREENING, "LIVER", "KIDNEY", "none",
    ]  # fmt: skip
    assert desk.window.room.block.accessibleName().startswith("Plane: liver, LIVER")
    desk.window.room.grab()


def test_that_stats_of_the_last_session_are_kept_after_it_ended(desk: Desk) -> None:
    desk.run(SIMULATED)
    desk.window.control.close_source()
    assert desk.window.control.stats().frames_read == 900
    assert desk.window.room.welcome.isVisible()


@pytest.mark.parametrize("plane", [*PLANES, "none"])
def test_that_every_plane_can_be_drawn_in_every_class_of_window(make_desk, settle, plane: str) -> None:
    desk = make_desk(1366, 768)
    session = desk.run(CLIP)
    session.give(result(plane, 0.7, 3.0))
    for size in ((683, 384), (960, 540), (1920, 1080)):
        desk.window.resize(*size)
        settle()
        assert not desk.window.grab().isNull()


def test_that_odd_pictures_are_shown(desk: Desk, settle: Callable[[], None]) -> None:
    session = desk.run(CLIP)
    for shape in ((1, 1), (8, 8), (320, 1), (1, 320), (33, 1001, 3)):
        session.give(Result(frame(0.0, np.full(shape, 99, np.uint8)), prediction(), 0.0))
        settle()
        assert not desk.window.grab().isNull()
