"""A live source at 60 a second with a model of 200 ms, for an hour: does the age grow, and does anything leak?

UIAC_SOAK_MINUTES says for how long in real time (60 where it is not set); afterwards as many frames again go through as
fast as they can, for memory, handles and threads.
"""

import os
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import psutil

from tests.benchmarks.figure import Figure
from uiac_desktop.frame import Pixels, Result
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.paths import demo_model
from uiac_desktop.session.live import LiveSession
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.reconnecting import ReconnectingSource

_FPS = 60.0
_MODEL_S = 0.2
_FAST_FRAMES_A_MINUTE = 3600
_SETTLE_FRAMES = 2000
_BEAT_S = 0.01


class _Pictures(Feed):
    """640 x 480 pictures at a rate of their own; 0: as fast as they are taken."""

    def __init__(self, fps: float) -> None:
        self.fps = fps or None
        self._gap_s = 1 / fps if fps else 0.0
        self._stopping = threading.Event()
        self._due = time.monotonic()
        self._picture = np.random.default_rng(1).integers(0, 256, (480, 640), dtype=np.uint8)

    def open(self) -> None:
        return

    def next(self) -> Pixels | None:
        self._due = max(self._due + self._gap_s, time.monotonic() - 1)
        wait_s = self._due - time.monotonic() if self._gap_s else 0.0
        return None if self._stopping.wait(max(wait_s, 0.0)) else self._picture.copy()

    def close(self) -> None:
        return

    def interrupt(self) -> None:
        self._stopping.set()


class _Slow(Predictor):
    """The demo model, which here takes 200 ms."""

    def predict(self, pixels: Pixels):  # type: ignore[no-untyped-def]
        until = time.monotonic() + _MODEL_S
        prediction = super().predict(pixels)
        threading.Event().wait(max(until - time.monotonic(), 0.0))
        return prediction


class _Ages:
    """Takes results as the window does, and notes their age."""

    def __init__(self) -> None:
        self.session: LiveSession
        self.seconds: list[float] = []

    def take(self) -> None:
        result: Result | None = self.session.take_result()
        if result is not None:
            self.session.shown(result)
            if result.prediction is not None:
                self.seconds.append(time.monotonic() - result.frame.captured_at)

    def hear(self) -> None:
        self.session.take_events()


class _Machine(threading.Thread):
    """Notes by how much a wait of 10 ms oversleeps, since others have the cores: no program can help that."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._stopping = threading.Event()
        self.most_s = 0.0

    def run(self) -> None:
        begun = time.monotonic()
        while not self._stopping.wait(_BEAT_S):
            now = time.monotonic()
            self.most_s, begun = max(self.most_s, now - begun - _BEAT_S), now

    def stop(self) -> float:
        self._stopping.set()
        self.join()
        return self.most_s


def _slow_model() -> Predictor:
    plain = load_predictor(demo_model(), "cpu", threads=1)
    plain.__class__ = _Slow
    return plain


def _run(fps: float, load: Callable[[], Predictor], enough: Callable[[LiveSession, list[float]], bool]) -> list[float]:
    ages = _Ages()
    source = ReconnectingSource("Soak", "device", lambda: _Pictures(fps))
    session = ages.session = LiveSession(lambda: source, load, ages.take, ages.hear)
    session.start()
    while not enough(session, ages.seconds):
        time.sleep(0.2)
    if not session.stop(10.0):
        raise RuntimeError("the session did not let go")
    return ages.seconds


def _held() -> tuple[float, int, int]:
    """Return memory in MiB, open handles and threads of this process."""
    process = psutil.Process()
    handles = process.num_handles() if sys.platform == "win32" else process.num_fds()
    return process.memory_info().rss / 2**20, handles, threading.active_count()


def figures() -> list[Figure]:
    minutes = float(os.environ.get("UIAC_SOAK_MINUTES", "60"))
    until = time.monotonic() + 60 * minutes
    machine = _Machine()
    machine.start()
    ages = _run(_FPS, _slow_model, lambda _session, _ages: time.monotonic() >= until)
    stood_s = machine.stop()
    tenth = max(len(ages) // 10, 1)
    drift = float(np.median(ages[-tenth:]) - np.median(ages[:tenth]))

    def fast() -> Predictor:
        return load_predictor(demo_model(), "cpu", threads=1)

    _run(0, fast, lambda session, _ages: session.stats().frames_read >= _SETTLE_FRAMES)
    before = _held()
    frames = int(_FAST_FRAMES_A_MINUTE * minutes)
    _run(0, fast, lambda session, _ages: session.stats().frames_read >= frames)
    after = _held()
    what = f"{minutes:g} min at 60 fps, model 200 ms"
    return [
        Figure("soak_age_max_s", max(ages[2:]), "s", at_most=0.5, remark=what),
        Figure("soak_age_p95_s", float(np.percentile(ages, 95)), "s", remark=what),
        Figure("soak_machine_stood_s", stood_s, "s", remark="longest wait for a core, meanwhile"),
        Figure("soak_age_drift_s", drift, "s", at_most=0.05, remark="last tenth against the first"),
        Figure(
            "soak_memory_mib", after[0] - before[0], "MiB", at_most=30, remark=f"{frames} frames, as fast as they go"
        ),
        Figure("soak_handles", after[1] - before[1], "", at_most=0),
        Figure("soak_threads", after[2] - before[2], "", at_most=0),
    ]
