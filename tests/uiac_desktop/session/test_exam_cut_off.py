"""An exam whose program was killed is offered at the next start: it goes on with all that was kept, or stays ended."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.session.watched_examination import Watcher
from uiac_desktop.errors import StoreError
from uiac_desktop.exam import cut_off
from uiac_desktop.exam import process_mark as marks
from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.exam.records import Exam, KeptFrame, NewFrame
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.session.exam.events import ExamBegan, ExamCutOff, ExamEnded, ExamWentOn, StoreFailed

HEART = Protocol("Heart", ("FCH", "LVOT"))
DEAD = f"{marks._pc()}_1_1"


class KilledProgram:
    """Keeps frames under the mark of a process that is no more, and ends nothing."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self._patch = folder, patch

    def open(self) -> ExamStore:
        return open_store(self.folder, key_file=self.folder.with_name("site.key"))

    def examine(self, *frames: NewFrame, mark: str = DEAD) -> tuple[Exam, list[KeptFrame]]:
        with self.open() as store:
            with self._patch.context() as patch:
                patch.setattr("uiac_desktop.exam.store.process_mark", lambda: mark)
                exam = store.begin_exam("A. B.", "Heart", "4711")
            kept = [store.keep(exam.id, frame) for frame in frames]
            for frame in kept:
                store.set_best(frame.id)
        return exam, kept


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KilledProgram:
    return KilledProgram(tmp_path / "store", monkeypatch)


@pytest.fixture
def start(killed: KilledProgram) -> Iterator[Callable[[], Watcher]]:
    """Starts the program anew on the store."""
    started: list[Watcher] = []

    def begin() -> Watcher:
        watcher = Watcher(killed.folder)
        started.append(watcher)
        watcher.examination.start()
        watcher.examination.allow(True)
        watcher.settle()
        return watcher

    yield begin
    for watcher in started:
        assert watcher.examination.stop(20)


def _offered(watcher: Watcher) -> ExamCutOff:
    event = watcher.wait_for(ExamCutOff)
    assert isinstance(event, ExamCutOff)
    return event


def test_that_it_goes_on_with_code_checklist_and_frames_and_takes_new_ones(
    killed: KilledProgram, start: Callable[[], Watcher]
) -> None:
    exam, (kept,) = killed.examine(new_frame("FCH"))
    watcher = start()
    offered = _offered(watcher)
    assert (offered.exam.subject, offered.frames) == (exam.subject, 1)
    assert watcher.examination.state.exam is None, "nothing goes on before a person says so"
    watcher.examination.go_on(HEART)
    event = watcher.wait_for(ExamWentOn)
    assert isinstance(event, ExamWentOn)
    assert [one.frame.id for one in event.kept] == [kept.id]
    state = watcher.examination.state
    assert state.exam is not None
    assert (state.exam.id, state.exam.subject, state.exam.ended_at) == (exam.id, exam.subject, None)
    assert [line.state for line in state.lines] == ["met", "missing"]
    assert state.lines[0].best is not None
    np.testing.assert_array_equal(state.lines[0].best.thumb, new_frame("FCH").pixels)
    new = watcher.keep("LVOT")
    assert new.exam_id == exam.id
    watcher.examination.end()
    watcher.wait_for(ExamEnded)
    with killed.open() as store:
        assert [frame.id for frame in store.frames(exam.id)] == [kept.id, new.id]
        assert store.exam(exam.id).ended_at is not None
        assert store.cut_off.latest() is None
        assert store.visits.earlier(exam.id) == 0


def test_that_what_a_person_kept_or_chose_still_stands_against_frames_that_keep_themselves(
    killed: KilledProgram, start: Callable[[], Watcher]
) -> None:
    exam, (by_hand, alone) = killed.examine(replace(new_frame("FCH"), by_hand=True), new_frame("LVOT", 1))
    with killed.open() as store:
        by_itself = store.keep(exam.id, new_frame("LVOT", 2))
        store.set_best(by_itself.id, "A. B.")
    watcher = start()
    _offered(watcher)
    watcher.examination.go_on(HEART)
    event = watcher.wait_for(ExamWentOn)
    assert isinstance(event, ExamWentOn)
    assert event.by_hand == {by_hand.id, by_itself.id}
    book = watcher.examination._keeper.book
    assert book is not None
    for plane in ("FCH", "LVOT"):
        watcher.examination._order(lambda plane=plane: book.keep(replace(new_frame(plane, 9), score=99.0), plane))
    assert (watcher.best_of("FCH"), watcher.best_of("LVOT")) == (by_hand.id, by_itself.id)
    assert alone.id not in event.by_hand


def test_that_rejected_frames_stay_rejected(killed: KilledProgram, start: Callable[[], Watcher]) -> None:
    _, (kept,) = killed.examine(new_frame("FCH"))
    with killed.open() as store:
        store.set_state(kept.id, "rejected", "A. B.")
    watcher = start()
    assert _offered(watcher).frames == 0
    watcher.examination.go_on(HEART)
    event = watcher.wait_for(ExamWentOn)
    assert isinstance(event, ExamWentOn)
    assert event.kept == ()
    assert watcher.line("FCH").state == "rejected"


def test_that_it_can_stay_ended_and_is_not_offered_again(killed: KilledProgram, start: Callable[[], Watcher]) -> None:
    exam, _ = killed.examine(new_frame())
    watcher = start()
    _offered(watcher)
    watcher.examination.leave()
    watcher.examination.go_on(HEART)
    watcher.settle()
    assert not watcher.of(ExamWentOn)
    with killed.open() as store:
        assert store.exam(exam.id).ended_at is not None
    again = start()
    assert not again.of(ExamCutOff)


def test_that_a_new_exam_settles_it(killed: KilledProgram, start: Callable[[], Watcher]) -> None:
    exam, _ = killed.examine(new_frame())
    watcher = start()
    _offered(watcher)
    watcher.examination.begin("A. B.", HEART)
    began = watcher.wait_for(ExamBegan)
    assert isinstance(began, ExamBegan)
    assert began.exam.subject != exam.subject
    watcher.examination.go_on(HEART)
    watcher.settle()
    assert watcher.examination.state.exam == began.exam
    assert not start().of(ExamCutOff)


def test_that_it_is_offered_again_while_nobody_has_answered(
    killed: KilledProgram, start: Callable[[], Watcher]
) -> None:
    exam, _ = killed.examine(new_frame())
    assert _offered(start()).exam.id == exam.id
    assert _offered(start()).exam.id == exam.id


@pytest.mark.parametrize(
    ("mark", "age"),
    [("abcdef_1_1", timedelta(days=2)), (DEAD, timedelta(hours=5))],
    ids=["of another PC", "of another woman by now"],
)
def test_that_only_an_exam_of_this_pc_and_of_a_moment_ago_is_offered(
    killed: KilledProgram,
    start: Callable[[], Watcher],
    monkeypatch: pytest.MonkeyPatch,
    mark: str,
    age: timedelta,
) -> None:
    monkeypatch.setattr(cut_off, "OFFERED_FOR", timedelta(hours=4) if mark == DEAD else timedelta(days=9))
    frame = new_frame()
    with monkeypatch.context() as patch:
        patch.setattr("uiac_desktop.exam.store.now", lambda: frame.taken_at - age)
        killed.examine(replace(frame, taken_at=frame.taken_at - age), mark=mark)
    assert not start().of(ExamCutOff)


def test_that_an_exam_in_the_bin_and_one_that_was_ended_are_not_offered(
    killed: KilledProgram, start: Callable[[], Watcher]
) -> None:
    exam, _ = killed.examine(new_frame())
    ended, _ = killed.examine(new_frame(), mark=marks.process_mark())
    with killed.open() as store:
        store.end_exam(ended.id)
        store.bin(exam.id)
    assert not start().of(ExamCutOff)


def test_that_of_two_windows_only_one_goes_on_with_it(killed: KilledProgram, start: Callable[[], Watcher]) -> None:
    killed.examine(new_frame())
    one, two = start(), start()
    one.examination.go_on(HEART)
    one.wait_for(ExamWentOn)
    two.examination.go_on(HEART)
    failed = two.wait_for(StoreFailed)
    assert failed == StoreFailed("This exam cannot go on any more.", "Begin a new exam; its frames are under Exams.")
    assert two.examination.state.exam is None
    with killed.open() as store, pytest.raises(StoreError):
        store.cut_off.go_on(99)


def test_that_a_picture_that_is_gone_from_the_disk_does_not_stop_the_exam(
    killed: KilledProgram, start: Callable[[], Watcher]
) -> None:
    _, (kept,) = killed.examine(new_frame())
    with killed.open() as store:
        store.media.path(kept.media).write_bytes(b"")
    watcher = start()
    watcher.examination.go_on(HEART)
    watcher.wait_for(ExamWentOn)
    assert watcher.best_of("FCH") == kept.id
    assert watcher.keep("LVOT").plane == "LVOT"
