"""The Exams room on a real store: the list and its search, bin, undo, erasing, labels, report, the matrix."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QMenu, QWidget

from nas.planes import PLANES, SCREENING
from tests.ui.conftest import Desk
from uiac_desktop.exam.records import NewFrame
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.ui.exams.list import columns_for
from uiac_desktop.ui.exams.room import ExamsRoom
from uiac_desktop.ui.exams.state import EMPTY, EMPTY_BIN, ExamsState, state_words
from uiac_desktop.ui.messages import Message

_NONE = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier


def _frame(plane: str, model: str = "other") -> NewFrame:
    pixels = np.random.default_rng(PLANES.index(plane)).integers(0, 255, (96, 128), dtype=np.uint8)
    shares = np.full(len(PLANES), 1 / len(PLANES), np.float32)
    return NewFrame(pixels, datetime.now(UTC), "simulated", 0, 0.0, plane, 0.8, PLANES, shares, model, 0.5, False)


def _exam(
    store: ExamStore, who: str, planes: tuple[str, ...], person: dict[str, str] | None = None, model: str = "other"
) -> int:
    exam = store.begin_exam(who, "Screening")
    for plane in planes:
        kept = store.keep(exam.id, _frame(plane, model))
        if person and plane in person:
            store.relabel(kept.id, person[plane], who)
        store.set_best(kept.id, who)
    store.end_exam(exam.id)
    return exam.id


def _until(true: Callable[[], object]) -> None:
    """Let the window live until something holds."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        QTest.qWait(5)


class Room:
    """The room of a window on a store of the test."""

    def __init__(self, desk: Desk, place: Path, key: Path) -> None:
        self.desk, self._place, self._key = desk, place, key
        self.widget: ExamsRoom = desk.part("exams_room")
        self.control = self.widget.control

    @property
    def state(self) -> ExamsState:
        return self.control.state

    @property
    def said(self) -> Message:
        shown = self.desk.window.board.shown
        assert shown is not None
        return shown

    def store(self) -> ExamStore:
        return open_store(self._place, key_file=self._key)

    def until(self, true: Callable[[], object]) -> None:
        _until(true)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
        self.desk.window.activateWindow()
        self.desk.window.setFocus()
        QTest.keyClick(self.desk.window, key, modifier)

    def enter(self) -> None:
        self.press(Qt.Key.Key_F3)
        self.until(lambda: self.state.exams is not None and self.state.across is not None)
        self.until(lambda: not self.state.exams or self.state.opened is not None)


@pytest.fixture
def room_of(make_desk: Callable[..., Desk], tmp_path: Path, tiny_model: Path) -> Callable[..., Room]:
    """Makes a window on a store that a test has filled; its model has never named a frame of it."""
    place, key = tmp_path / "store", tmp_path / "site.key"

    def make(fill: Callable[[ExamStore], object] = lambda _store: None, size: tuple[int, int] = (1366, 768)) -> Room:
        with open_store(place, key_file=key) as store:
            fill(store)
        room = Room(make_desk(*size, store=str(place), who="Lin", model=tiny_model), place, key)
        room.enter()
        return room

    return make


def _two(store: ExamStore) -> None:
    _exam(store, "Wei", SCREENING, {"TV": "TVT", "ACS": "ACS"})
    _exam(store, "Lin", ("ACS", "FCH"))


def _label(room: Room, name: str) -> str:
    found = room.widget.findChild(QLabel, name)
    assert found is not None
    return found.text()


def test_that_an_empty_store_says_what_fills_it(room_of: Callable[..., Room]) -> None:
    room = room_of()
    assert room.state.nothing == EMPTY
    assert room.desk.part("exams_list").accessibleName() == EMPTY
    assert not room.desk.part("button_exams_delete").isEnabled()
    assert not room.desk.part("button_exams_pdf").isEnabled()
    room.press(Qt.Key.Key_B)
    room.until(lambda: room.state.nothing == EMPTY_BIN)


def test_that_nothing_is_read_before_the_room_is_entered(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    place = tmp_path / "store"
    make_desk(store=str(place))
    assert not place.exists()


def test_that_the_list_tells_each_exam_and_how_far_it_is(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    newest, oldest = room.state.exams or ()
    assert state_words(newest)[2] == "Missing LVOT, RVOT, TV, TVT"
    assert (oldest.line.exam.who, oldest.line.frames, oldest.line.corrected) == ("Wei", 6, 2)
    assert state_words(oldest)[2] == "Missing TV"
    assert room.state.held.startswith("2 exams, ")
    assert room.state.chosen == newest.line.exam.id
    assert newest.line.exam.subject in room.desk.part("exams_list").accessibleDescription()


def test_that_typed_words_and_fields_narrow_the_list(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    words = room.desk.part("exams_words")
    assert isinstance(words, QLineEdit)
    room.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(words, "rvot")
    room.until(lambda: len(room.state.exams or ()) == 1 and room.state.asked.text == "rvot")
    assert (room.state.exams or ())[0].line.exam.who == "Wei"
    QTest.keyClicks(words, " 2019")
    room.until(lambda: room.state.nothing == 'No exam matches "rvot 2019".')
    words.clear()
    room.until(lambda: len(room.state.exams or ()) == 2)
    for name, text, left in (
        ("exams_state", "Complete", 0),
        ("exams_state", "Missing planes", 2),
        ("exams_span", "Today", 2),
    ):
        box = room.desk.part(name)
        assert isinstance(box, QComboBox)
        box.setCurrentText(text)
        room.until(lambda left=left: len(room.state.exams or ()) == left)
    plane = room.desk.part("exams_plane")
    assert isinstance(plane, QComboBox)
    plane.setCurrentText("LVOT")
    room.until(lambda: len(room.state.exams or ()) == 1)


def test_that_a_column_orders_the_list_and_keys_choose_in_it(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    head = room.desk.part("exams_head")
    left, wide = columns_for(head.width())["frames"]
    QTest.mouseClick(head, Qt.MouseButton.LeftButton, pos=QPoint(left + wide // 2, 10))
    assert [exam.line.frames for exam in room.state.exams or ()] == [6, 2]
    room.press(Qt.Key.Key_Up)
    assert room.state.chosen == (room.state.exams or ())[0].line.exam.id
    room.until(lambda: room.state.opened is not None)
    room.press(Qt.Key.Key_Down)
    assert room.state.chosen == (room.state.exams or ())[1].line.exam.id
    QTest.mouseClick(room.desk.part("exams_lines"), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert room.state.chosen == (room.state.exams or ())[0].line.exam.id


def test_that_a_deleted_exam_is_in_the_bin_and_undo_brings_it_back(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    doomed = room.state.chosen_exam
    assert doomed is not None
    room.press(Qt.Key.Key_Delete)
    room.until(lambda: len(room.state.exams or ()) == 1)
    assert room.said.what == f"{doomed.line.exam.subject} is in the bin."
    assert [choice.command for choice in room.said.choices] == ["exams_undo"]
    room.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    room.until(lambda: len(room.state.exams or ()) == 2)
    room.press(Qt.Key.Key_Delete)
    room.until(lambda: len(room.state.exams or ()) == 1)
    room.press(Qt.Key.Key_B)
    room.until(lambda: room.state.chosen_exam is not None and room.state.chosen_exam.line.binned_at is not None)
    binned = room.state.chosen_exam
    assert binned is not None
    assert state_words(binned)[2] == "Bin, 30 days left"
    assert not room.desk.part("button_exams_delete").isVisible()
    room.press(Qt.Key.Key_R)
    room.until(lambda: room.state.nothing == EMPTY_BIN)


def test_that_erasing_asks_once_and_leaves_one_line_without_a_subject(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    doomed = room.state.chosen_exam
    assert doomed is not None
    erase = (Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    room.press(*erase)
    assert room.said.what == f"Erase {doomed.line.exam.subject} for good?"
    room.press(Qt.Key.Key_Escape)
    assert not room.desk.window.board.has("erase exam")
    assert len(room.state.exams or ()) == 2
    room.press(*erase)
    room.press(*erase)
    room.until(lambda: len(room.state.exams or ()) == 1 and room.state.audit)
    line = room.state.audit[0]
    assert (line.who, line.frames) == ("Lin", 2)
    with room.store() as store:
        assert doomed.line.exam.subject not in [exam.subject for exam in store.exams()]
        assert not list((store.media.folder).glob(f"*{doomed.line.exam.id}/*.png"))
    room.press(Qt.Key.Key_3, _CTRL)
    history = room.desk.part("exam_history")
    assert "2 frames and 0 clips erased, Lin" in history.accessibleDescription()
    assert doomed.line.exam.subject not in history.accessibleDescription()


def test_that_confirming_labels_stands_in_the_report_and_can_be_taken_back(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    report = room.desk.part("exam_report")
    assert "Confirmed by: nobody yet" in report.accessibleDescription()
    room.press(Qt.Key.Key_C)
    room.until(lambda: "Confirmed by: Lin" in report.accessibleDescription())
    assert room.said.what == "Labels confirmed by Lin: 2."
    assert room.state.across is not None
    assert room.state.across.checked == 4
    room.press(Qt.Key.Key_2, _CTRL)
    assert "Lin: FCH (confirmed)" in room.desk.part("exam_frames").accessibleDescription()
    room.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    room.until(lambda: "Confirmed by: nobody yet" in report.accessibleDescription())


def _frames_said(room: Room) -> str:
    return str(room.desk.part("exam_frames").accessibleDescription())


def test_that_a_wrong_label_is_put_right_by_a_digit_and_taken_back(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    wei = (room.state.exams or ())[1]
    room.press(Qt.Key.Key_Down)
    room.until(lambda: room.state.opened is not None and room.state.opened.listed == wei)
    room.press(Qt.Key.Key_3)
    assert room.said.what == "No frame is chosen."
    assert room.desk.part("exam_frames").isVisible(), "the frames to choose from are shown"
    room.press(Qt.Key.Key_Period)
    room.press(Qt.Key.Key_Period)
    chosen = room.state.chosen_frame
    assert chosen is not None
    assert (chosen.plane, chosen.best) == ("FCH", True)
    room.press(Qt.Key.Key_3)
    room.until(lambda: "Chosen" in _frames_said(room) and "Lin: LVOT (changed)" in _frames_said(room))
    assert room.said.what.endswith("was FCH, is LVOT now.")
    with room.store() as store:
        frame, (*_, change) = store.frame(chosen.id), store.history(chosen.id)
        assert (frame.predicted, frame.plane, frame.labelled_by, frame.best) == ("FCH", "LVOT", "Lin", False)
        assert (change.former, change.plane, change.who) == ("FCH", "LVOT", "Lin")
    assert room.state.across is not None
    room.until(lambda: room.state.across.checked == 3)
    room.press(Qt.Key.Key_Z, _CTRL)
    room.until(lambda: room.state.chosen_frame is not None and room.state.chosen_frame.plane == "FCH")
    assert room.state.chosen_frame is not None
    assert room.state.chosen_frame.best
    assert "FCH → LVOT, Lin" in room.desk.part("exam_history").accessibleDescription(), "the history keeps both"
    room.press(Qt.Key.Key_1, _CTRL)
    room.press(Qt.Key.Key_4)
    assert room.said.what == "No frame is chosen.", "one out of sight is not labelled"


def test_that_the_menu_of_a_frame_lists_every_plane_also_one_of_the_department(room_of: Callable[..., Room]) -> None:
    def fill(store: ExamStore) -> None:
        exam = _exam(store, "Lin", ("ACS", "FCH"))
        store.relabel(store.frames(exam)[0].id, "四腔心", "Lin")

    room = room_of(fill)
    room.press(Qt.Key.Key_2, _CTRL)
    view = room.widget.side.frames
    second = (room.state.frames)[1]
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=QPoint(30, round(view.top_of(second.id)) + 10))
    menu = room.widget.findChild(QMenu, "exams_label_menu")
    assert isinstance(menu, QMenu)
    words = [action.text() for action in menu.actions()]
    assert words[0].startswith("ACS  ")
    assert words[0].endswith("\t1")
    assert words[-2:] == ["四腔心", "none  none of the planes\t'"]
    assert [action.text().split()[0] for action in menu.actions() if action.isChecked()] == ["FCH"]
    menu.actions()[-2].trigger()
    menu.close()
    room.until(lambda: "Lin: 四腔心 (changed)" in _frames_said(room))
    room.until(lambda: room.state.frames[1].plane == "四腔心")


def _asked(room: Room, key: Qt.Key) -> QFileDialog:
    room.press(key)
    dialog = room.widget.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert not dialog.isModal()
    return dialog


_REPORTS = [(Qt.Key.Key_P, "pdf", b"%PDF-"), (Qt.Key.Key_H, "html", b"<!DOC")]


@pytest.mark.parametrize(("key", "suffix", "starts"), _REPORTS)
@pytest.mark.parametrize("typed", ["my report", "my report.2", "my report.{}"])
def test_that_the_report_is_written_where_the_user_says(
    room_of: Callable[..., Room], tmp_path: Path, key: Qt.Key, suffix: str, starts: bytes, typed: str
) -> None:
    room = room_of(_two)
    dialog = _asked(room, key)
    dialog.setDirectory(str(tmp_path))
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    assert field.text().endswith(f".{suffix}")
    field.setText(typed.format(suffix))
    QTest.keyClick(field, Qt.Key.Key_Return)
    file = tmp_path / f"{typed.removesuffix('.{}')}.{suffix}"
    room.until(lambda: room.desk.window.board.has("exams"))
    assert room.said.advice == file.name
    assert file.read_bytes().startswith(starts)
    assert list(tmp_path.glob(".*")) == []


def test_that_the_dialog_of_the_report_says_what_it_is_for_and_offers_both_kinds(
    room_of: Callable[..., Room], tmp_path: Path
) -> None:
    room = room_of(_two)
    assert room.state.chosen_exam is not None
    dialog = _asked(room, Qt.Key.Key_P)
    assert dialog.windowTitle() == f"Save the report of {room.state.chosen_exam.line.exam.subject}"
    assert [kind.rsplit("(")[-1] for kind in dialog.nameFilters()] == ["*.pdf)", "*.html)"]
    assert dialog.selectedNameFilter().startswith("PDF")
    dialog.setDirectory(str(tmp_path))
    kinds = dialog.findChild(QComboBox, "fileTypeCombo")
    assert isinstance(kinds, QComboBox)
    kinds.setFocus()
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    assert field.text().endswith(".html")
    field.setText("other")
    QTest.keyClick(field, Qt.Key.Key_Return)
    room.until(lambda: room.desk.window.board.has("exams"))
    assert (tmp_path / "other.html").read_bytes().startswith(b"<!DOC")
    room.until(lambda: room.widget.findChild(QFileDialog) is None)
    room.desk.window.actions_of.give("exams_pdf")
    again = room.widget.findChild(QFileDialog)
    assert isinstance(again, QFileDialog)
    assert Path(again.directory().path()) == tmp_path, "it opens where the last one was saved"
    assert room.desk.file.load()[0].last_folders == {"files": tmp_path}


def test_that_a_folder_that_refuses_the_report_is_said(room_of: Callable[..., Room], tmp_path: Path) -> None:
    room = room_of(_two)
    room.control.write("html", tmp_path / "gone" / "report.html")
    room.until(lambda: room.desk.window.board.has("exams"))
    assert room.said.what == "The report cannot be written there."


def test_that_the_chosen_model_draws_maps_of_the_frames_that_it_named(room_of: Callable[..., Room]) -> None:
    room = room_of(lambda store: _exam(store, "Lin", ("ACS", "FCH"), model="Tiny"))
    room.until(lambda: room.state.maps == (2, 2))
    assert room.state.opened is not None
    facts = dict(room.state.opened.report.facts)
    assert facts["Model"].startswith("Tiny: ")
    assert facts["Maps"] == "by Tiny" or facts["Maps"].startswith("none: the model names no plane")


def test_that_what_a_person_changed_is_counted_and_leads_to_the_frame(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    board = room.desk.part("across_board")
    assert board.accessibleDescription() == "TV to TVT, 1 frames"
    assert _label(room, "across_said").startswith("2 checked frames. Same plane: 50.0 %.")
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert room.widget.across.mode == "frames"
    wei = next(exam for exam in room.state.exams or () if exam.line.exam.who == "Wei")
    assert wei.line.exam.subject in board.accessibleDescription()
    room.press(Qt.Key.Key_D)
    assert room.state.chosen == wei.line.exam.id
    room.until(lambda: "TVT (changed)" in room.desk.part("exam_frames").accessibleDescription())
    assert room.desk.part("exam_frames").isVisible()
    room.press(Qt.Key.Key_M)
    room.press(Qt.Key.Key_M)
    assert room.widget.across.mode == "matrix"


def test_that_the_list_and_the_history_say_what_was_exported(room_of: Callable[..., Room]) -> None:
    room = room_of(lambda store: (_two(store), store.export_marks.note([1], datetime.now(UTC))))
    box = room.desk.part("exams_state")
    assert isinstance(box, QComboBox)
    box.setCurrentText("Not exported")
    room.until(lambda: [exam.line.exam.id for exam in room.state.exams or ()] == [2])
    assert "not exported" in room.desk.part("exams_list").accessibleDescription()
    box.setCurrentText("Exported")
    room.until(lambda: [exam.line.exam.id for exam in room.state.exams or ()] == [1])
    room.until(lambda: "last exported into a data set" in room.desk.part("exam_history").accessibleDescription())
    assert "exported, Missing" in room.desk.part("exams_list").accessibleDescription()
    with room.store() as store:
        store.relabel(store.frames(1)[0].id, "BSC", "Wei")
    room.control.enter()
    room.until(lambda: "exported, changed since" in room.desk.part("exams_list").accessibleDescription())
    room.until(lambda: "changed since" in room.desk.part("exam_history").accessibleDescription())


def test_that_export_takes_the_chosen_exam_along(room_of: Callable[..., Room]) -> None:
    room = room_of(_two)
    room.press(Qt.Key.Key_Down)
    chosen = room.state.chosen_exam
    assert chosen is not None
    button = room.desk.part("exams_room").findChild(QWidget, "button_export")
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    page = room.desk.part("export_page")
    assert page.isVisible()
    assert page.control.state.chosen == (chosen.line.exam.id,)


def test_that_a_store_that_cannot_be_opened_is_said(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    place = tmp_path / "store"
    place.write_text("no folder")
    desk = make_desk(store=str(place))
    desk.window.show_view("room_exams")
    _until(lambda: desk.window.board.has("exams"))
    shown = desk.window.board.shown
    assert shown is not None
    assert "exam store" in shown.what


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080)])
def test_that_nothing_of_the_room_is_cut_or_lies_on_another(
    room_of: Callable[..., Room], size: tuple[int, int], cut_texts: list[str], settle: Callable[[], None]
) -> None:
    room = room_of(lambda store: _exam(store, "Lin", SCREENING), size)
    settle()
    for side in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        room.press(side, _CTRL)
        QApplication.processEvents()
        room.widget.grab()
    said = room.desk.part("exams_said")
    said.say(
        "2 exams, 49.9 MB, 74.4 GB free.  Delete keeps it for 30 days.", "2 exams, 49.9 MB, 74.4 GB free", "2 exams"
    )
    assert said.fontMetrics().horizontalAdvance(said.text()) <= said.width()
    assert "74.4 GB free" in said.text() + said.toolTip()
    parts: list[QWidget] = [
        room.widget.search,
        room.widget.list,
        room.widget._foot,
        room.widget.across,
        room.widget.side,
    ]
    for number, first in enumerate(parts):
        assert room.widget.rect().contains(first.geometry())
        for second in parts[number + 1 :]:
            assert not first.geometry().intersects(second.geometry())
    assert cut_texts == []


def test_that_a_clip_of_the_exam_opens_in_review(room_of: Callable[..., Room]) -> None:
    def fill(store: ExamStore) -> None:
        exam = _exam(store, "Lin", ("ACS", "FCH"))
        for seconds in (2.0, 3.0):
            path = store.new_clip_path(exam)
            path.write_bytes(b"clip")
            store.add_clip(
                exam, path, source="simulated", started_at=datetime.now(UTC), duration_s=seconds, frames=50, lost=0,
                width=64, height=48,
            )  # fmt: skip

    room = room_of(fill)
    assert room.state.opened is not None
    first, last = room.state.opened.clips
    room.press(Qt.Key.Key_V)
    assert room.desk.window.rooms.now.id == "room_review"
    assert ("open_exam_clip", last.id) in room.desk.review.asked
    room.enter()
    room.press(Qt.Key.Key_2, _CTRL)
    frames = room.widget.side.frames
    QTest.mouseClick(frames, Qt.MouseButton.LeftButton, pos=QPoint(20, round(frames.clip_top(0)) + 8))
    assert ("open_exam_clip", first.id) in room.desk.review.asked
