"""A live source keeps the newest picture, says when none comes, comes back by itself, and never waits for a driver."""

import threading
import time

import pytest

from tests.patience import PATIENCE_S
from tests.uiac_desktop.sources.scripted import Feeds, ScriptedFeed, Told, shade
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources import reconnecting
from uiac_desktop.sources.base import FrameSource, PictureBack, PictureLost, Region
from uiac_desktop.sources.capture.source import CaptureFeed
from uiac_desktop.sources.pauses import Pauses
from uiac_desktop.sources.privacy.setting import PrivacySetting
from uiac_desktop.sources.reconnecting import ReconnectingSource

REFUSED = SourceError("It is busy.", "Close the other program.")


def source_of(*feeds: ScriptedFeed, setting: PrivacySetting | None = None, **how) -> ReconnectingSource:
    return ReconnectingSource("Grabber", "device", Feeds(*feeds), setting, **how)


def read(source: FrameSource) -> Frame:
    frame = source.read()
    assert frame is not None
    return frame


class InThread:
    """Reads in a thread of its own, as the session does."""

    def __init__(self, source: FrameSource) -> None:
        self.frames: list[Frame | None] = []
        self.done = threading.Event()
        self._source = source
        threading.Thread(target=self._read, name="test-reader", daemon=True).start()

    def _read(self) -> None:
        self.frames.append(self._source.read())
        self.done.set()

    def result(self) -> Frame | None:
        assert self.done.wait(PATIENCE_S)
        return self.frames[0]


def test_that_the_first_picture_makes_the_info_true() -> None:
    with source_of(ScriptedFeed(shade(7, 48, 36))) as source:
        assert (source.info.width, source.info.height) == (48, 36)
        assert (source.info.kind, source.info.paced, source.info.seekable) == ("device", False, False)
        assert read(source).pixels[0, 0] == 7


def test_that_only_the_newest_picture_is_read_and_the_others_are_counted() -> None:
    feed = ScriptedFeed(shade(1))
    with source_of(feed) as source:
        assert read(source).pixels[0, 0] == 1
        grabber = source._grabber
        assert grabber is not None
        for value in (2, 3, 4):
            feed.give(shade(value))
        with source._changed:
            assert source._changed.wait_for(lambda: grabber.skipped == 2, PATIENCE_S)
        frame = read(source)
        assert frame.pixels[0, 0] == 4
        assert frame.index == 1
        assert source.skipped == 2


def test_that_a_refused_device_says_why_at_opening() -> None:
    feed = ScriptedFeed(refuses=REFUSED)
    with pytest.raises(SourceError, match="It is busy"):
        source_of(feed).__enter__()
    assert feed.closed.is_set()


def test_that_silence_at_opening_ends_with_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScriptedFeed, "first_picture_s", 0.05)
    with pytest.raises(SourceError, match="Grabber gave no picture"):
        source_of(ScriptedFeed()).__enter__()


def test_that_a_feed_that_ends_is_lost_and_another_takes_over_with_frames_numbered_on() -> None:
    told = Told()
    source = source_of(ScriptedFeed(shade(1), None), ScriptedFeed(shade(2)))
    source.follow(told)
    with source:
        first, second = read(source), read(source)
        assert [first.index, second.index] == [0, 1]
        assert second.pixels[0, 0] == 2
        assert second.time_s == pytest.approx(second.captured_at - first.captured_at)
        lost, trying, back = told.news
        assert isinstance(lost, PictureLost)
        assert lost.next_try_at is not None
        assert lost.lost_at == first.captured_at
        assert isinstance(trying, PictureLost)
        assert trying.next_try_at is None
        assert back == PictureBack(second.captured_at - first.captured_at)


def test_that_silence_is_told_within_three_seconds() -> None:
    told = Told()
    source = source_of(ScriptedFeed(shade(1)))
    source.follow(told)
    with source:
        first = read(source)
        reading = InThread(source)
        told.wait_for(lambda news: len(news) > 0)
        assert time.monotonic() - first.captured_at > reconnecting.SILENT_S
        assert reconnecting.SILENT_S + reconnecting._LOOK_S <= 3
        source.interrupt()
        assert reading.result() is None


def test_that_a_stop_comes_at_once_while_the_driver_hangs_and_is_told_as_hanging() -> None:
    feed = ScriptedFeed(shade(1), deaf=True)
    source = source_of(feed).__enter__()
    read(source)
    reading = InThread(source)
    source.interrupt()
    assert reading.result() is None
    source.close()
    assert source.hangs
    assert not feed.closed.is_set()
    feed.release()
    assert feed.closed.wait(PATIENCE_S)
    assert not source.hangs or source._hanging[0].join(PATIENCE_S)


def test_that_opening_is_given_up_at_once() -> None:
    source = source_of(ScriptedFeed())
    errors: list[SourceError] = []

    def begin() -> None:
        try:
            source.begin()
        except SourceError as error:
            errors.append(error)

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    source.interrupt()
    thread.join(PATIENCE_S)
    source.close()
    assert "given up" in errors[0].message


def test_that_try_now_does_not_wait_for_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pauses, "next_s", lambda _self: 3600.0)
    told = Told()
    source = source_of(ScriptedFeed(shade(1), None), ScriptedFeed(shade(2)))
    source.follow(told)
    with source:
        read(source)
        reading = InThread(source)
        told.wait_for(lambda news: len(news) > 0)
        source.try_now()
        frame = reading.result()
        assert frame is not None
        assert frame.pixels[0, 0] == 2


def test_that_a_feed_that_opens_slowly_is_waited_for_when_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnecting, "_LOOK_S", 0.01)
    slow = ScriptedFeed()
    slow.first_picture_s = 0.2
    slow.again_s = 3600.0
    connect, told = Feeds(ScriptedFeed(shade(1), None), slow), Told()
    source = ReconnectingSource("Grabber", "device", connect)
    source.follow(told)
    with source:
        read(source)
        reading = InThread(source)
        assert slow.opened.wait(PATIENCE_S)
        assert not reading.done.wait(0.3)
        slow.give(shade(2))
        frame = reading.result()
        assert frame is not None
        assert frame.pixels[0, 0] == 2
        assert len(connect.made) == 2


def test_that_a_device_may_take_as_long_to_open_again_as_the_slowest_known_one() -> None:
    slowest_s = 12.0
    assert slowest_s < CaptureFeed.first_picture_s
    assert slowest_s < CaptureFeed.again_s


def test_that_pauses_grow_and_begin_anew_after_a_success() -> None:
    pauses = Pauses()
    assert [pauses.next_s() for _ in range(7)] == [0.5, 1, 2, 4, 8, 8, 8]
    pauses.begin_anew()
    assert pauses.next_s() == 0.5


def test_that_no_more_than_three_hung_drivers_are_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pauses, "next_s", lambda _self: 0.0)
    monkeypatch.setattr(reconnecting, "SILENT_S", 0.02)
    monkeypatch.setattr(ScriptedFeed, "again_s", 0.02)
    feeds = [ScriptedFeed(shade(1), deaf=True), *(ScriptedFeed(deaf=True) for _ in range(4))]
    connect, told = Feeds(*feeds), Told()
    source = ReconnectingSource("Grabber", "device", connect)
    source.follow(told)
    source.begin()
    read(source)
    reading = InThread(source)
    told.wait_for(lambda news: any("hangs" in one.why for one in news))
    assert len(connect.made) == 3
    source.interrupt()
    assert reading.result() is None
    source.close()
    for feed in feeds[:3]:
        feed.release()
        assert feed.closed.wait(PATIENCE_S)


def test_that_a_pc_that_slept_connects_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    told = Told()
    source = source_of(ScriptedFeed(shade(1)), ScriptedFeed(shade(2)), clock=lambda: now[0])
    source.follow(told)
    with source:
        read(source)
        monkeypatch.setattr(source, "_pause_until_next_look", lambda _grabber: _sleep_of_the_pc(now))
        frame = read(source)
        assert frame.pixels[0, 0] == 2
        assert "asleep" in told.news[0].why


def _sleep_of_the_pc(now: list[float]) -> float:
    now[0] += 60.0
    return 0.01


def test_that_a_bug_in_a_feed_is_raised_where_frames_are_read() -> None:
    with source_of(ScriptedFeed(shade(1), ZeroDivisionError("bug"))) as source:
        read(source)
        with pytest.raises(ZeroDivisionError):
            source.read()


def test_that_a_change_of_size_is_learned_and_told() -> None:
    setting = PrivacySetting(32, 24, Region(0, 0, 16, 12))
    feed = ScriptedFeed(shade(1))
    with source_of(feed, setting=setting) as source:
        assert read(source).pixels.shape == (12, 16)
        feed.give(shade(2, 64, 48))
        assert read(source).pixels.shape == (24, 32)
        assert (source.info.width, source.info.height) == (32, 24)
        assert "64x48" in source.warnings[0]


def test_that_a_counted_note_stands_where_it_stood() -> None:
    feed = ScriptedFeed(shade(1))
    with source_of(feed) as source:
        feed.told = ("", "1 short picture was left out.")
        feed.give(shade(2))
        read(source)
        read(source)
        feed.told = ("", "2 short pictures were left out.")
        feed.give(shade(3))
        read(source)
        assert source.warnings == ("2 short pictures were left out.",)


def test_that_a_closed_source_says_so() -> None:
    source = source_of(ScriptedFeed(shade(1))).__enter__()
    source.close()
    source.close()
    with pytest.raises(SourceError, match="closed"):
        source.read()
