"""An exam by keyboard alone: what is asked of the examination, and what list, strip, chip and messages say of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from nas.planes import NONE, PLANES
from tests.patience import PATIENCE_MS
from tests.ui.conftest import CLIP, REAL_MODEL, SIMULATED, Desk, result
from tests.ui.keyboard import press
from tests.ui.told_examination import kept
from uiac_desktop.exam.protocol import EXTENDED, Protocol
from uiac_desktop.exam.records import Clip
from uiac_desktop.session.events import SourceFailed
from uiac_desktop.session.exam.events import (
    ClipSaved,
    NewWomanAsked,
    ProtocolComplete,
    RecordingLost,
    StoreFailed,
    StoreFull,
    Undone,
)
from uiac_desktop.settings import Settings
from uiac_desktop.sources.base import PictureBack, PictureLost
from uiac_desktop.ui.exam.control import ExamControl
from uiac_desktop.ui.scan.state import Chip
from uiac_desktop.ui.sounds import Sounds


def _orders(desk: Desk) -> list[tuple]:
    return [order for order in desk.examination.asked if order[0] not in ("start", "begin", "see_sector")]


@pytest.fixture
def live(desk: Desk) -> Desk:
    """A window with a simulated scan on screen."""
    desk.run(SIMULATED, REAL_MODEL).give(result("FCH"))
    desk.window.masks.storing_changed.disconnect(desk.window.exam.allow)
    desk.window.exam.allow(True)
    return desk


@pytest.fixture
def exam(live: Desk) -> Desk:
    """The same with an exam begun by key."""
    press(live, Qt.Key.Key_E)
    return live


def _line(desk: Desk, plane: str):
    return desk.window.exam.view.marks[plane]


def test_that_no_store_is_opened_before_a_source(desk: Desk) -> None:
    assert desk.examinations == []
    desk.run(SIMULATED)
    assert len(desk.examinations) == 1
    desk.run(CLIP)
    assert len(desk.examinations) == 1


def test_that_one_key_begins_an_exam_under_a_code_and_says_whose(live: Desk) -> None:
    chip = live.part("chip_exam")
    assert chip.chip == Chip("exam", "exam", "No exam", "quiet", "exam", "Click to begin an exam.")
    press(live, Qt.Key.Key_E)
    name, who, protocol, number = live.examination.asked[-1]
    assert (name, protocol, number) == ("begin", "Screening", None)
    assert who
    assert live.part("chip_exam").chip.text.startswith("S-7K3M9Q  0:0")
    assert live.window.board.shown.what == "Exam S-7K3M9Q begins."


def test_that_who_is_picked_once(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(who="B. Meyer")
    desk.run(SIMULATED, REAL_MODEL)
    desk.window.actions_of.give("exam")
    assert desk.examination.asked[-1][1] == "B. Meyer"


def test_that_a_running_exam_is_not_ended_by_a_stray_key(exam: Desk) -> None:
    press(exam, Qt.Key.Key_E)
    assert exam.window.board.shown.what == "Exam S-7K3M9Q goes on, 0 of 6."
    assert _orders(exam) == []
    QTest.mouseClick(exam.part("message_exam_end"), Qt.MouseButton.LeftButton)
    assert _orders(exam) == [("end",)]
    assert exam.window.board.shown.what == "Exam S-7K3M9Q has ended."
    assert exam.part("chip_exam").text() == "No exam"


def test_that_frames_and_labels_of_the_session_reach_the_examination(live: Desk) -> None:
    shown = result("TV")
    live.session.on_frame(shown.frame)
    live.session.on_labelled(shown)
    assert live.examination.seen[-2:] == [("frame", shown.frame, "simulated"), ("result", shown)]
    assert ("model", REAL_MODEL.name) in live.examination.seen


def test_that_keep_takes_the_very_frame_on_screen_and_begins_an_exam_where_none_goes_on(live: Desk) -> None:
    shown = result("RVOT", time_s=3.0)
    live.session.give(shown)
    press(live, Qt.Key.Key_K)
    assert [order[0] for order in live.examination.asked] == ["start"], "this frame came in past the mask"
    live.window.control._door = None
    press(live, Qt.Key.Key_K)
    asked = live.examination.asked
    assert [order[0] for order in asked] == ["start", "begin", "keep"]
    assert asked[-1][1] is shown


def test_that_nothing_is_kept_while_names_may_be_on_the_picture(desk: Desk) -> None:
    desk.run(SIMULATED, REAL_MODEL).give(result())
    desk.window.exam.allow(False, "Set the mask first.")
    for key in (Qt.Key.Key_K, Qt.Key.Key_L, Qt.Key.Key_R):
        press(desk, key)
    assert _orders(desk) == []
    assert (desk.window.board.shown.what, desk.window.board.shown.advice) == (
        "Nothing is kept now.",
        "Set the mask first.",
    )
    desk.window.exam.allow(True)
    assert not desk.window.board.has("nothing kept"), "it is over"


def test_that_without_a_mask_control_only_covered_sources_are_stored(application, tmp_path) -> None:
    from tests.ui.told_examination import ToldExamination
    from uiac_desktop.exam.protocol import ProtocolFolder
    from uiac_desktop.session.events import SourceOpened
    from uiac_desktop.settings import Settings
    from uiac_desktop.ui.messages import MessageBoard
    from uiac_desktop.ui.scan.control import ScanControl

    board = MessageBoard(lambda: 0.0)
    scan = ScanControl(Settings(), board)
    control = ExamControl(scan, board, Settings(), ToldExamination, ProtocolFolder(tmp_path))
    scan.heard.emit(SourceOpened(CLIP))
    told = control._examination
    assert not told.allowed
    scan.heard.emit(SourceOpened(SIMULATED))
    assert told.allowed
    scan.close_source()
    assert (told.allowed, told.why) == (False, "No source is open.")
    assert control.shut()
    assert told.stopped


def test_that_the_last_seconds_and_a_recording_are_asked_for_by_key(exam: Desk) -> None:
    press(exam, Qt.Key.Key_L)
    press(exam, Qt.Key.Key_R)
    button = exam.part("button_record")
    assert button.text() == "Stop 0:12"
    press(exam, Qt.Key.Key_R)
    assert button.text() == "Record"
    assert _orders(exam) == [("last", 10.0), ("record", True), ("record", False)]
    assert exam.part("button_save_last").text() == "Last 10 s"


def test_that_a_second_press_ends_a_recording_that_the_disk_has_not_begun_yet(exam: Desk) -> None:
    exam.examination._on_event = lambda: None
    for _ in range(2):
        press(exam, Qt.Key.Key_R)
    assert _orders(exam) == [("record", True), ("record", False)]


def test_that_the_list_says_which_planes_are_met_missing_or_rejected(exam: Desk) -> None:
    exam.examination.hold(kept(1, "FCH"), kept(2, "TV"))
    exam.examination.reject(2)
    view = exam.window.exam.view
    assert [view.marks[plane].state for plane in ("FCH", "TV", "RVOT")] == ["met", "rejected", "missing"]
    assert view.count == "1 of 6"
    said = exam.window.room.list.accessibleDescription()
    assert "RVOT, right ventricular outflow tract, missing" in said
    assert "FCH, four chamber heart, met" in said
    assert not exam.window.room.list.grab().isNull()


def test_that_a_captured_frame_is_said_with_undo_and_listed_with_who_kept_it(exam: Desk) -> None:
    at = datetime(2026, 11, 26, 14, 12, 6).astimezone()
    exam.examination.hold(kept(1, "FCH", 0.994, taken_at=at.astimezone(UTC)))
    exam.examination.hold(kept(2, "TV", 0.9), by_hand=True)
    assert exam.window.exam.view.kept[1].at == "14:12:06"
    assert [(line.plane, line.by) for line in exam.window.exam.view.kept] == [("TV", "you"), ("FCH", "auto")]
    press(exam, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    press(exam, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert _orders(exam) == [("undo",), ("redo",)]


def test_that_a_plane_that_a_person_gave_has_no_certainty_of_the_model_s_beside_it(exam: Desk) -> None:
    exam.examination.hold(kept(1, "FCH", 0.98, corrected="FCH"))
    exam.examination.hold(kept(2, "TV", 0.98, predicted="RVOT", corrected="TV"), by_hand=True)
    exam.examination.hold(kept(3, "ACS", 0.003, predicted="none", corrected="ACS"), by_hand=True)
    assert [(line.plane, line.percent) for line in exam.window.exam.view.kept] == [
        ("ACS", ""),
        ("TV", ""),
        ("FCH", "98 %"),
    ]
    assert [one.percent for one in exam.window.exam.view.strip.alternatives] == [""]
    assert exam.window.board.shown.what.endswith("ACS kept")


def test_that_the_message_of_a_capture_is_worded_as_in_the_design(exam: Desk) -> None:
    at = datetime(2026, 11, 26, 14, 12, 6).astimezone()
    exam.examination.hold(kept(1, "FCH", 0.994, taken_at=at.astimezone(UTC)))
    assert exam.window.board.shown.what == "14:12:06 FCH captured (99 %)"
    button = exam.part("message_undo")
    assert (button.text(), button.accessibleDescription()) == ("Undo", "Ctrl+Z")


def test_that_arrows_choose_line_and_alternative_and_enter_uses_it(exam: Desk) -> None:
    exam.examination.hold(kept(1, "FCH", 0.9), kept(2, "FCH", 0.95), kept(3, "ACS", 0.8))
    press(exam, Qt.Key.Key_Down)
    press(exam, Qt.Key.Key_Down)
    assert exam.window.exam.view.chosen == "FCH"
    chosen = [one.chosen for one in exam.window.exam.view.strip.alternatives]
    assert chosen == [True, False]
    press(exam, Qt.Key.Key_Right)
    press(exam, Qt.Key.Key_Right)
    press(exam, Qt.Key.Key_Return)
    assert _orders(exam) == [("use", 1)]
    best = [(one.thumb.frame_id, one.best) for one in exam.window.exam.view.strip.alternatives]
    assert best[0] == (1, True)
    press(exam, Qt.Key.Key_Up)
    assert exam.window.exam.view.chosen == "ACS"
    press(exam, Qt.Key.Key_Escape)
    assert exam.window.exam.view.chosen == ""
    assert exam.session.state == "playing"


def test_that_reassign_asks_in_the_message_slot_and_a_digit_answers(exam: Desk) -> None:
    exam.examination.hold(kept(1, "LVOT"))
    press(exam, Qt.Key.Key_A)
    assert exam.window.board.shown.what == "This LVOT is which plane?"
    press(exam, Qt.Key.Key_4)
    assert _orders(exam) == [("reassign", 1, "RVOT")]
    assert not exam.window.board.has("reassign")
    assert _line(exam, "RVOT").state == "met"
    assert _line(exam, "LVOT").state == "missing"


def test_that_the_keys_of_the_planes_are_those_of_the_design(exam: Desk) -> None:
    exam.examination.hold(kept(1, "LVOT"))
    for key in "1234567890-'":
        press(exam, Qt.Key(ord(key)))
    assert [order[2] for order in _orders(exam)] == [*PLANES, NONE]


def test_that_del_rejects_the_frame_and_the_line_says_so(exam: Desk) -> None:
    exam.examination.hold(kept(1, "LVOT"))
    press(exam, Qt.Key.Key_Delete)
    assert _orders(exam) == [("reject", 1)]
    assert _line(exam, "LVOT").state == "rejected"
    assert exam.window.exam.view.kept == ()


def test_that_commands_without_a_frame_say_what_would_make_one(exam: Desk) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_A, Qt.Key.Key_Delete, Qt.Key.Key_1):
        press(exam, key)
        assert exam.window.board.shown.advice == "K keeps the frame on screen."
    assert _orders(exam) == []


def test_that_a_click_chooses_line_and_picture(exam: Desk, settle: Callable[[], None]) -> None:
    exam.examination.hold(kept(1, "FCH", 0.9), kept(2, "FCH", 0.95))
    settle()
    room = exam.window.room
    centre = room.list.line_box("FCH").center().toPoint()
    QTest.mouseClick(room.list, Qt.MouseButton.LeftButton, pos=centre)
    assert exam.window.exam.view.chosen == "FCH"
    settle()
    box, one = room.strip._boxes[1]
    QTest.mouseClick(room.strip, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert [alt.chosen for alt in exam.window.exam.view.strip.alternatives] == [False, True]
    QTest.mouseClick(exam.part("button_use"), Qt.MouseButton.LeftButton)
    assert _orders(exam) == [("use", one.thumb.frame_id)]


def test_that_enter_presses_a_control_that_was_reached_by_tab(exam: Desk, settle: Callable[[], None]) -> None:
    exam.examination.hold(kept(1, "FCH"))
    given = []
    exam.window.actions_of.given.connect(given.append)
    button = exam.part("button_freeze")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert given == ["freeze"]


def test_that_keys_go_to_a_text_field_while_it_has_the_focus(exam: Desk, settle: Callable[[], None]) -> None:
    field = QLineEdit(exam.window.room)
    field.show()
    field.setFocus()
    settle()
    for key in (Qt.Key.Key_K, Qt.Key.Key_1, Qt.Key.Key_E, Qt.Key.Key_Left):
        QTest.keyClick(field, key)
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _orders(exam) == []
    field.deleteLater()


def test_that_where_everything_stands_does_not_depend_on_the_exam(live: Desk, settle: Callable[[], None]) -> None:
    room = live.window.room
    parts = (room.image, room.strip, room.kept, room.ribbon, room.list, room.block, live.window.message)
    before = [part.geometry() for part in parts]
    press(live, Qt.Key.Key_E)
    live.examination.hold(*(kept(number, "FCH") for number in range(1, 7)))
    press(live, Qt.Key.Key_Down)
    settle()
    assert [part.geometry() for part in parts] == before


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080), (960, 540), (683, 384)])
@pytest.mark.parametrize("mode", ["beside", "over"])
def test_that_no_text_of_an_exam_is_cut(
    make_desk, settle: Callable[[], None], cut_texts: list[str], size: tuple[int, int], mode: str
) -> None:
    desk: Desk = make_desk(*size, map_mode=mode, protocol="Extended")
    desk.run(SIMULATED, REAL_MODEL).give(result("ADALA"))
    desk.window.actions_of.give("exam")
    old = datetime.now(UTC) - timedelta(minutes=59)
    desk.examination.hold(*(kept(n, plane, taken_at=old) for n, plane in enumerate([*PLANES, "ADALA"], 1)))
    desk.window.actions_of.give("record")
    cut_texts.clear()
    for _ in PLANES:
        desk.window.actions_of.give("line_down")
        settle()
        desk.window.grab()
    assert sorted(set(cut_texts)) == []


def test_that_protocols_change_in_turn_and_a_running_exam_keeps_its_own(live: Desk, qtbot) -> None:
    press(live, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert live.window.exam.view.protocol == "Extended"
    assert live.file.load()[0].protocol == "Extended"
    assert [row.plane for row in live.window.control.state().rows] == [*EXTENDED.planes, NONE]
    lines = live.window.room.list
    qtbot.waitUntil(
        lambda: len({lines.line_box(plane).height() for plane in EXTENDED.planes}) == 1, timeout=PATIENCE_MS
    )
    press(live, Qt.Key.Key_E)
    press(live, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert live.window.exam.view.protocol == "Extended"
    assert live.window.board.shown.what == "Screening is the protocol of the next exam."


def test_that_a_department_s_protocol_is_offered(live: Desk) -> None:
    live.window.exam.protocols.save(Protocol("Outflow", ("RVOT", "LVOT")))
    for _ in range(2):
        live.window.actions_of.give("protocol")
    view = live.window.exam.view
    assert (view.protocol, view.planes, view.count) == ("Outflow", ("RVOT", "LVOT"), "0 of 2")
    rows = [row.plane for row in live.window.control.state().rows]
    assert rows[:2] == ["RVOT", "LVOT"]
    assert set(rows) == {*PLANES, NONE}


@pytest.mark.parametrize(
    ("event", "what", "advice"),
    [
        (ProtocolComplete("Screening", 6), "Screening is complete: 6 of 6.", ""),
        (
            StoreFull("The disk is full.", "Frames kept so far are safe; nothing more is kept."),
            "The disk is full.",
            "Frames kept so far are safe; nothing more is kept.",
        ),
        (
            StoreFailed("This store was written by version 2.1.", "Update this program, or choose another store."),
            "This store was written by version 2.1.",
            "Update this program, or choose another store.",
        ),
        (Undone("FCH of 14:12:06 is kept again"), "FCH of 14:12:06 is kept again.", ""),
        (RecordingLost(1), "1 frame of the recording could not be taken.", "The rest goes on; "),
        (
            ClipSaved(Clip(1, 1, "simulated", datetime.now(UTC), 10.02, 300, 0, 960, 720, "c.mkv")),
            "Clip of 10.0 s saved, 300 frames.",
            "",
        ),
    ],
)
def test_that_what_an_examination_tells_stands_in_the_message_slot(exam: Desk, event, what: str, advice: str) -> None:
    exam.examination.tell(event)
    while exam.window.board.shown.what != what:
        _before = exam.window.board.shown
        exam.window.board.turn(1)
        assert exam.window.board.shown is not _before
    assert exam.window.board.shown.advice.startswith(advice)


def test_that_a_full_disk_is_said_no_longer_once_something_could_be_kept(exam: Desk) -> None:
    full = StoreFull("The disk is full.", "Make room.")
    exam.examination.tell(full)
    assert exam.window.board.has("store full")
    assert exam.part("message_room_exams").isVisible(), "where exams can be erased"
    exam.examination.hold(kept(1, "FCH"))
    assert not exam.window.board.has("store full")
    exam.examination.tell(full)
    exam.examination.tell(ClipSaved(Clip(1, 1, "device", datetime.now(UTC), 3.0, 90, 0, 64, 48, "clip.mp4")))
    assert not exam.window.board.has("store full")


def test_that_a_complete_protocol_leads_to_the_report(exam: Desk) -> None:
    exam.examination.tell(ProtocolComplete("Screening", 6))
    running = exam.examination.exam
    assert running is not None
    QTest.mouseClick(exam.part("message_exam_report"), Qt.MouseButton.LeftButton)
    room = exam.part("exams_room")
    assert room.isVisible()
    assert room.control.state.chosen == running.id
    assert room.side.report.isVisible()


def test_that_after_long_without_a_sector_it_asks_whether_this_is_a_new_woman(exam: Desk) -> None:
    exam.examination.tell(NewWomanAsked())
    assert exam.window.board.shown.advice == "Is the next one a new woman?"
    QTest.mouseClick(exam.part("message_exam_same"), Qt.MouseButton.LeftButton)
    assert not exam.window.board.has("new woman")
    exam.examination.tell(NewWomanAsked())
    QTest.mouseClick(exam.part("message_exam_new"), Qt.MouseButton.LeftButton)
    assert [order[0] for order in exam.examination.asked] == ["start", "begin", "begin"]
    assert not exam.window.board.has("new woman")


def test_that_tones_are_given_only_where_they_were_asked_for(exam: Desk, qtbot) -> None:
    heard: list[str] = []
    exam.window.exam._sounds = Sounds(exam.window.settings, lambda: heard.append("tone"))
    exam.examination.hold(kept(1, "FCH"))
    assert heard == []
    chosen = {"tone_kept": True, "tone_complete": True, "tone_lost": True}
    exam.window.settings_page.take(exam.window.settings.model_copy(update=chosen))
    exam.examination.hold(kept(2, "FCH"))
    assert len(heard) == 1
    exam.examination.tell(ProtocolComplete("Screening", 6))
    assert len(heard) == 2
    qtbot.waitUntil(lambda: len(heard) == 3, timeout=PATIENCE_MS)
    exam.session.tell(SourceFailed("x", "y"))
    assert len(heard) == 4


def test_that_each_loss_of_the_picture_gives_one_tone_however_often_the_source_tries_again(live: Desk) -> None:
    heard: list[str] = []
    live.window.exam._sounds = Sounds(Settings(tone_lost=True), lambda: heard.append("tone"))
    lost = PictureLost("The cable is out.", "Check it.", 0.0, None)
    live.session.tell(lost, replace(lost, next_try_at=9.0))
    assert len(heard) == 1
    live.session.tell(PictureBack(4.0), lost)
    assert len(heard) == 2
    live.run(SIMULATED, REAL_MODEL)
    live.session.tell(lost)
    assert len(heard) == 3


def test_that_every_kept_frame_is_counted_though_not_every_one_is_listed(exam: Desk) -> None:
    ended: list[str] = []
    post = exam.window.board.post
    exam.window.board.post = lambda message: (ended.append(message.advice), post(message))
    exam.examination.hold(*(kept(number, "FCH") for number in range(1, 53)))
    exam.examination.reject(52)
    assert exam.window.exam.view.kept_count == 51
    assert [line.frame_id for line in exam.window.exam.view.kept] == list(range(51, 11, -1))
    assert exam.window.room.kept.accessibleName() == "Kept in this exam: 51"
    exam.window.exam.end()
    assert ended[-1] == "51 frames kept."


def test_that_the_examination_is_stopped_with_the_window(exam: Desk) -> None:
    exam.window.close()
    assert exam.examination.stopped


def test_that_left_and_top_of_thumbs_stay_inside_the_strip(exam: Desk, settle: Callable[[], None]) -> None:
    exam.examination.hold(*(replace(kept(number, "FCH")) for number in range(1, 6)))
    for size in ((1280, 720), (1366, 768), (1920, 1080)):
        exam.window.resize(*size)
        settle()
        strip = exam.window.room.strip
        assert strip._boxes
        for box, _ in strip._boxes:
            assert strip.rect().contains(QPoint(round(box.x()), round(box.y())))
            assert box.right() <= strip.width()
