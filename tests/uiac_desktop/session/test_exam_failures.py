"""A full disk, a store that does not open, a frame that cannot stand: each is said once, and the scan goes on."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.watched_examination import Watcher, opened
from uiac_desktop.errors import StoreError
from uiac_desktop.errors import StoreFull as DiskFull
from uiac_desktop.exam.protocol import SCREENING
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.exam.examination import (
    ExamBegan,
    ExamEvent,
    Examination,
    FrameKept,
    StoreFailed,
    StoreFull,
)


def busy(*_: object) -> KeptFrame:
    """Fail as a store does that another window writes to."""
    raise StoreError("Another window is writing.", "Try again.")


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


def test_that_every_frame_chosen_while_the_store_fails_is_kept_later(
    start: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.session.exam.keeper._RETRY_S", 0.05)
    watcher = start()

    with monkeypatch.context() as patch:
        patch.setattr(watcher.store, "keep", busy)
        for number in range(90):
            frame = watcher.frame(number)
            watcher.examination.see_frame(frame, "device")
            watcher.examination.see_result(watcher.result("FCH" if number < 50 else "none", 0.97, frame))
            watcher.settle()
        watcher.wait_for(StoreFailed)
        watcher.settle()
        assert not watcher.of(FrameKept)
    watcher.wait_for(FrameKept, 2)


def test_that_a_store_that_cannot_be_opened_is_said_and_tried_again(tmp_path: Path) -> None:
    events: list[ExamEvent] = []
    told = threading.Semaphore(0)
    broken = threading.Event()
    broken.set()

    def open_once_mended() -> ExamStore:
        if broken.is_set():
            raise StoreError("The store is broken.", "Choose another.")
        return opened(tmp_path / "store")

    def on_event() -> None:
        events.extend(examination.take_events())
        told.release()

    examination = Examination(open_once_mended, on_event)
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


def test_that_keeping_without_an_exam_is_said(start: Callable[..., Watcher]) -> None:
    watcher = start(protocol=None)
    watcher.examination.keep(watcher.result())
    watcher.examination.record(True)
    watcher.examination.save_last(3)
    watcher.wait_for(StoreFailed, 3)
    assert not list(watcher.folder.rglob("*.png"))


def test_that_a_frame_whose_standing_fails_is_kept_once_and_said(
    start: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.session.exam.keeper._RETRY_S", 0.01)
    watcher = start()

    with monkeypatch.context() as patch:
        patch.setattr(watcher.store, "set_best", busy)
        watcher.keep("FCH")
        watcher.wait_for(StoreFailed)
        watcher.settle()
        watcher.settle()
    assert len(watcher.of(FrameKept)) == 1
    line = watcher.line("FCH")
    assert (line.state, len(line.alternatives)) == ("missing", 1)
