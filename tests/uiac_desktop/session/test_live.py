"""A live session from a numbered clip to the screen: newest only, labels on their own frames, failures told."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nas.model_config import load_config
from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.loading import Begin, Load, never
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame, Result
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import (
    Bug,
    ModelReady,
    SourceEnded,
    SourceFailed,
    SourceLearned,
    SourceOpened,
    SourceWarning,
)
from uiac_desktop.session.live import LiveSession


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
