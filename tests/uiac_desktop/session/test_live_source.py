"""A live session on a live source: lost and back are told, a hung driver holds nothing up, and age never grows."""

import threading
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nas.model_config import load_config
from tests.patience import PATIENCE_S, wait_until
from tests.uiac_desktop.sources.scripted import Feeds, ScriptedFeed, shade
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.inference.backend import Backend, Scores
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import SourceFailed, SourceOpened
from uiac_desktop.sources.base import FrameSource, PictureBack, PictureLost, SourceInfo
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.reconnecting import ReconnectingSource


def source_of(*feeds: ScriptedFeed) -> ReconnectingSource:
    return ReconnectingSource("Grabber", "device", Feeds(*feeds))


class EndlessFeed(Feed):
    """Pictures at a rate that never waits for anybody, each with its number in its first pixels."""

    def __init__(self, fps: float) -> None:
        self.fps = fps
        self._stopping = threading.Event()
        self._due = time.monotonic()

    def open(self) -> None:
        return

    def next(self) -> Pixels | None:
        self._due += 1 / (self.fps or 1)
        return None if self._stopping.wait(max(self._due - time.monotonic(), 0)) else shade(60)

    def close(self) -> None:
        return

    def interrupt(self) -> None:
        self._stopping.set()


def test_that_lost_and_back_are_told_and_frames_go_on(begin, screen, load_model) -> None:
    feed = ScriptedFeed(shade(1, 16, 16))
    session = begin(source_of(feed, ScriptedFeed(shade(2, 16, 16))), load_model)
    screen.wait_for_event(SourceOpened)
    screen.wait_for_frame(0)
    feed.give(None)
    lost = screen.wait_for_event(PictureLost)
    assert isinstance(lost, PictureLost)
    assert "has ended" in lost.why
    assert lost.lost_at <= time.monotonic()
    back = screen.wait_for_event(PictureBack)
    assert isinstance(back, PictureBack)
    assert back.gap_s > 0
    screen.wait_for_frame(1)
    assert session.state == "playing"


def test_that_try_now_reaches_the_source(begin, screen, load_model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uiac_desktop.sources.pauses._PAUSES_S", (3600.0,))
    session = begin(source_of(ScriptedFeed(shade(1), None), ScriptedFeed(shade(2))), load_model)
    screen.wait_for_event(PictureLost)
    session.try_now()
    screen.wait_for_event(PictureBack)


def test_that_a_stop_while_no_picture_comes_waits_for_none(
    begin, screen, load_model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.sources.reconnecting.SILENT_S", 3600.0)
    session = begin(source_of(ScriptedFeed(shade(1))), load_model)
    screen.wait_for_event(SourceOpened)
    assert session.stop(PATIENCE_S)


def test_that_a_stop_while_opening_is_over_at_once_and_is_no_failure(begin, screen, load_model) -> None:
    feed = ScriptedFeed()
    session = begin(source_of(feed), load_model)
    assert feed.opened.wait(PATIENCE_S)
    assert session.stop(PATIENCE_S)
    assert not screen.of(SourceFailed)


def test_that_a_driver_that_hangs_is_reported_and_left_to_itself(begin, screen, load_model) -> None:
    feed = ScriptedFeed(shade(1), deaf=True)
    session = begin(source_of(feed), load_model)
    screen.wait_for_event(SourceOpened)
    assert not session.stop()
    assert not feed.closed.is_set()
    feed.release()
    assert feed.closed.wait(PATIENCE_S)


def test_that_a_device_that_refuses_says_why(begin, screen, load_model) -> None:
    begin(source_of(ScriptedFeed(refuses=SourceError("It is busy.", "Close the other program."))), load_model)
    failed = screen.wait_for_event(SourceFailed)
    assert failed == SourceFailed("It is busy.", "Close the other program.")


def test_that_pause_goes_on_draining_a_live_source(begin, screen, load_model) -> None:
    feed = ScriptedFeed(shade(1, 16, 16))
    session = begin(source_of(feed), load_model)
    screen.wait_for_frame(0)
    session.pause()
    for value in range(2, 30):
        feed.give(shade(value, 16, 16))

    def drained() -> int:
        stats = session.stats()
        return stats.frames_read + stats.frames_dropped

    wait_until(lambda: drained() >= 20)
    assert screen.indices == [0]


class BrokenDisk(FrameSource):
    """A clip whose disk is pulled out after the first frame."""

    def __init__(self) -> None:
        self.info = SourceInfo("clip.mp4", "video", 16, 16, 30.0, None, None, seekable=False, paced=True)
        self._given = False

    def read(self) -> Frame | None:
        if self._given:
            raise OSError(5, "Input/output error", "/media/JANE DOE/clip.mp4")
        self._given = True
        return Frame(np.zeros((16, 16), np.uint8), 0, 0.0)

    def seek(self, time_s: float) -> None:
        return

    def close(self) -> None:
        return


def test_that_a_disk_that_fails_is_no_bug_and_no_path_is_said(begin, screen, load_model) -> None:
    begin(BrokenDisk(), load_model)
    failed = screen.wait_for_event(SourceFailed)
    assert isinstance(failed, SourceFailed)
    assert failed.message == "clip.mp4 cannot be read any further (Input/output error)."
    assert "JANE" not in failed.message + failed.advice


SLOW_S = 0.2


class SlowBackend(Backend):
    """A real backend that takes 200 ms more."""

    def __init__(self, behind: Backend) -> None:
        self.text = behind.text
        self._behind = behind

    def run(self, images: Pixels) -> Scores:
        threading.Event().wait(SLOW_S)
        return self._behind.run(images)

    def close(self) -> None:
        self._behind.close()


def test_that_a_slow_model_goes_on_with_a_picture_that_came_while_it_was_at_work(
    begin, screen, gated, model_folder: Path
) -> None:
    gated.gate.set()
    source = ReconnectingSource("Grabber", "device", lambda: EndlessFeed(60.0))
    session = begin(source, lambda: Predictor(load_config(model_folder), SlowBackend(gated)))
    screen.wait_for(lambda: sum(result.prediction is not None for result in screen.results) >= 8)
    labelled = [result for result in screen.results if result.prediction is not None]
    for former, result in pairwise(labelled):
        assert result.frame.captured_at > former.labelled_at - SLOW_S
    assert screen.indices == sorted(screen.indices)
    stats = session.stats()
    assert stats.frames_dropped > stats.frames_shown
