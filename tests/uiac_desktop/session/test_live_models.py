"""Models come, fail and are replaced while frames of a session flow on."""

import threading
from pathlib import Path

import numpy as np
import pytest

from nas.model_config import load_config
from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.loading import Begin, Load, never
from uiac_desktop.inference.backend import BackendError
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import (
    Bug,
    ModelFailed,
    ModelReady,
    Notice,
    SourceEnded,
)


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
    assert [event.at_work for event in screen.of(ModelFailed)] == [True]


def test_that_a_model_that_gives_up_at_work_is_told_as_gone(
    source_of, begin: Begin, screen, gated, model_folder: Path
) -> None:
    gated.error = BackendError("OpenVINO could not compute a frame.", "Choose torch as the device.")
    gated.gate.set()
    begin(source_of(frames=5, fps=100), lambda: Predictor(load_config(model_folder), gated))
    failed = screen.wait_for_event(ModelFailed)
    assert failed == ModelFailed("OpenVINO could not compute a frame.", "Choose torch as the device.", at_work=True)
    screen.wait_for_event(SourceEnded)
    assert screen.wait_for_frame(4).prediction is None


def test_that_a_bug_while_a_model_is_loaded_is_told_as_a_model_that_failed(
    source_of, begin: Begin, screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda caught: None)

    def stumble() -> Predictor:
        raise KeyError("lost")

    begin(source_of(frames=5, fps=100), stumble)
    assert screen.wait_for_event(Bug) == Bug("KeyError: 'lost'")
    assert not screen.wait_for_event(ModelFailed).at_work
    screen.wait_for_event(SourceEnded)


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
