"""A clip stands on its first frame until the first model is there, so that every frame of it is labelled and seen."""

import threading
from collections.abc import Callable, Iterator

import pytest

from nas.errors import ModelFolderError
from tests.patience import PATIENCE_S
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import ModelFailed, ModelReady, SourceEnded, SourceOpened
from uiac_desktop.session.live import LiveSession

Begin = Callable[..., LiveSession]


class LateModel:
    """A real model that is ready when the test says so."""

    def __init__(self, load: Callable[[], Predictor]) -> None:
        self._load = load
        self.ready = threading.Event()
        self.error: Exception | None = None

    def __call__(self) -> Predictor:
        self.ready.wait()
        if self.error is not None:
            raise self.error
        return self._load()


@pytest.fixture
def late(load_model: Callable[[], Predictor]) -> Iterator[LateModel]:
    model = LateModel(load_model)
    yield model
    model.ready.set()


def test_that_every_frame_of_a_clip_is_labelled_and_shown_however_late_the_model_is(
    source_of, begin: Begin, screen, late: LateModel
) -> None:
    session = begin(source_of(frames=5, fps=2), late)  # so slow that a busy machine leaves no frame out
    assert screen.wait_for_frame(0).prediction is None
    assert session.state == "waiting"
    late.ready.set()
    screen.wait_for_event(SourceEnded)
    screen.wait_for_frame(4, labelled=True)
    labelled = [result.frame.index for result in screen.results if result.prediction is not None]
    assert labelled == list(range(5))
    assert session.stats().frames_dropped == 0


def test_that_a_clip_plays_on_where_the_model_fails(source_of, begin: Begin, screen, late: LateModel) -> None:
    begin(source_of(frames=5, fps=100), late)
    screen.wait_for_frame(0)
    late.error = ModelFolderError("The model is damaged.", "Choose another.")
    late.ready.set()
    screen.wait_for_event(ModelFailed)
    screen.wait_for_event(SourceEnded)
    screen.wait_for_frame(4)


def test_that_a_clip_does_not_wait_for_ever(source_of, begin: Begin, screen, late: LateModel) -> None:
    begin(source_of(frames=5, fps=100), late, hold_s=0.1)
    screen.wait_for_event(SourceEnded)
    assert screen.wait_for_frame(4).prediction is None


def test_that_a_device_is_never_held(source_of, begin: Begin, screen, late: LateModel) -> None:
    session = begin(source_of(frames=2000, paced=False), late)
    screen.wait_for_frame(1999)
    assert session.state == "ended"


def test_that_a_single_picture_waits_for_nothing(source_of, begin: Begin, screen, late: LateModel) -> None:
    session = begin(source_of(frames=1), late)
    screen.wait_for_event(SourceEnded)
    assert session.state == "ended"
    late.ready.set()
    screen.wait_for_frame(0, labelled=True)


def test_that_a_seek_and_a_new_mask_are_obeyed_while_the_clip_waits_and_it_waits_on(
    source_of, begin: Begin, screen, late: LateModel
) -> None:
    session = begin(source_of(frames=200, fps=20), late)
    screen.wait_for_frame(0)
    session.seek(5.0)
    screen.wait_for_frame(100)
    session.renew()
    screen.wait_for(lambda: screen.results[-1].frame.epoch == 2)
    assert (session.state, screen.indices[-1]) == ("waiting", 100)
    late.ready.set()
    screen.wait_for(lambda: screen.results[-1].frame.index > 100 and screen.results[-1].prediction is not None)
    assert next(result.frame.index for result in screen.results if result.prediction is not None) == 100


def test_that_steps_and_a_pause_are_obeyed_while_the_clip_waits_and_last(
    source_of, begin: Begin, screen, late: LateModel
) -> None:
    session = begin(source_of(frames=200, fps=100), late)
    screen.wait_for_frame(0)
    session.step(3)
    screen.wait_for_frame(3)
    session.step(-1)
    screen.wait_for_frame(2)
    assert session.state == "paused"
    session.play()
    assert session.state == "waiting"
    session.toggle()
    assert session.state == "paused"
    late.ready.set()
    assert screen.wait_for_frame(2, labelled=True)
    assert (session.state, screen.indices[-1]) == ("paused", 2)
    session.play()
    screen.wait_for(lambda: screen.results[-1].frame.index >= 5 and screen.results[-1].prediction is not None)


def test_that_another_speed_while_the_clip_waits_moves_nothing(
    source_of, begin: Begin, screen, late: LateModel
) -> None:
    session = begin(source_of(frames=200, fps=5), late)
    screen.wait_for_frame(0)
    session.set_speed(4.0)
    threading.Event().wait(1.2)
    session.set_speed(1.0)
    late.ready.set()
    screen.wait_for_frame(1, labelled=True)
    assert set(screen.indices) == {0, 1}
    assert session.stats().frames_dropped == 0


def test_that_a_clip_plays_at_once_where_the_user_says_so(source_of, begin: Begin, screen, late: LateModel) -> None:
    session = begin(source_of(frames=5, fps=100), late)
    screen.wait_for_frame(0)
    session.play_now()
    screen.wait_for_event(SourceEnded)
    assert session.state == "ended"


def test_that_a_session_stops_at_once_while_its_clip_waits(source_of, begin: Begin, screen, late: LateModel) -> None:
    source = source_of(frames=5)
    session = begin(source, late)
    screen.wait_for_frame(0)
    session.stop(timeout_s=0.2)
    assert source.closed.wait(PATIENCE_S)


def test_that_a_clip_that_opens_after_the_model_was_ready_does_not_wait(
    source_of, begin: Begin, screen, late: LateModel
) -> None:
    opens = threading.Event()

    def open_late():
        opens.wait()
        return source_of(frames=5, fps=100)

    late.ready.set()
    session = begin(open_late, late)
    screen.wait_for_event(ModelReady)
    opens.set()
    screen.wait_for_event(SourceOpened)
    screen.wait_for_frame(4, labelled=True)
    assert session.state in ("playing", "ended")
