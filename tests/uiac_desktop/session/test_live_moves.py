"""Playing, seeking, stepping and speed of a live session: exactly the frames that were asked for."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nas.model_config import load_config
from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.loading import Begin, Load, never
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import (
    ModelReady,
    SourceEnded,
    SourceOpened,
)


def test_that_no_frame_comes_before_its_time(source_of, begin: Begin, screen) -> None:
    begun = time.monotonic()
    begin(source_of(frames=8, fps=50), never)
    screen.wait_for_frame(7)
    for result in screen.results:
        assert result.frame.captured_at - begun >= result.frame.time_s


def test_that_half_speed_takes_twice_the_time(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=6, fps=50)
    source.gate.clear()
    session = begin(source, never)
    session.set_speed(0.5)
    begun = time.monotonic()
    source.gate.set()
    last = screen.wait_for_frame(5).frame
    assert last.captured_at - begun >= 2 * last.time_s
    assert session.stats().asked_fps == 25


def test_that_stepping_while_paused_shows_exactly_the_next_frames(
    source_of, begin: Begin, screen, load_model: Load
) -> None:
    session = begin(source_of(frames=1000, fps=100), load_model)
    screen.wait_for_event(ModelReady)
    session.pause()
    session.step(1)
    screen.wait_for(lambda: session.state == "paused" and len(screen.results) > 0)
    session.seek(1.0)
    screen.wait_for_frame(100, labelled=True)
    for move, expected in ((1, 101), (10, 111), (-1, 110), (-100, 10), (-50, 0), (300, 300)):
        shown = len(screen.results)
        session.step(move)
        result = screen.wait_for_frame(expected, labelled=True, after=shown)
        np.testing.assert_array_equal(result.frame.pixels, source_of.picture(expected))
    assert session.position_s == pytest.approx(3.0)


def test_that_stepping_back_is_exact_where_frames_come_unevenly_and_were_never_read(
    source_of, begin: Begin, screen
) -> None:
    gaps = np.random.default_rng(3).choice([0.01, 0.04, 0.4], 200)
    times = [0.0, *np.cumsum(gaps).tolist()]
    session = begin(source_of(times=times), never)
    session.pause()
    session.seek(times[150])
    screen.wait_for_frame(150)
    for target in (149, 139, 39, 38):
        shown = len(screen.results)
        session.step(target - screen.results[-1].frame.index)
        screen.wait_for_frame(target, after=shown)


def _reading_on_from_50(source_of, begin: Begin, screen):
    """Return a source that is held within a step from frame 50 on, and its session."""
    source = source_of(frames=100, fps=100)
    session = begin(source, never)
    session.pause()
    session.seek(0.5)
    screen.wait_for_frame(50)
    source.gate.clear()
    session.step(1)
    return source, session


def test_that_steps_asked_for_in_a_row_add_up(source_of, begin: Begin, screen) -> None:
    source, session = _reading_on_from_50(source_of, begin, screen)
    for _ in range(4):
        session.step(-2)
    source.gate.set()
    screen.wait_for(lambda: screen.indices[-1] == 43)


@pytest.mark.parametrize(("steps", "wanted"), [((1,), 81), ((-2, -1), 77), ((1, -1), 80)])
def test_that_steps_asked_for_while_a_seek_still_waits_count_from_where_it_leads(
    source_of, begin: Begin, screen, steps: tuple[int, ...], wanted: int
) -> None:
    source, session = _reading_on_from_50(source_of, begin, screen)
    session.seek(0.8)
    for step in steps:
        session.step(step)
    session.renew()
    source.gate.set()
    screen.wait_for(lambda: screen.indices[-1] == wanted)
    assert screen.indices[-1] == wanted


def test_that_a_sought_frame_is_shown_labelled_while_paused(source_of, begin: Begin, screen, load_model: Load) -> None:
    session = begin(source_of(frames=100, fps=50), load_model)
    screen.wait_for_event(ModelReady)
    session.pause()
    session.seek(1.0)
    result = screen.wait_for_frame(50, labelled=True)
    assert result.frame.epoch == 1
    assert session.state == "paused"
    assert session.position_s == 1.0


def test_that_what_was_under_way_before_a_seek_is_never_shown_after_it(
    source_of, begin: Begin, screen, gated, model_folder: Path
) -> None:
    session = begin(source_of(frames=300, fps=100), lambda: Predictor(load_config(model_folder), gated))
    assert gated.entered.wait(PATIENCE_S)
    shown = len(screen.results)
    session.pause()
    session.seek(2.0)
    gated.gate.set()
    screen.wait_for_frame(200, labelled=True)
    assert [result.frame.index for result in screen.results[shown:]] == [200]


def test_that_of_many_seeks_only_the_last_is_done(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=300, fps=100)
    source.gate.clear()
    session = begin(source, never)
    screen.wait_for_event(SourceOpened)
    session.pause()
    for second in (0.5, 1.0, 2.5, 1.5):
        session.seek(second)
    source.gate.set()
    screen.wait_for_frame(150)
    assert set(screen.indices) <= {150}


def test_that_a_seek_while_playing_plays_on_from_there(source_of, begin: Begin, screen) -> None:
    session = begin(source_of(frames=1000, fps=100), never)
    screen.wait_for(lambda: len(screen.results) > 0)
    session.seek(8.0)
    screen.wait_for(lambda: screen.indices[-1] > 800)
    assert all(
        index < 800 or result.frame.epoch == 1 for index, result in zip(screen.indices, screen.results, strict=True)
    )
    assert session.state == "playing"


def test_that_a_clip_ends_keeps_its_last_frame_and_plays_again_from_the_first(
    source_of, begin: Begin, screen, load_model: Load
) -> None:
    session = begin(source_of(frames=5, fps=100), load_model)
    screen.wait_for_event(SourceEnded)
    assert session.state == "ended"
    screen.wait_for_frame(4, labelled=True)
    shown = len(screen.results)
    session.toggle()
    screen.wait_for_frame(4, labelled=True, after=shown)
    screen.wait_for_event(SourceEnded, count=2)
    assert {result.frame.epoch for result in screen.results[shown:]} == {1}


def test_that_stepping_back_from_the_end_pauses_on_the_frame_before(source_of, begin: Begin, screen) -> None:
    session = begin(source_of(frames=5, fps=100), never)
    screen.wait_for_event(SourceEnded)
    shown = len(screen.results)
    session.step(-1)
    screen.wait_for_frame(3, after=shown)
    assert session.state == "paused"


def test_that_a_paused_device_is_read_on_and_shows_its_newest_frame_afterwards(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=400_000, paced=False)
    source.gate.clear()
    session = begin(source, never)
    screen.wait_for_event(SourceOpened)
    session.pause()
    source.gate.set()
    for _ in range(100):
        assert source.reads.acquire(timeout=PATIENCE_S)
    source.gate.clear()
    drained = source.next
    assert screen.results == []
    session.play()
    source.gate.set()
    screen.wait_for(lambda: len(screen.results) > 0)
    assert screen.indices[0] >= drained - 1


def test_that_a_source_that_falls_behind_jumps_to_what_is_due(
    source_of, begin: Begin, screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.session.reader._LATE_S", 0.1)
    source = source_of(frames=3000, fps=1000)
    session = begin(source, never)
    screen.wait_for(lambda: len(screen.results) > 0)
    source.gate.clear()
    behind = source.next
    threading.Event().wait(0.4)
    source.gate.set()
    screen.wait_for(lambda: screen.indices[-1] >= behind + 300)
    assert session.stats().frames_dropped >= 300
    assert session.stats().frames_read < screen.indices[-1]


def test_that_a_source_that_is_no_quicker_when_it_jumps_plays_every_frame_late(
    source_of, begin: Begin, screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.session.reader._LATE_S", 0.0)
    source = source_of(frames=40, fps=1000)
    seeks: list[float] = []
    seek = source.seek

    def slow_seek(time_s: float) -> None:
        seeks.append(time_s)
        threading.Event().wait(0.1)
        seek(0.0)

    source.seek = slow_seek
    begin(source, never)
    screen.wait_for_event(SourceEnded)
    assert len(seeks) == 1
    assert screen.wait_for_frame(39).frame.index == 39
