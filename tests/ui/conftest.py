"""A window in the test's own hands: real views and control, a session that tells what the test lets it tell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from nas.planes import PLANES
from tests.ui.told_examination import ToldExamination
from tests.ui.told_review import ToldReview
from uiac_desktop import paths
from uiac_desktop.frame import Frame, Prediction, Result, Stillness
from uiac_desktop.session.events import ModelReady, SessionEvent, SourceOpened
from uiac_desktop.session.meters import Delay, SessionStats
from uiac_desktop.settings import Settings, SettingsFile
from uiac_desktop.sources.base import Region, SourceInfo
from uiac_desktop.ui.look import ink, theme
from uiac_desktop.ui.main_window import MainWindow

STATS = SessionStats(
    frames_read=900,
    frames_shown=890,
    frames_dropped=0,
    asked_fps=30.0,
    delivered_fps=29.9,
    model_fps=29.8,
    shown_fps=29.7,
    model_ms=9.0,
    latency_ms=Delay(12.0, 18.0, 30.0),
    age_ms=38.0,
    first_label_s=2.0,
    rss_mb=300.0,
)


class ToldSession:
    """A session at the border of the window: it tells what `tell` and `show` are given, and notes what it is asked."""

    def __init__(
        self, open_source, load_predictor, on_result, on_event, smoothing_s, on_frame=None, on_labelled=None
    ) -> None:
        self.on_frame, self.on_labelled = on_frame, on_labelled
        self.open_source, self.load_predictor = open_source, load_predictor
        self._on_result, self._on_event = on_result, on_event
        self.smoothing_s = smoothing_s
        self.state = "opening"
        self.asked: list[tuple] = []
        self.painted: list[Result] = []
        self.figures = STATS
        self._events: list[SessionEvent] = []
        self._result: Result | None = None

    def tell(self, *events: SessionEvent) -> None:
        self._events += events
        self._on_event()
        QApplication.processEvents()

    def give(self, result: Result, *, heard: bool = True) -> None:
        self._result = result
        self._on_result()
        if heard:
            QApplication.processEvents()

    def start(self) -> None:
        self.asked.append(("start",))

    def take_result(self) -> Result | None:
        result, self._result = self._result, None
        return result

    def take_events(self) -> list[SessionEvent]:
        events, self._events = self._events, []
        return events

    def play(self) -> None:
        self.state = "playing"
        self.asked.append(("play",))

    def play_now(self) -> None:
        self.state = "playing"
        self.asked.append(("play_now",))

    def pause(self) -> None:
        self.state = "paused"
        self.asked.append(("pause",))

    def seek(self, time_s: float) -> None:
        self.asked.append(("seek", time_s))

    def step(self, frames: int) -> None:
        self.asked.append(("step", frames))

    def set_speed(self, factor: float) -> None:
        self.asked.append(("speed", factor))

    def try_now(self) -> None:
        self.asked.append(("try_now",))

    def renew(self) -> None:
        self.asked.append(("renew",))

    def vote_where(self, votes) -> None:
        self.votes = votes

    def use_model(self, load) -> None:
        self.asked.append(("model",))

    def stats(self) -> SessionStats:
        return self.figures

    def shown(self, result: Result) -> None:
        self.painted.append(result)

    def stop(self, timeout_s: float = 2.0) -> bool:
        self.state = "stopped"
        return True


LIVE = Stillness()


def frame(time_s: float = 0.0, pixels: np.ndarray | None = None, epoch: int = 0) -> Frame:
    """A frame of noise, unless given pixels."""
    if pixels is None:
        pixels = np.random.default_rng(int(time_s * 30) + 1).integers(0, 255, (720, 960, 3), dtype=np.uint8)
    return Frame(pixels, round(time_s * 30), time_s, 0.0, epoch)


def prediction(plane: str = "FCH", certainty: float = 0.97, classes: tuple[str, ...] = PLANES) -> Prediction:
    """A prediction with a map that is hot at the left and top; ``none`` leaves FCH as the best plane."""
    best = classes.index(plane if plane != "none" else "FCH")
    shares = np.full(len(classes), (1 - certainty) / (len(classes) - 1), np.float32)
    shares[best] = certainty
    maps = np.zeros((len(classes), 8, 8), np.float32)
    maps[best, :3, :3] = 5.0
    return Prediction(classes, shares, maps, plane, float(shares[best]))


def result(
    plane: str = "FCH", certainty: float = 0.97, time_s: float = 0.0, stillness: Stillness = LIVE, **more
) -> Result:
    """A labelled frame."""
    return Result(frame(time_s, **more), prediction(plane, certainty), 0.0, stillness)


SIMULATED = SourceInfo("Simulated scan", "simulated", 960, 720, 30.0, None, None, True, True)
CLIP = SourceInfo("clip_03.mkv", "video", 960, 720, 30.0, 1236, 41.2, True, True)
LONG_CLIP = replace(CLIP, frames=7200, duration_s=240.0)
DICOM = replace(
    CLIP, name="IM000012", kind="dicom", regions=(Region(0, 0, 9, 9, "2D tissue"), Region(9, 0, 9, 9, "2D"))
)
READY = ModelReady("OpenVINO CPU fp32", "UIAC demo", PLANES, simulated_only=True)
REAL_MODEL = ModelReady("OpenVINO CPU fp32", "UIAC heart 11", PLANES, simulated_only=False)


@pytest.fixture(autouse=True)
def _no_models_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "models")


@pytest.fixture
def settle(application: QApplication) -> Callable[[], None]:
    """Carries out what is queued."""

    def run() -> None:
        for _ in range(3):
            application.processEvents()
            application.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    return run


class Desk:
    """A window with its sessions."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.sessions: list[ToldSession] = []
        self.file = SettingsFile(folder / "settings.json")
        self.examinations: list[ToldExamination] = []
        self.reviews: list[ToldReview] = []
        self.window = MainWindow(self.file, settings, self._make, self._make_examination, self._make_review)

    def _make(self, *parts) -> ToldSession:
        self.sessions.append(ToldSession(*parts))
        return self.sessions[-1]

    def _make_examination(self, on_event, ring_s) -> ToldExamination:
        self.examinations.append(ToldExamination(on_event, ring_s))
        return self.examinations[-1]

    def _make_review(self, *parts) -> ToldReview:
        self.reviews.append(ToldReview(*parts))
        return self.reviews[-1]

    @property
    def review(self) -> ToldReview:
        return self.reviews[-1]

    @property
    def examination(self) -> ToldExamination:
        return self.examinations[-1]

    def part(self, name: str):
        """The part of the window with that object name, which must be there."""
        found = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    @property
    def session(self) -> ToldSession:
        return self.sessions[-1]

    def run(self, info: SourceInfo, model: ModelReady | None = READY) -> ToldSession:
        """Open a source and let it play with a model at work."""
        self.window.control.open("simulated:" if info.kind == "simulated" else f"/somewhere/{info.name}")
        self.session.state = "playing"
        self.session.tell(SourceOpened(info), *([model] if model else []))
        return self.session


@pytest.fixture
def make_desk(application: QApplication, tmp_path: Path, settle: Callable[[], None]) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def make(width: int = 1366, height: int = 768, **choices) -> Desk:
        desk = Desk(tmp_path, Settings(**choices))
        desk.window.resize(width, height)
        desk.window.show()
        settle()
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.window.close()
        desk.window.deleteLater()
    settle()
    theme.wear(application, "dark")


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.ui.tiny_model import write_tiny_model

    return write_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def cut_texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that were drawn into a box too narrow for them."""
    cut: list[str] = []
    real = ink.draw_text

    def watch(painter, box, text, type_, colour, align=ink.LEFT) -> None:
        if ink.text_width(text, type_) > box.width() + 0.5:
            cut.append(text)
        real(painter, box, text, type_, colour, align)

    monkeypatch.setattr(ink, "draw_text", watch)
    return cut
