"""Clips of an examination: the last seconds, and recordings that a change of size, the gate or the end cuts."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import pytest

from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.watched_examination import HEART, Watcher
from uiac_desktop.errors import StoreFull as DiskFull
from uiac_desktop.exam.recorder import Recorder
from uiac_desktop.frame import Frame
from uiac_desktop.session.exam.examination import (
    ClipSaved,
    ExamEnded,
    StoreFull,
)


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


def _feed_now(watcher: Watcher, frames: int) -> None:
    """Give frames with the time at which they are given, each packed before the next."""
    for _ in range(frames):
        watcher.examination.see_frame(watcher.frame(), "device")
        assert watcher.examination._tape.settle(PATIENCE_S)


@contextmanager
def _busy(watcher: Watcher) -> Iterator[None]:
    """Hold up the thread that owns the store, as a slow disk does; what was asked for meanwhile is done at the end."""
    begun, done = threading.Event(), threading.Event()
    watcher.examination._order(lambda: begun.set() or done.wait(PATIENCE_S))
    assert begun.wait(PATIENCE_S)
    yield
    done.set()
    watcher.settle()


def test_that_a_recording_shows_as_soon_as_it_is_asked_for_or_ended_whatever_the_disk_does(
    start: Callable[..., Watcher],
) -> None:
    watcher = start()
    exam = watcher.examination
    with _busy(watcher):
        exam.record(True)
        assert exam.state.recording_s is not None
        exam.record(False)
        assert exam.state.recording_s is None
    assert exam.state.recording_s is None


def test_that_frames_after_a_recording_that_a_busy_disk_saw_late_are_in_no_clip(start: Callable[..., Watcher]) -> None:
    watcher = start()
    exam = watcher.examination
    with _busy(watcher):
        exam.record(True)
        exam.record(False)
    _feed(watcher, 10)
    exam.record(True)
    _feed(watcher, 5)
    exam.record(False)
    event = watcher.wait_for(ClipSaved)
    assert isinstance(event, ClipSaved)
    assert event.clip.frames == 5


def test_that_a_recording_of_the_next_exam_is_whole_though_the_disk_is_busy(start: Callable[..., Watcher]) -> None:
    watcher = start()
    exam = watcher.examination
    exam.record(True)
    _feed_now(watcher, 5)
    with _busy(watcher):
        exam.begin("A. B.", HEART)
        _feed_now(watcher, 3)
        exam.record(True)
        _feed_now(watcher, 7)
        exam.record(False)
    clips = [watcher.wait_for(ClipSaved, count) for count in (1, 2)]
    assert [(clip.clip.exam_id, clip.clip.frames) for clip in clips if isinstance(clip, ClipSaved)] == [(1, 5), (2, 7)]


def test_that_a_disk_that_is_full_at_the_end_of_a_recording_ends_it_and_another_can_begin(
    start: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = start()
    exam = watcher.examination

    def no_room(*_: object) -> None:
        raise DiskFull("The disk is full.", "Make room.")

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "close", no_room)
        exam.record(True)
        _feed(watcher, 10)
        exam.record(False)
        watcher.wait_for(StoreFull)
        watcher.settle()
    assert exam.state.recording_s is None
    exam.record(True)
    _feed(watcher, 4)
    exam.record(False)
    event = watcher.wait_for(ClipSaved)
    assert isinstance(event, ClipSaved)
    assert event.clip.frames == 4


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
