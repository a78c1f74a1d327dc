"""A numbered clip in memory as the source, a small real model, and examinations on a real store, for every session."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nas.model import load_weights
from nas.model_config import ModelConfig, load_config
from nas.preprocess import PreprocessSpec
from nas.space.network_config import NetworkConfig
from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.watched_examination import HEART, Watcher, opened
from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.frame import Frame, Pixels, Result
from uiac_desktop.inference.backend import Backend, Scores
from uiac_desktop.inference.openvino_backend import OpenVinoBackend
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.session.events import SessionEvent
from uiac_desktop.session.exam.examination import ExamBegan
from uiac_desktop.session.live import LiveSession
from uiac_desktop.sources.base import FrameSource, SourceInfo

CLASSES = ("ACS", "FCH", "LVOT")


def picture(number: int) -> Pixels:
    """A picture that differs for every number from 0 to 4095 and can be read back."""
    rows = np.random.default_rng(number).integers(0, 256, (16, 16), dtype=np.uint8)
    rows[0, 0], rows[0, 1] = number % 256, number // 256
    return rows


class NumberedSource(FrameSource):
    """A clip in memory that keeps the contract of sources; `gate` holds back reads, `times` makes the rate uneven."""

    def __init__(
        self, frames: int = 30, fps: float = 30.0, paced: bool = True, times: list[float] | None = None
    ) -> None:
        self.times = times if times is not None else [number / fps for number in range(frames)]
        self.info = SourceInfo(
            "numbered", "video", 16, 16, fps, len(self.times), self.times[-1] + 1 / fps, seekable=True, paced=paced
        )
        self.gate = threading.Event()
        self.gate.set()
        self.reads = threading.Semaphore(0)
        self.told: tuple[str, ...] = ()
        self.closed = threading.Event()
        self.next = 0

    def read(self) -> Frame | None:
        self.gate.wait()
        self.reads.release()
        if self.next >= len(self.times):
            return None
        number, self.next = self.next, self.next + 1
        return Frame(picture(number), number, self.times[number])

    def seek(self, time_s: float) -> None:
        self.next = max((n for n, time in enumerate(self.times) if time <= time_s), default=0)

    def close(self) -> None:
        self.closed.set()

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.told


class Screen:
    """Stands where the window stands: takes results and events when it is woken, and lets a test wait for them."""

    def __init__(self) -> None:
        self.session: LiveSession
        self.results: list[Result] = []
        self.events: list[SessionEvent] = []
        self._condition = threading.Condition()

    def on_result(self) -> None:
        with self._condition:
            result = self.session.take_result()
            if result is not None:
                self.results.append(result)
                self.session.shown(result)
            self._condition.notify_all()

    def on_event(self) -> None:
        with self._condition:
            self.events.extend(self.session.take_events())
            self._condition.notify_all()

    def wait_for(self, holds: Callable[[], bool]) -> None:
        with self._condition:
            assert self._condition.wait_for(holds, timeout=PATIENCE_S), (
                self.events,
                [r.frame.index for r in self.results],
            )

    def wait_for_event(self, kind: type, count: int = 1) -> SessionEvent:
        self.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    def wait_for_frame(self, index: int, labelled: bool | None = None, after: int = 0) -> Result:
        def fits(result: Result) -> bool:
            return result.frame.index == index and labelled in (None, result.prediction is not None)

        self.wait_for(lambda: any(fits(result) for result in self.results[after:]))
        return next(result for result in self.results[after:] if fits(result))

    def of(self, kind: type) -> list[SessionEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def indices(self) -> list[int]:
        return [result.frame.index for result in self.results]


class SourceOf:
    """Makes numbered clips, and the picture that a number must show."""

    picture = staticmethod(picture)

    def __init__(self) -> None:
        self.made: list[NumberedSource] = []

    def __call__(self, **how: Any) -> NumberedSource:
        source = NumberedSource(**how)
        self.made.append(source)
        return source


@pytest.fixture
def source_of() -> Iterator[SourceOf]:
    """Makes numbered clips; opens their gates at the end, so that no thread hangs."""
    maker = SourceOf()
    yield maker
    for source in maker.made:
        source.gate.set()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real model folder, three blocks small."""
    import torch

    from nas.model import save_model
    from nas.space.network import UiacNetwork

    network = NetworkConfig(blocks=3, channels=4, size=16, classes=len(CLASSES))
    config = ModelConfig(
        name="small", network=network, classes=CLASSES, preprocess=PreprocessSpec(size=16), none_threshold=0.0
    )
    folder = tmp_path_factory.mktemp("model") / "small"
    torch.manual_seed(1)
    save_model(folder, config, UiacNetwork(network), "# small\n")
    return folder


@pytest.fixture
def load_model(model_folder: Path) -> Callable[[], Predictor]:
    """Loads the small model on the CPU."""
    return lambda: load_predictor(model_folder, "cpu", threads=1)


@pytest.fixture
def screen() -> Screen:
    """A screen that keeps everything it is given."""
    return Screen()


@pytest.fixture
def begin(screen: Screen) -> Iterator[Callable[..., LiveSession]]:
    """Starts a session on a screen, and stops it when the test is over."""
    begun: list[LiveSession] = []

    def start(
        source: FrameSource | Callable[[], FrameSource],
        load: Callable[[], Predictor],
        smoothing_s: float = 0.0,
        **more: Any,
    ) -> LiveSession:
        opened = source if callable(source) else lambda: source
        session = LiveSession(opened, load, screen.on_result, screen.on_event, smoothing_s, **more)
        screen.session = session
        begun.append(session)
        session.start()
        return session

    yield start
    for session in begun:
        session.stop()


class GatedBackend(Backend):
    """A real backend behind a gate: a model as slow as the test wants it, or one whose device gives up."""

    def __init__(self, behind: Backend) -> None:
        self.text = f"gated {behind.text}"
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.closed = threading.Event()
        self.error: Exception | None = None
        self._behind = behind

    def run(self, images: Pixels) -> Scores:
        self.entered.set()
        self.gate.wait()
        if self.error is not None:
            raise self.error
        return self._behind.run(images)

    def close(self) -> None:
        self.closed.set()
        self._behind.close()


@pytest.fixture
def gated(model_folder: Path) -> Iterator[GatedBackend]:
    """The small model's backend behind a closed gate; opened at the end, so that no thread hangs."""
    config = load_config(model_folder)
    backend = GatedBackend(OpenVinoBackend(config, load_weights(model_folder, config), threads=1))
    yield backend
    backend.gate.set()


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied: making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    opened(folder).close()
    return folder


@pytest.fixture
def start(tmp_path: Path, empty_store: Path) -> Iterator[Callable[..., Watcher]]:
    """Starts examinations on a store in a folder, gate open and exam begun unless told not to."""
    started: list[Watcher] = []
    shutil.copytree(empty_store, tmp_path / "store")

    def begin(
        allowed: bool = True, protocol: Protocol | None = HEART, clock: Callable[[], float] = time.monotonic
    ) -> Watcher:
        watcher = Watcher(tmp_path / "store", clock)
        started.append(watcher)
        watcher.examination.start()
        if allowed:
            watcher.examination.allow(True)
        if protocol is not None:
            watcher.examination.begin("A. B.", protocol)
            watcher.wait_for(ExamBegan)
        return watcher

    yield begin
    for watcher in started:
        assert watcher.examination.stop(PATIENCE_S)
