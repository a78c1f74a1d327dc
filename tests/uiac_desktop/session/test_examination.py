"""An examination with the real store: what is kept, what the checklist says, undo, gate, clips, a full disk, a kill."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from tests.patience import PATIENCE_S
from uiac_desktop.errors import StoreError
from uiac_desktop.errors import StoreFull as DiskFull
from uiac_desktop.exam.protocol import EXTENDED, SCREENING, Protocol
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.session.exam.examination import (
    ClipSaved,
    ExamBegan,
    ExamEnded,
    ExamEvent,
    Examination,
    FrameChanged,
    FrameKept,
    NewWomanAsked,
    ProtocolComplete,
    ProtocolLine,
    StoreFailed,
    StoreFull,
    Undone,
)

CLASSES = ("ACS", "FCH", "LVOT")
HEART = Protocol("Heart", ("FCH", "LVOT"))


def _opened(folder: Path) -> ExamStore:
    return open_store(folder, key_file=folder.with_name("site.key"))


class Watcher:
    """Runs an examination and lets a test wait for what it tells."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self.events: list[ExamEvent] = []
        self.store: ExamStore
        self._condition = threading.Condition()
        self._number = 0
        self.examination = Examination(self._open, self._on_event, clock=clock)

    def _open(self) -> ExamStore:
        self.store = _opened(self.folder)
        return self.store

    def _on_event(self) -> None:
        with self._condition:
            self.events += self.examination.take_events()
            self._condition.notify_all()

    def wait_for(self, kind: type, count: int = 1) -> ExamEvent:
        with self._condition:
            assert self._condition.wait_for(lambda: len(self.of(kind)) >= count, PATIENCE_S), self.events
            return self.of(kind)[count - 1]

    def of(self, kind: type) -> list[ExamEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    def frame(self, number: int | None = None, size: tuple[int, int] = (48, 64)) -> Frame:
        self._number += 1
        number = self._number if number is None else number
        pixels = np.random.default_rng(number).integers(0, 256, size, np.uint8)
        return Frame(pixels, number, number / 30, time.monotonic())

    def result(self, plane: str = "FCH", certainty: float = 0.9, frame: Frame | None = None) -> Result:
        frame = frame if frame is not None else self.frame()
        return Result(frame, prediction(plane, certainty), time.monotonic())

    def keep(self, plane: str = "FCH", certainty: float = 0.9) -> KeptFrame:
        before = len(self.of(FrameKept))
        self.examination.keep(self.result(plane, certainty))
        event = self.wait_for(FrameKept, before + 1)
        assert isinstance(event, FrameKept)
        return event.kept.frame

    def settle(self) -> None:
        """Wait until all that was asked for so far is done."""
        done = threading.Event()
        self.examination._order(done.set)
        assert done.wait(PATIENCE_S)

    def line(self, plane: str) -> ProtocolLine:
        self.settle()
        return next(line for line in self.examination.state.lines if line.plane == plane)

    def best_of(self, plane: str) -> int | None:
        best = self.line(plane).best
        return None if best is None else best.frame.id


def prediction(plane: str, certainty: float) -> Prediction:
    place = CLASSES.index(plane) if plane in CLASSES else 0
    chances = np.full(3, (1 - certainty) / 2, np.float32)
    chances[place] = certainty
    return Prediction(CLASSES, chances, np.zeros((3, 2, 2), np.float32), plane, certainty)


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied: making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    _opened(folder).close()
    return folder


@pytest.fixture
def start(tmp_path: Path, empty_store: Path) -> Iterator[Callable[..., Watcher]]:
    """Starts examinations on a store in a folder, gate open and exam begun unless told not to."""
    started: list[Watcher] = []
    shutil.copytree(empty_store, tmp_path / "store")

    def begin(
        allowed: bool = True, protocol: Protocol | None = HEART, clock: Callable[[], float] = time.monotonic
    ) -> Watcher:
        watcher = Watcher(tmp_path / "store", clock)
        started.append(watcher)
        watcher.examination.start()
        if allowed:
            watcher.examination.allow(True)
        if protocol is not None:
            watcher.examination.begin("A. B.", protocol)
            watcher.wait_for(ExamBegan)
        return watcher

    yield begin
    for watcher in started:
        assert watcher.examination.stop(PATIENCE_S)


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
    with _opened(watcher.folder) as store:
        np.testing.assert_array_equal(store.picture(kept.id), frame.pixels)
        assert store.chances(kept.id)["FCH"] == pytest.approx(0.6, abs=1e-6)
        assert store.exams()[0].ended_at is not None


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


def test_that_undoing_a_keep_rejects_the_frame_and_brings_the_former_back(start: Callable[..., Watcher]) -> None:
    watcher = start()
    first, second = watcher.keep("FCH"), watcher.keep("FCH")
    watcher.examination.undo()
    assert watcher.best_of("FCH") == first.id
    watcher.examination.redo()
    assert watcher.best_of("FCH") == second.id
    watcher.examination.undo()
    watcher.examination.undo()
    watcher.examination.undo()
    assert watcher.line("FCH").state == "rejected"
    exam = watcher.examination.state.exam
    assert exam is not None
    assert watcher.examination.stop(PATIENCE_S)
    with _opened(watcher.folder) as store:
        assert [frame.state for frame in store.frames(exam.id)] == ["rejected", "rejected"]
        assert len(store.history(first.id)) >= 2


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


def test_that_shutting_the_gate_forgets_ring_and_unwritten_recording(start: Callable[..., Watcher]) -> None:
    watcher = start()
    exam = watcher.examination
    exam.record(True)
    watcher.settle()
    _feed(watcher, 10, ends_in_s=60.0)
    exam.allow(False, "A page.")
    watcher.settle()
    assert exam.state.ring_s == 0
    exam.record(False)
    watcher.settle()
    assert not watcher.of(ClipSaved)
    assert not list(watcher.folder.rglob("*.mp4"))


def test_that_a_frame_that_the_door_does_not_pass_is_not_kept(start: Callable[..., Watcher]) -> None:
    watcher = start()
    watcher.examination.keep_where(lambda frame: frame.index % 2 == 0)
    watcher.examination.keep(watcher.result(frame=watcher.frame(3)))
    watcher.wait_for(StoreFailed)
    watcher.examination.keep(watcher.result(frame=watcher.frame(4)))
    event = watcher.wait_for(FrameKept)
    assert isinstance(event, FrameKept)
    assert event.kept.frame.frame == 4


def _feed(watcher: Watcher, frames: int, size: tuple[int, int] = (48, 64), ends_in_s: float = 0.0) -> None:
    """Give frames of 30 a second to the ring, the last one stamped so far from now, and wait until they are packed."""
    ends_at = time.monotonic() + ends_in_s
    for number in range(frames):
        frame = watcher.frame(size=size)
        stamped = Frame(frame.pixels, frame.index, frame.time_s, ends_at - (frames - number) / 30)
        watcher.examination.see_frame(stamped, "device")
        assert watcher.examination._tape.settle(PATIENCE_S)


def test_that_the_last_seconds_become_a_clip_without_a_stop(start: Callable[..., Watcher]) -> None:
    watcher = start()
    _feed(watcher, 60)
    watcher.examination.save_last(1.0)
    event = watcher.wait_for(ClipSaved)
    assert isinstance(event, ClipSaved)
    assert event.clip.duration_s == pytest.approx(1.0, abs=0.6)
    assert (event.clip.width, event.clip.height, event.clip.source) == (64, 48, "device")
    with av.open(str(watcher.store.media.folder / event.clip.media)) as container:
        assert sum(1 for _ in container.decode(video=0)) == event.clip.frames
    assert watcher.examination.state.ring_s > 1


def test_that_a_recording_with_a_change_of_size_becomes_two_clips(start: Callable[..., Watcher]) -> None:
    watcher = start()
    watcher.examination.record(True)
    watcher.settle()
    assert watcher.examination.state.recording_s is not None
    _feed(watcher, 20)
    _feed(watcher, 20, size=(33, 41))
    watcher.examination.record(False)
    clips = [watcher.wait_for(ClipSaved, count) for count in (1, 2)]
    sizes = [(clip.clip.width, clip.clip.height, clip.clip.frames) for clip in clips if isinstance(clip, ClipSaved)]
    assert sizes == [(64, 48, 20), (41, 33, 20)]
    assert watcher.examination.state.recording_s is None


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


def test_that_a_full_disk_is_said_once_and_the_frame_is_kept_when_there_is_room(
    start: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.session.exam.keeper._RETRY_S", 0.05)
    watcher = start()
    kept = watcher.keep("FCH")
    full = threading.Event()
    full.set()
    real_keep = watcher.store.keep

    def keep(*arguments: object) -> KeptFrame:
        if full.is_set():
            raise DiskFull("The disk is full.", "Make room.")
        return real_keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(watcher.store, "keep", keep)
    watcher.examination.keep(watcher.result("LVOT"))
    watcher.wait_for(StoreFull)
    watcher.settle()
    watcher.settle()
    assert len(watcher.of(StoreFull)) == 1
    assert watcher.best_of("FCH") == kept.id
    full.clear()
    watcher.wait_for(FrameKept, 2)
    assert watcher.line("LVOT").state == "met"


def test_that_a_store_that_cannot_be_opened_is_said_and_tried_again(tmp_path: Path) -> None:
    events: list[ExamEvent] = []
    told = threading.Semaphore(0)
    broken = threading.Event()
    broken.set()

    def opened() -> ExamStore:
        if broken.is_set():
            raise StoreError("The store is broken.", "Choose another.")
        return _opened(tmp_path / "store")

    def on_event() -> None:
        events.extend(examination.take_events())
        told.release()

    examination = Examination(opened, on_event)
    examination.start()
    try:
        assert told.acquire(timeout=PATIENCE_S)
        assert events == [StoreFailed("The store is broken.", "Choose another.")]
        broken.clear()
        examination.begin("A. B.", SCREENING)
        assert told.acquire(timeout=PATIENCE_S)
        assert isinstance(events[-1], ExamBegan)
    finally:
        assert examination.stop(PATIENCE_S)


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


def test_that_keeping_without_an_exam_is_said(start: Callable[..., Watcher]) -> None:
    watcher = start(protocol=None)
    watcher.examination.keep(watcher.result())
    watcher.examination.record(True)
    watcher.examination.save_last(3)
    watcher.wait_for(StoreFailed, 3)
    assert not list(watcher.folder.rglob("*.png"))


def test_that_two_recordings_in_a_row_are_two_whole_clips(start: Callable[..., Watcher]) -> None:
    watcher = start()
    watcher.settle()
    for count in (1, 2):
        watcher.examination.record(True)
        _feed(watcher, 15)
        watcher.examination.record(False)
        watcher.examination.record(True)
        watcher.examination.record(False)
        watcher.wait_for(ClipSaved, count)
    watcher.settle()
    assert [clip.clip.frames for clip in watcher.of(ClipSaved) if isinstance(clip, ClipSaved)] == [15, 15]


def test_that_a_recording_goes_on_as_a_new_clip_when_the_gate_opens_again(start: Callable[..., Watcher]) -> None:
    watcher = start()
    exam = watcher.examination
    exam.record(True)
    _feed(watcher, 40, ends_in_s=-2.0)
    watcher.settle()
    watcher.settle()
    _feed(watcher, 5, ends_in_s=60.0)
    exam.allow(False, "A page.")
    first = watcher.wait_for(ClipSaved)
    assert isinstance(first, ClipSaved)
    assert first.clip.frames == 40
    exam.allow(True)
    _feed(watcher, 10)
    exam.record(False)
    second = watcher.wait_for(ClipSaved, 2)
    assert isinstance(second, ClipSaved)
    assert second.clip.frames == 10


def test_that_a_full_disk_ends_a_recording_and_the_scan_goes_on(
    start: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = start()
    watcher.keep("FCH")

    def no_room(*_: object) -> Path:
        raise DiskFull("The disk is full.", "Make room.")

    monkeypatch.setattr(watcher.store, "new_clip_path", no_room)
    watcher.examination.record(True)
    _feed(watcher, 40)
    watcher.wait_for(StoreFull)
    watcher.settle()
    assert watcher.examination.state.recording_s is None
    watcher.keep("LVOT")
    assert watcher.line("LVOT").state == "met"


def test_that_ending_an_exam_ends_its_recording(start: Callable[..., Watcher]) -> None:
    watcher = start()
    watcher.examination.record(True)
    _feed(watcher, 10)
    watcher.examination.end()
    watcher.wait_for(ExamEnded)
    watcher.wait_for(ClipSaved)
    assert watcher.examination.state.exam is None
    assert watcher.examination.state.lines == ()


def test_that_a_frame_whose_standing_fails_is_kept_once_and_said(
    start: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.session.exam.keeper._RETRY_S", 0.01)
    watcher = start()

    def busy(*_: object) -> KeptFrame:
        raise StoreError("Another window is writing.", "Try again.")

    with monkeypatch.context() as patch:
        patch.setattr(watcher.store, "set_best", busy)
        watcher.keep("FCH")
        watcher.wait_for(StoreFailed)
        watcher.settle()
        watcher.settle()
    assert len(watcher.of(FrameKept)) == 1
    line = watcher.line("FCH")
    assert (line.state, len(line.alternatives)) == ("missing", 1)
