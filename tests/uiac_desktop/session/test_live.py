"""A live session from a numbered clip to the screen: newest only, labels on their own frames, orders obeyed."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nas.errors import ModelFolderError
from nas.model_config import load_config
from tests.patience import PATIENCE_S
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame, Result
from uiac_desktop.inference.backend import BackendError
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import (
    Bug,
    ModelFailed,
    ModelReady,
    Notice,
    SourceEnded,
    SourceFailed,
    SourceLearned,
    SourceOpened,
    SourceWarning,
)
from uiac_desktop.session.live import LiveSession

Load = Callable[[], Predictor]
Begin = Callable[..., LiveSession]


def never() -> Predictor:
    raise ModelFolderError("there is no model", "Choose one.")


def test_that_each_label_is_that_of_its_own_frame(source_of, begin: Begin, screen, load_model: Load) -> None:
    begin(source_of(frames=20, fps=400), load_model)
    screen.wait_for_event(SourceEnded)
    screen.wait_for_frame(19, labelled=True)
    predictor = load_model()
    labelled = [result for result in screen.results if result.prediction is not None]
    for result in labelled:
        alone = predictor.predict(result.frame.pixels)
        assert result.prediction.plane == alone.plane
        np.testing.assert_allclose(result.prediction.maps, alone.maps, atol=1e-5)
    predictor.close()
    assert screen.indices == sorted(screen.indices)


def test_that_frames_of_a_device_flow_unlabelled_until_the_model_is_ready(
    source_of, begin: Begin, screen, load_model: Load
) -> None:
    ready = threading.Event()

    def load_late() -> Predictor:
        ready.wait()
        return load_model()

    begin(source_of(frames=10, paced=False), load_late)
    screen.wait_for_event(SourceEnded)
    assert screen.wait_for_frame(9).prediction is None
    ready.set()
    assert screen.wait_for_frame(9, labelled=True).prediction is not None
    event = screen.wait_for_event(ModelReady)
    assert isinstance(event, ModelReady)
    assert (event.name, event.classes, event.simulated_only) == ("small", ("ACS", "FCH", "LVOT"), False)
    assert event.device_text.startswith("OpenVINO CPU")


def test_that_a_slow_model_gets_the_newest_frame_and_the_lost_ones_are_counted(
    source_of, begin: Begin, screen, gated, model_folder: Path
) -> None:
    source = source_of(frames=200, paced=False)
    source.gate.clear()
    session = begin(source, lambda: Predictor(load_config(model_folder), gated))
    screen.wait_for_event(ModelReady)
    source.gate.set()
    assert gated.entered.wait(PATIENCE_S)
    screen.wait_for_event(SourceEnded)
    gated.gate.set()
    screen.wait_for_frame(199, labelled=True)
    stats = session.stats()
    assert stats.frames_read == 200
    assert stats.frames_shown == len(screen.results) <= 3
    assert stats.frames_dropped == 200 - len(screen.results)


def test_that_a_screen_that_takes_nothing_is_woken_once(source_of, begin: Begin, screen, load_model: Load) -> None:
    wakes: list[int] = []
    session = LiveSession(lambda: source_of(frames=50, fps=2000), load_model, lambda: wakes.append(1), screen.on_event)
    screen.session = session
    session.start()
    screen.wait_for_event(SourceEnded)
    screen.wait_for_event(ModelReady)
    assert session.stop()
    assert wakes == [1]


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


def test_that_steps_asked_for_in_a_row_add_up(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=100, fps=100)
    session = begin(source, never)
    session.pause()
    session.seek(0.5)
    screen.wait_for_frame(50)
    source.gate.clear()
    session.step(1)
    for _ in range(4):
        session.step(-2)
    source.gate.set()
    screen.wait_for(lambda: screen.indices[-1] == 43)


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


def test_that_a_source_that_cannot_open_says_why(begin: Begin, screen) -> None:
    def refuse() -> Any:
        raise SourceError("The file is empty.", "Choose another.")

    session = begin(refuse, never)
    assert screen.wait_for_event(SourceFailed) == SourceFailed("The file is empty.", "Choose another.")
    assert session.state == "failed"
    assert session.stop()


def test_that_a_source_that_breaks_keeps_the_last_frame_and_is_closed(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=3, fps=100)
    read = source.read

    def break_at_the_end() -> Frame | None:
        frame = read()
        if frame is None:
            raise SourceError("The cable is out.", "Plug it in.")
        return frame

    source.read = break_at_the_end
    session = begin(source, never)
    assert screen.wait_for_event(SourceFailed) == SourceFailed("The cable is out.", "Plug it in.")
    screen.wait_for_frame(2)
    assert source.closed.wait(PATIENCE_S)
    assert session.state == "failed"


def test_that_a_bug_in_a_source_reaches_the_excepthook_with_its_traceback(
    source_of, begin: Begin, screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", caught.append)
    source = source_of(frames=3)
    source.seek = lambda time_s: 1 // 0
    session = begin(source, never)
    session.seek(0.01)
    assert screen.wait_for_event(Bug) == Bug("ZeroDivisionError: integer division or modulo by zero")
    assert session.state == "failed"
    assert caught[0].exc_traceback is not None


def test_that_frames_go_on_without_a_model_that_cannot_be_loaded(source_of, begin: Begin, screen) -> None:
    begin(source_of(frames=5, fps=100), never)
    assert screen.wait_for_event(ModelFailed) == ModelFailed("there is no model", "Choose one.")
    screen.wait_for_event(SourceEnded)
    assert screen.wait_for_frame(4).prediction is None


def test_that_the_former_model_works_until_the_new_one_is_ready_and_the_still_is_labelled_anew(
    source_of, begin: Begin, screen, load_model: Load, gated, model_folder: Path
) -> None:
    session = begin(source_of(frames=1), load_model)
    former = screen.wait_for_frame(0, labelled=True)
    allowed = threading.Event()

    def load_other() -> Predictor:
        allowed.wait()
        return Predictor(load_config(model_folder).model_copy(update={"name": "other"}), gated)

    session.use_model(load_other)
    gated.gate.set()
    assert screen.results[-1] is former
    allowed.set()
    screen.wait_for_event(ModelReady, count=2)
    screen.wait_for(lambda: len(screen.results) > screen.results.index(former) + 1)
    assert screen.of(ModelReady)[1].name == "other"
    assert screen.results[-1].prediction is not None
    assert screen.results[-1].frame is former.frame


def test_that_a_new_model_that_fails_leaves_the_former_at_work(
    source_of, begin: Begin, screen, load_model: Load
) -> None:
    session = begin(source_of(frames=50, fps=100), load_model)
    session.pause()  # at once: what plays on after a seek may show the next frame before this one was labelled
    screen.wait_for_event(ModelReady)
    session.use_model(never)
    screen.wait_for_event(ModelFailed)
    shown = len(screen.results)
    session.seek(0.2)
    screen.wait_for_frame(20, labelled=True, after=shown)


def test_that_a_device_that_gives_up_is_replaced_with_one_line(
    source_of, begin: Begin, screen, load_model: Load, gated, model_folder: Path
) -> None:
    gated.error = BackendError("The graphics card stopped working.", "Restart.")
    gated.gate.set()
    stand_in = load_model()._backend
    begin(source_of(frames=5, fps=100), lambda: Predictor(load_config(model_folder), gated, fall_back=lambda: stand_in))
    notice = screen.wait_for_event(Notice)
    assert notice == Notice("The graphics card stopped working. The model goes on with OpenVINO CPU fp32.")
    screen.wait_for_frame(4, labelled=True)
    assert len(screen.of(Notice)) == 1
    assert gated.closed.is_set()


def test_that_a_bug_in_the_model_leaves_frames_flowing(
    source_of, begin: Begin, screen, gated, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda caught: None)
    gated.error = KeyError("lost")
    gated.gate.set()
    begin(source_of(frames=50, fps=100), lambda: Predictor(load_config(model_folder), gated))
    assert screen.wait_for_event(Bug) == Bug("KeyError: 'lost'")
    screen.wait_for_event(SourceEnded)
    assert screen.wait_for_frame(49).prediction is None
    assert len(screen.of(Bug)) == 1


def test_that_what_a_source_repaired_is_told_once(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=5, fps=100)
    source.told = ("2 damaged parts were skipped.",)
    begin(source, never)
    screen.wait_for_event(SourceEnded)
    assert screen.of(SourceWarning) == [SourceWarning("2 damaged parts were skipped.")]


def test_that_a_grown_number_of_damaged_frames_is_told_at_the_end_at_the_latest(
    source_of, begin: Begin, screen
) -> None:
    source = source_of(frames=5, fps=100)
    read = source.read

    def read_with_losses() -> Frame | None:
        frame = read()
        source.told = (f"{source.next} frames are damaged.", "The size changes.")
        return frame

    source.read = read_with_losses
    begin(source, never)
    screen.wait_for_event(SourceEnded)
    told = screen.of(SourceWarning)
    assert told[:2] == [SourceWarning("1 frames are damaged.", 0), SourceWarning("The size changes.", 1)]
    assert told[-1] == SourceWarning("5 frames are damaged.", 0)
    assert len(told) == 3


def test_that_a_length_that_is_learned_while_reading_is_told(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=5, fps=100)
    whole = source.info
    source.info = replace(whole, frames=None, duration_s=None)
    read = source.read

    def read_and_learn() -> Frame | None:
        frame = read()
        if frame is None:
            source.info = whole
        return frame

    source.read = read_and_learn
    session = begin(source, never)
    screen.wait_for_event(SourceEnded)
    assert screen.of(SourceOpened)[0].info.frames is None
    assert screen.of(SourceLearned) == [SourceLearned(whole)]
    assert session.info is whole


def test_that_stop_tells_of_a_driver_that_hangs_in_a_read(source_of, begin: Begin, screen) -> None:
    source = source_of(frames=5)
    source.gate.clear()
    session = begin(source, never)
    screen.wait_for_event(SourceOpened)
    assert not session.stop(timeout_s=0.05)
    assert session.state == "stopped"
    source.gate.set()
    assert session.stop()
    assert source.closed.is_set()


def test_that_stop_puts_source_and_model_away(source_of, begin: Begin, screen, gated, model_folder: Path) -> None:
    source = source_of(frames=5)
    gated.gate.set()
    session = begin(source, lambda: Predictor(load_config(model_folder), gated))
    screen.wait_for_event(ModelReady)
    assert session.stop()
    assert source.closed.is_set()
    assert gated.closed.is_set()
    assert session.take_result() is None


def test_that_a_model_that_loads_too_late_is_put_away(
    source_of, begin: Begin, screen, gated, model_folder: Path
) -> None:
    loading, allowed = threading.Event(), threading.Event()

    def load_late() -> Predictor:
        loading.set()
        allowed.wait()
        return Predictor(load_config(model_folder), gated)

    session = begin(source_of(frames=5), load_late)
    assert loading.wait(PATIENCE_S)
    assert not session.stop(timeout_s=0.05)
    allowed.set()
    assert session.stop()
    assert gated.closed.is_set()


def test_that_labels_are_steadied_over_time_and_start_afresh_after_a_seek(
    source_of, begin: Begin, screen, load_model: Load
) -> None:
    session = begin(source_of(frames=100, fps=100), load_model, smoothing_s=5.0)
    session.pause()  # at once: a clip that has ended plays on from where it is sought
    screen.wait_for_event(ModelReady)
    session.seek(0.5)
    first = screen.wait_for_frame(50, labelled=True).prediction
    session.step(1)
    second = screen.wait_for_frame(51, labelled=True).prediction
    predictor = load_model()
    alone = [predictor.predict(source_of.picture(number)).probabilities for number in (50, 51)]
    predictor.close()
    np.testing.assert_allclose(first.probabilities, alone[0], atol=1e-6)
    np.testing.assert_allclose(second.probabilities, (alone[0] + alone[1]) / 2, atol=1e-6)


def test_that_the_figures_of_a_session_are_measured(source_of, begin: Begin, screen, load_model: Load) -> None:
    source = source_of(frames=60, fps=200)
    source.gate.clear()
    session = begin(source, load_model)
    screen.wait_for_event(ModelReady)
    source.gate.set()
    screen.wait_for_frame(59, labelled=True)
    screen.wait_for_event(SourceEnded)
    stats = session.stats()
    assert stats.frames_read == 60
    assert stats.frames_shown == len(screen.results)
    assert stats.asked_fps == 200
    assert stats.latency_ms is not None
    assert 0 < stats.latency_ms.p50 <= stats.latency_ms.p95 <= stats.latency_ms.p99
    assert stats.model_ms is not None
    assert 0 < stats.model_ms <= stats.latency_ms.p99
    assert stats.first_label_s is not None
    assert stats.age_ms is not None
    assert stats.as_json()["latency_ms"]["p95"] == stats.latency_ms.p95


def test_that_every_frame_and_every_raw_label_is_handed_on(screen, source_of, load_model: Load) -> None:
    frames: list[int] = []
    labelled: list[Result] = []
    session = LiveSession(
        lambda: source_of(frames=20, fps=100.0),
        load_model,
        screen.on_result,
        screen.on_event,
        smoothing_s=5.0,
        on_frame=lambda frame: frames.append(frame.index),
        on_labelled=labelled.append,
    )
    screen.session = session
    session.start()
    try:
        screen.wait_for_event(SourceEnded)
        screen.wait_for_frame(19, labelled=True)
    finally:
        session.stop()
    predictor = load_model()
    raw = predictor.predict(source_of.picture(19)).probabilities
    predictor.close()
    assert frames == list(range(20))
    assert labelled[-1].frame.index == 19
    assert labelled[-1].prediction is not None
    np.testing.assert_allclose(labelled[-1].prediction.probabilities, raw, atol=1e-5)
