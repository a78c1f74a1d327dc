"""An examination with the real store: what is kept, what the checklist says, undo and redo, and the gate."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest

from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.watched_examination import HEART, Watcher, opened
from uiac_desktop.exam.protocol import EXTENDED
from uiac_desktop.exam.report import ModelLine, report_of
from uiac_desktop.exam.store_place import DATABASE_FILE
from uiac_desktop.session.exam.examination import (
    ExamBegan,
    ExamEnded,
    FrameChanged,
    FrameKept,
    NewWomanAsked,
    ProtocolComplete,
    StoreFailed,
    Undone,
)


def test_that_the_very_frame_on_screen_is_kept_with_raw_scores(start: Callable[..., Watcher]) -> None:
    watcher = start()
    frame = watcher.frame()
    watcher.examination.see_frame(frame, "device")
    watcher.examination.see_model("demo")
    watcher.examination.see_result(watcher.result("FCH", 0.6, frame))
    watcher.examination.see_result(watcher.result("ACS", 0.8))
    watcher.examination.keep(watcher.result("FCH", 0.95, frame))
    event = watcher.wait_for(FrameKept)
    assert isinstance(event, FrameKept)
    assert event.by_hand
    kept = event.kept.frame
    assert (kept.frame, kept.source, kept.predicted, kept.plane) == (frame.index, "device", "FCH", "FCH")
    assert kept.certainty == pytest.approx(0.6)
    assert watcher.best_of("FCH") == kept.id
    assert watcher.examination.stop(PATIENCE_S)
    with opened(watcher.folder) as store:
        np.testing.assert_array_equal(store.picture(kept.id), frame.pixels)
        assert store.chances(kept.id)["FCH"] == pytest.approx(0.6, abs=1e-6)
        assert store.exams()[0].ended_at is not None


def test_that_a_frame_is_kept_under_the_model_that_labelled_it(start: Callable[..., Watcher]) -> None:
    watcher = start()
    exam = watcher.examination
    exam.see_model("former")
    for number in range(60):
        frame = watcher.frame(number)
        exam.see_frame(frame, "device")
        exam.see_result(watcher.result("FCH", 0.97, frame))
        watcher.settle()
    exam.see_model("newer")
    watcher.wait_for(FrameKept)
    watcher.settle()
    watcher.keep("LVOT")
    assert exam.stop(PATIENCE_S)
    with closing(sqlite3.connect(watcher.folder / DATABASE_FILE)) as store:
        kept = set(store.execute("SELECT predicted, model FROM frames"))
    assert kept == {("FCH", "former"), ("LVOT", "newer")}


def test_that_the_label_on_screen_is_a_person_s_where_the_raw_one_differs(start: Callable[..., Watcher]) -> None:
    watcher = start()
    frame = watcher.frame()
    watcher.examination.see_result(watcher.result("none", 0.4, frame))
    watcher.examination.keep(watcher.result("FCH", 0.9, frame))
    event = watcher.wait_for(FrameKept)
    assert isinstance(event, FrameKept)
    kept = event.kept.frame
    assert (kept.predicted, kept.corrected, kept.plane, kept.labelled_by) == ("none", "FCH", "FCH", "A. B.")


def test_that_the_checklist_fills_and_says_once_that_it_is_complete(start: Callable[..., Watcher]) -> None:
    watcher = start()
    assert [line.state for line in watcher.examination.state.lines] == ["missing", "missing"]
    watcher.keep("FCH")
    assert [line.state for line in watcher.examination.state.lines] == ["met", "missing"]
    watcher.keep("LVOT")
    assert watcher.wait_for(ProtocolComplete) == ProtocolComplete("Heart", 2)
    watcher.keep("LVOT")
    watcher.settle()
    assert len(watcher.of(ProtocolComplete)) == 1


def test_that_at_most_five_alternatives_stand_best_first(start: Callable[..., Watcher]) -> None:
    watcher = start()
    for certainty in (0.5, 0.7, 0.6, 0.9, 0.8, 0.55, 0.65, 0.75):
        watcher.keep("FCH", certainty)
    line = watcher.line("FCH")
    scores = [kept.frame.score for kept in line.alternatives]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert line.best is not None
    assert line.best.frame.certainty == pytest.approx(0.75)
    assert line.best.thumb.shape[1] <= 160


def test_that_use_reassign_and_reject_change_the_list_and_undo_and_redo_follow(start: Callable[..., Watcher]) -> None:
    watcher = start()
    exam = watcher.examination
    first, second = watcher.keep("FCH", 0.9), watcher.keep("FCH", 0.8)
    assert watcher.best_of("FCH") == second.id
    exam.use(first.id)
    assert watcher.best_of("FCH") == first.id
    exam.reject(first.id)
    assert watcher.best_of("FCH") == second.id
    exam.reassign(second.id, "LVOT")
    assert (watcher.best_of("FCH"), watcher.best_of("LVOT")) == (None, second.id)
    assert watcher.line("FCH").state == "rejected"
    exam.undo()
    assert (watcher.best_of("FCH"), watcher.best_of("LVOT")) == (second.id, None)
    exam.undo()
    assert watcher.best_of("FCH") == first.id
    exam.redo()
    exam.redo()
    assert (watcher.best_of("FCH"), watcher.best_of("LVOT")) == (None, second.id)
    assert [event.text for event in watcher.of(Undone) if isinstance(event, Undone)] == [
        "Undone: FCH reassigned to LVOT",
        "Undone: FCH rejected",
        "Done again: FCH rejected",
        "Done again: FCH reassigned to LVOT",
    ]
    assert watcher.of(FrameChanged)


def test_that_undoing_a_keep_leaves_all_as_it_was_before(start: Callable[..., Watcher]) -> None:
    watcher = start()
    first, second = watcher.keep("FCH"), watcher.keep("FCH")
    watcher.examination.undo()
    assert watcher.best_of("FCH") == first.id
    watcher.examination.redo()
    assert watcher.best_of("FCH") == second.id
    watcher.examination.undo()
    watcher.examination.undo()
    watcher.examination.undo()
    assert watcher.line("FCH").state == "missing", "nobody rejected anything"
    exam = watcher.examination.state.exam
    assert exam is not None
    assert watcher.examination.stop(PATIENCE_S)
    with opened(watcher.folder) as store:
        assert [frame.state for frame in store.frames(exam.id)] == ["unkept", "unkept"]
        assert "rejected" not in [change.what for change in store.history(first.id)]
        line, report = store.exam_lines()[0], report_of(store, exam.id, ("FCH",), ModelLine(), exam.started_at)
        assert (line.frames, line.planes, [one.state for one in report.lines]) == (0, (), ["missing"])


def test_that_nothing_enters_while_the_gate_is_shut(start: Callable[..., Watcher]) -> None:
    watcher = start(allowed=False)
    exam = watcher.examination
    exam.allow(False, "Set the mask.")
    for _ in range(30):
        result = watcher.result()
        exam.see_frame(result.frame, "device")
        exam.see_result(result)
    exam.keep(watcher.result())
    assert watcher.wait_for(StoreFailed) == StoreFailed("The frame was not kept.", "Set the mask.")
    exam.save_last(5)
    watcher.wait_for(StoreFailed, 2)
    state = exam.state
    assert (state.ring_s, state.stored_allowed, state.why) == (0.0, False, "Set the mask.")
    assert not watcher.of(FrameKept)
    assert not [path for path in watcher.folder.rglob("*") if path.suffix in (".png", ".mp4")]


def test_that_a_frame_that_the_door_does_not_pass_is_not_kept(start: Callable[..., Watcher]) -> None:
    watcher = start()
    watcher.examination.keep_where(lambda frame: frame.index % 2 == 0)
    watcher.examination.keep(watcher.result(frame=watcher.frame(3)))
    watcher.wait_for(StoreFailed)
    watcher.examination.keep(watcher.result(frame=watcher.frame(4)))
    event = watcher.wait_for(FrameKept)
    assert isinstance(event, FrameKept)
    assert event.kept.frame.frame == 4


def test_that_a_plane_that_is_held_is_captured_by_itself_and_only_once(start: Callable[..., Watcher]) -> None:
    watcher = start()
    for _ in range(60):
        watcher.examination.see_result(watcher.result("FCH", 0.97))
        watcher.settle()
    for _ in range(40):
        watcher.examination.see_result(watcher.result("none", 0.4))
        watcher.settle()
    event = watcher.wait_for(FrameKept)
    assert isinstance(event, FrameKept)
    assert not event.by_hand
    kept = [one.kept.frame.frame for one in watcher.of(FrameKept) if isinstance(one, FrameKept)]
    assert len(kept) == len(set(kept)) <= 4
    assert watcher.line("FCH").state == "met"


def test_that_ten_minutes_without_a_woman_ask_once(start: Callable[..., Watcher]) -> None:
    now = [0.0]
    watcher = start(clock=lambda: now[0])
    watcher.settle()
    now[0] = 599.0
    watcher.examination.see_sector(False)
    watcher.examination.see_frame(watcher.frame(), "device")
    watcher.settle()
    watcher.settle()
    assert not watcher.of(NewWomanAsked)
    now[0] = 601.0
    watcher.wait_for(NewWomanAsked)
    watcher.settle()
    watcher.settle()
    assert len(watcher.of(NewWomanAsked)) == 1


def test_that_a_new_exam_ends_the_former_and_begins_with_an_empty_list(start: Callable[..., Watcher]) -> None:
    watcher = start()
    watcher.keep("FCH")
    watcher.examination.begin("C. D.", EXTENDED, "12345")
    watcher.wait_for(ExamEnded)
    event = watcher.wait_for(ExamBegan, 2)
    assert isinstance(event, ExamBegan)
    state = watcher.examination.state
    assert state.exam == event.exam
    assert [line.state for line in state.lines] == ["missing"] * 11
    assert "12345" not in "".join(str(path) for path in watcher.folder.rglob("*"))


def test_that_a_key_pressed_twice_begins_one_exam(start: Callable[..., Watcher]) -> None:
    watcher = start(protocol=None)
    watcher.examination.begin("Ann", HEART, anew=False)
    watcher.examination.begin("Ann", HEART, anew=False)
    watcher.examination.keep(watcher.result("FCH"))
    watcher.wait_for(FrameKept)
    assert len(watcher.of(ExamBegan)) == 1
    assert not watcher.of(ExamEnded)
