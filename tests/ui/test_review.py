"""The Review room by keyboard and mouse: what is asked of it, and what its views say."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from nas.planes import PLANES
from tests.ui.conftest import Desk, prediction
from tests.ui.keyboard import CONTROL, PLAIN, SHIFT, press
from tests.ui.told_review import CLIP, CORRECTED, STOOD, ToldReview, grey_frame, opened, segment
from uiac_desktop import paths
from uiac_desktop.session.review.events import ClipOpened, Labelled, LabelsFailed, NothingThere, Retraced, ThumbReady
from uiac_desktop.session.review.marks import Agreement, Dispute, FrameRange, PersonLabels
from uiac_desktop.session.review.records import Medium, ReviewState

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def room(make_desk: Callable[..., Desk], settle: Callable[[], None]) -> Desk:
    """A window with a clip under review, labelled in part."""
    desk = make_desk(who="Lin")
    desk.window.actions_of.give("room_review")
    desk.window.review.control.open("/somewhere/clip_03.mkv")
    opened(desk.review)
    desk.review.show(grey_frame(), prediction("RVOT", 0.71))
    settle()
    desk.review.asked.clear()
    return desk


def _asked(review: ToldReview) -> list[tuple]:
    return [order for order in review.asked if order != ("release",)]


def _on_timeline(desk: Desk, time_s: float, row: str) -> QPoint:
    line = desk.window.review.timeline
    place = getattr(line._places, row)
    span = line._whole_span if row == "whole" else line.span
    return QPoint(round(place.x() + span.x(time_s, place.width())), round(place.center().y()))


def test_that_the_room_says_what_to_open_before_a_clip_is(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    press(desk, Qt.Key.Key_F2)
    page = desk.part("review_page")
    assert page.isVisible()
    assert page.accessibleName().startswith("No clip is open.")
    assert desk.reviews == []
    press(desk, Qt.Key.Key_Space)
    assert desk.reviews == []


def test_that_a_clip_opens_with_the_model_and_the_person_at_work(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(who="Lin")
    desk.window.actions_of.give("room_review")
    desk.window.review.take_drop([Path("/somewhere/clip_03.mkv"), Path("/somewhere/other.mkv")])
    assert desk.review.state.person == "Lin"
    assert desk.review.asked == [("start",), ("use_model", paths.demo_model()), ("open", "/somewhere/clip_03.mkv")]
    page = desk.part("review_page")
    assert page.lines[0].startswith("Opening clip_03.mkv …")
    assert desk.part("page_review_close").isVisible()
    assert desk.window.board.shown.what == "2 files were chosen; clip_03.mkv is opened."
    QTest.mouseClick(desk.part("page_review_close"), _LEFT)
    assert desk.review.asked[-1] == ("close_clip",)
    assert page.lines[0] == "No clip is open."


def test_that_a_clip_that_cannot_be_opened_says_why_and_what_to_do(room: Desk) -> None:
    failed = ReviewState("failed", message="clip.mp4 cannot be read.", advice="Copy it again.")
    room.review.stand(failed)
    QApplication.processEvents()
    page = room.part("review_page")
    assert page.isVisible()
    assert page.accessibleName() == "clip.mp4 cannot be read. Copy it again."
    assert room.part("page_review_open").isVisible()


def test_that_every_move_has_its_key(room: Desk) -> None:
    keys = [
        (Qt.Key.Key_Space, PLAIN, ("toggle",)),
        (Qt.Key.Key_Period, PLAIN, ("step", 1)),
        (Qt.Key.Key_Comma, PLAIN, ("step", -1)),
        (Qt.Key.Key_Period, SHIFT, ("step", 10)),
        (Qt.Key.Key_Left, CONTROL, ("step", -100)),
        (Qt.Key.Key_Home, PLAIN, ("seek_frame", 0)),
        (Qt.Key.Key_End, PLAIN, ("seek_frame", 1235)),
        (Qt.Key.Key_N, PLAIN, ("go", "doubtful", True)),
        (Qt.Key.Key_N, SHIFT, ("go", "doubtful", False)),
        (Qt.Key.Key_D, PLAIN, ("go", "difference", True)),
        (Qt.Key.Key_P, PLAIN, ("go", "change", True)),
        (Qt.Key.Key_B, SHIFT, ("go", "best", False)),
        (Qt.Key.Key_BracketLeft, PLAIN, ("mark_start",)),
        (Qt.Key.Key_BracketRight, PLAIN, ("mark_end",)),
        (Qt.Key.Key_L, PLAIN, ("set_loop", True)),
        (Qt.Key.Key_Up, PLAIN, ("set_speed", 2.0)),
        (Qt.Key.Key_Down, PLAIN, ("set_speed", 0.5)),
        (Qt.Key.Key_Z, CONTROL, ("undo",)),
        (Qt.Key.Key_Y, CONTROL, ("redo",)),
        (Qt.Key.Key_R, PLAIN, ("stop_analysis",)),
        (Qt.Key.Key_Delete, PLAIN, ("label", None)),
        (Qt.Key.Key_A, PLAIN, ("accept_above", 0.95)),
        (Qt.Key.Key_Escape, PLAIN, ("clear_selection",)),
    ]
    for key, modifier, _ in keys:
        press(room, key, modifier)
    assert _asked(room.review) == [order for _, _, order in keys]


def test_that_a_digit_labels_and_a_held_one_labels_until_it_comes_up(room: Desk) -> None:
    room.window.activateWindow()
    for plane, key in zip(PLANES[:3], (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), strict=True):
        QTest.keyPress(room.window, key)
        assert room.review.asked[-1] == ("hold", plane)
        QTest.keyRelease(room.window, key)
        assert room.review.asked[-1] == ("release",)
    QTest.keyPress(room.window, Qt.Key.Key_5)
    QApplication.sendEvent(room.window, QEvent(QEvent.Type.WindowDeactivate))
    assert room.review.asked[-2:] == [("hold", "TV"), ("release",)]


def test_that_the_mouse_holds_a_label_key_too(room: Desk) -> None:
    key = room.part("label_BSC")
    QTest.mousePress(key, _LEFT)
    assert room.review.asked[-1] == ("hold", "BSC")
    QTest.mouseRelease(key, _LEFT)
    assert room.review.asked[-1] == ("release",)


def test_that_nobody_labels_before_the_labels_are_read(room: Desk) -> None:
    room.review.change(labels_ready=False)
    QApplication.processEvents()
    assert not room.part("label_TV").isEnabled()
    press(room, Qt.Key.Key_5)
    assert _asked(room.review) == []
    assert room.window.board.shown.what == "The labels of this clip are still being read."


def test_that_a_click_and_a_drag_seek_to_the_time_under_the_pointer(room: Desk) -> None:
    line = room.window.review.timeline
    QTest.mouseClick(line, _LEFT, PLAIN, _on_timeline(room, 5.0, "predicted"))
    (name, time_s), *_ = _asked(room.review)
    assert name == "seek"
    assert time_s == pytest.approx(5.0, abs=0.02)
    QTest.mousePress(line, _LEFT, PLAIN, _on_timeline(room, 30.0, "whole"))
    QTest.mouseMove(line, _on_timeline(room, 35.0, "whole"))
    QTest.mouseRelease(line, _LEFT, PLAIN, _on_timeline(room, 35.0, "whole"))
    assert [round(time_s) for name, time_s in _asked(room.review)[1:]] == [30, 35]
    assert line.span.start_s <= 35.0 <= line.span.end_s


def test_that_a_drag_with_shift_and_the_handles_make_the_range(room: Desk) -> None:
    line = room.window.review.timeline
    QTest.mousePress(line, _LEFT, SHIFT, _on_timeline(room, 4.0, "predicted"))
    QTest.mouseMove(line, _on_timeline(room, 6.0, "predicted"))
    QTest.mouseRelease(line, _LEFT, SHIFT, _on_timeline(room, 6.0, "predicted"))
    assert [order[0] for order in _asked(room.review)] == ["seek", "mark_start", "seek", "mark_end"]
    room.review.asked.clear()
    room.review.change(selection=FrameRange(120, 239), frame=200, time_s=200 / 30)
    QApplication.processEvents()
    rows = line._places.local
    first = QPoint(_on_timeline(room, 4.0, "predicted").x(), round(rows.center().y()))
    QTest.mousePress(line, _LEFT, PLAIN, first)
    QTest.mouseMove(line, _on_timeline(room, 3.0, "predicted"))
    QTest.mouseRelease(line, _LEFT, PLAIN, _on_timeline(room, 3.0, "predicted"))
    assert [order[0] for order in _asked(room.review)] == ["seek", "mark_start"]


def test_that_a_double_click_chooses_the_block(room: Desk) -> None:
    line = room.window.review.timeline
    QTest.mouseDClick(line, _LEFT, PLAIN, _on_timeline(room, 9.5, "corrected"))
    assert _asked(room.review)[-1] == ("select", 260, 310)
    QTest.mouseDClick(line, _LEFT, PLAIN, _on_timeline(room, 9.5, "predicted"))
    assert _asked(room.review)[-1] == ("select", 240, 330)


def test_that_keys_and_wheel_zoom_the_timeline(room: Desk) -> None:
    line = room.window.review.timeline
    before = line.span
    press(room, Qt.Key.Key_Plus)
    assert line.span.length_s == pytest.approx(before.length_s * 0.6)
    press(room, Qt.Key.Key_0, CONTROL)
    assert (line.span.start_s, line.span.length_s) == (0.0, pytest.approx(41.2))
    at = QPointF(_on_timeline(room, 20.0, "predicted"))
    wheel = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, PLAIN, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(line, wheel)
    assert line.span.length_s < 41.2
    assert line.span.start_s < 20.0 < line.span.end_s


def test_that_the_frame_is_said_with_model_and_label(room: Desk) -> None:
    review = room.window.review
    assert review.timeline.accessibleName() == "0:13.40, model RVOT 71 percent, yours TV"
    said = review.said.accessibleName()
    assert said.startswith("Model says: RVOT, right ventricular outflow tract, likely, 71 percent")
    assert "Your label: TV, three vessels, by Lin, Model and you differ" in said
    assert room.part("label_TV").isChecked()
    assert review.reference.accessibleName() == "Reference picture: TV (simulated)"
    assert review.map.accessibleName().startswith("Map of RVOT, strongest")
    assert "Analysis 214 fps, OpenVINO CPU" in room.window.source_line.accessibleDescription()


def test_that_the_map_is_that_of_the_plane_that_is_said(room: Desk, settle: Callable[[], None]) -> None:
    review = room.window.review
    assert review.map.accessibleName().startswith("Map of RVOT")
    verdict = STOOD.verdict
    assert verdict is not None
    room.review.change(verdict=replace(verdict, plane="TV"))
    settle()
    assert review.map.accessibleName().startswith("Map of TV")
    room.review.change(verdict=replace(verdict, plane="none"))
    settle()
    assert review.map.accessibleName() == "No plane, no map"
    assert "Model says: none, none of the planes, no plane" in review.said.accessibleName()


def test_that_the_rows_are_painted_in_the_planes_colours(room: Desk) -> None:
    from uiac_desktop.ui.look.theme import theme

    line = room.window.review.timeline
    image = line.grab().toImage()
    ratio = image.devicePixelRatio()

    def colour(time_s: float, row: str, down: int) -> str:
        at = _on_timeline(room, time_s, row)
        top = getattr(line._places, row).y()
        return image.pixelColor(round(at.x() * ratio), round((top + down) * ratio)).name()

    assert colour(8.9, "corrected", 4) == theme().plane("LVOT").name()
    assert colour(4.0, "corrected", 8) == theme().colour("bg2").name()
    assert colour(4.0, "whole", 8) == theme().plane("ACS").name()
    assert colour(4.0, "predicted", 4) not in (theme().colour("bg2").name(), theme().plane("FCH").name())


def test_that_analysis_shows_progress_and_stops_by_its_button(room: Desk) -> None:
    head = room.part("review_head")
    assert "Analysis 61 %" in head.accessibleName()
    QTest.mouseClick(room.part("button_review_analyse"), _LEFT)
    assert _asked(room.review) == [("stop_analysis",)]
    room.review.change(analysis=replace(STOOD.analysis, state="stopped"))
    QApplication.processEvents()
    assert room.part("button_review_analyse").text() == "Go on"
    QTest.mouseClick(room.part("button_review_analyse"), _LEFT)
    assert _asked(room.review)[-1] == ("analyse",)


def test_that_the_certainty_from_which_all_are_accepted_is_chosen_in_place(room: Desk) -> None:
    QTest.mouseClick(room.part("button_review_accept_less"), _LEFT)
    button = room.part("button_review_accept")
    assert button.text() == "Accept all above 90 %"
    QTest.mouseClick(button, _LEFT)
    assert _asked(room.review) == [("accept_above", 0.9)]
    for _ in range(3):
        press(room, Qt.Key.Key_PageUp)
    assert button.text() == "Accept all above 99 %"
    press(room, Qt.Key.Key_PageDown)
    assert button.text() == "Accept all above 95 %"


def test_that_doubtful_frames_are_listed_with_pictures_and_a_click_shows_one(room: Desk) -> None:
    rows = room.part("doubtful_frames")
    assert "0:13.93, TV, 55 percent, open" in rows.accessibleName()
    assert "0:13.40, RVOT, 71 percent, you: TV, on screen" in rows.accessibleName()
    rows.grab()
    assert {402, 418, 513} <= set(room.review.wanted)
    room.review.thumbs = dict.fromkeys((402, 418, 513), grey_frame()[::6, ::6].copy())
    room.review.tell(ThumbReady(402))
    QApplication.processEvents()
    rows.grab()
    count = len(room.review.wanted)
    rows.grab()
    assert len(room.review.wanted) == count
    QTest.mouseClick(rows, _LEFT, PLAIN, QPoint(60, 46 + 20))
    assert _asked(room.review) == [("seek_frame", 418)]


def test_that_the_best_frame_of_each_plane_is_listed(room: Desk) -> None:
    QTest.mouseClick(room.part("tab_planes"), _LEFT)
    rows = room.part("best_frames")
    assert rows.isVisible()
    assert rows.accessibleName().startswith("0:09.50, LVOT, 98 percent, you: LVOT")
    QTest.mouseClick(rows, _LEFT, PLAIN, QPoint(60, 46 + 20))
    assert _asked(room.review) == [("seek_frame", 470)]


def test_that_people_stand_side_by_side_and_their_differences_are_settled(
    room: Desk, settle: Callable[[], None]
) -> None:
    weber = PersonLabels("Weber", (segment(372, 452, "TVT"),))
    room.review.change(
        people=(PersonLabels("Lin", CORRECTED), weber),
        agreements=(Agreement("Lin", "Weber", 81, 0, 0.0),),
        disputes=(Dispute(FrameRange(372, 452), 12.4, {"Lin": "TV", "Weber": "TVT"}),),
    )
    settle()
    QTest.mouseClick(room.part("tab_people"), _LEFT)
    QTest.mouseClick(room.part("settle_372_TVT"), _LEFT)
    QTest.mouseClick(room.part("settle_all_Weber"), _LEFT)
    QTest.mouseClick(room.part("dispute_372"), _LEFT)
    assert _asked(room.review) == [
        ("select", 372, 452), ("settle", "TVT"), ("clear_selection",), ("settle_as", "Weber"), ("seek_frame", 372),
    ]  # fmt: skip
    room.review.change(disputes=())
    settle()
    said = [label.text() for label in room.part("people").findChildren(QLabel)]
    assert "Nothing to settle: every difference is settled." in said


def test_that_another_person_can_label_from_here_on(room: Desk) -> None:
    room.window.review.lists.show_list("people")
    field = room.part("person")
    assert field.text() == "Lin"
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Weber 1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert ("set_person", "Weber 1") in room.review.asked
    assert not any(order[0] == "hold" for order in room.review.asked)


def test_that_what_was_done_is_said_and_can_be_undone_there(room: Desk) -> None:
    room.review.tell(Labelled("81 frames labelled TV (0:12.40 to 0:15.07).", 81))
    QApplication.processEvents()
    board = room.window.board
    assert board.shown.what.startswith("81 frames labelled TV")
    assert room.part("message_review_undo").accessibleDescription() == "Ctrl+Z"
    QTest.mouseClick(room.part("message_review_undo"), _LEFT)
    assert _asked(room.review) == [("undo",)]
    room.review.tell(Retraced("The label TV of 81 frames is taken back."), NothingThere("doubtful", True))
    room.review.tell(LabelsFailed("The labels could not be written.", "Free some space."))
    QApplication.processEvents()
    assert board.shown.what == "The labels could not be written."
    assert board.has("review_none")


def test_that_export_is_reached_from_review(room: Desk) -> None:
    room.window.activateWindow()
    QTest.keyClick(room.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert room.part("export_page").isVisible()


def test_that_several_clips_of_a_disc_are_gone_through(room: Desk) -> None:
    room.review.change(media=(Medium("IM1"), Medium("IM2"), Medium("IM3")), medium=1)
    QApplication.processEvents()
    QTest.mouseClick(room.part("button_review_medium_on"), _LEFT)
    press(room, Qt.Key.Key_PageUp, CONTROL)
    assert _asked(room.review) == [("choose_medium", 2), ("choose_medium", 0)]


def test_that_a_model_chosen_later_is_put_to_work_in_review(room: Desk, tiny_model: Path) -> None:
    room.window._apply(room.window.settings.with_model(tiny_model))
    assert ("use_model", tiny_model) in room.review.asked


def test_that_the_room_is_stopped_with_the_window(room: Desk) -> None:
    room.window.close()
    assert room.review.asked[-1] == ("stop",)


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080), (960, 540)])
def test_that_no_text_of_the_room_is_cut_at_any_size(
    make_desk, settle: Callable[[], None], cut_texts: list[str], size: tuple[int, int]
) -> None:
    from uiac_desktop.ui.look.pressable import Pressable

    desk: Desk = make_desk(*size, who="Lin")
    desk.window.actions_of.give("room_review")
    desk.window.grab()
    desk.window.review.control.open("/somewhere/clip_03.mkv")
    opened(desk.review)
    desk.review.show(grey_frame(), prediction("ADALA", 0.71))
    desk.review.change(clip=replace(CLIP, name="a_very_long_name_of_a_clip_from_a_scanner_2026.mkv"))
    settle()
    for name in ("doubtful", "planes", "people"):
        desk.window.review.lists.show_list(name)
        desk.window.grab()
    assert sorted(set(cut_texts)) == []
    shown = [part for part in desk.window.review.findChildren(Pressable) if part.isVisible()]
    whole = desk.window.review.rect()
    for part in shown:
        at = part.mapTo(desk.window.review, QPoint(0, 0))
        if not part.objectName().startswith(("settle", "dispute")):
            assert whole.contains(at), part.objectName()
            assert at.x() + part.width() <= whole.width(), part.objectName()
        for other in (
            desk.window.review.bar.findChildren(Pressable) if part in desk.window.review.bar.children() else ()
        ):
            if other is not part and other.isVisible():
                assert not other.geometry().intersects(part.geometry()), (part.objectName(), other.objectName())
        assert part.width() >= 32
        assert part.height() >= 26, part.objectName()
        assert part.accessibleName()


def test_that_a_report_of_a_disc_is_told_as_left_out(room: Desk) -> None:
    room.review.tell(ClipOpened(CLIP, ("SR000000",)))
    QApplication.processEvents()
    assert room.window.board.shown.what == "1 file holds no pictures, such as a report: left out."
    room.review.tell(ClipOpened(CLIP))
    QApplication.processEvents()
    assert not room.window.board.has("review_warning")
