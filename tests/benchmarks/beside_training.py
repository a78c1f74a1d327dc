"""A live scan beside a training: how old labelled frames are while a real run of the wizard learns, against idle.

The session is live, of the simulated source at 30 frames a second with the shipped model. The training is started as
the wizard starts it, with its own priority and threads. Idle is measured before and after it.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nas.config.train import preset
from nas.rundir import RunFolder
from nas.wizard.runs.child import Child, threads_for_runs
from nas.wizard.runs.commands import ASKED, run_words, toml_of, train_config
from nas.wizard.runs.watch import RunWatch
from nas.wizard.state import GenotypeChoice, WizardState
from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import BUILD, demo_model
from uiac_desktop.frame import Result
from uiac_desktop.inference.predictor import load_predictor
from uiac_desktop.phantom.dataset import write_dataset
from uiac_desktop.session.live import LiveSession
from uiac_desktop.sources.open import open_source

IDLE_S, BESIDE_S, SETTLE_S = 20.0, 40.0, 3.0
A_CLASS, WOMEN = 24, 12
_START_S, _STOP_S = 180.0, 60.0
_GOAL = 1.5


class _Scan:
    """A live session, and how old each labelled frame was when it could be shown."""

    def __init__(self) -> None:
        self.ages: list[float] = []
        self.first = threading.Event()
        self._session = LiveSession(
            lambda: open_source("simulated:"), lambda: load_predictor(demo_model()), self._take, lambda: None
        )

    def start(self) -> None:
        self._session.start()
        if not self.first.wait(_START_S):
            raise RuntimeError("no frame was labelled")

    def stop(self) -> None:
        self._session.stop(10.0)

    def watch(self, seconds: float) -> "_Seen":
        """Return what was seen from now on."""
        time.sleep(SETTLE_S)
        self.ages = []
        time.sleep(seconds)
        return _Seen(tuple(self.ages), len(self.ages) / seconds)

    def _take(self) -> None:
        result: Result | None = self._session.take_result()
        if result is not None and result.prediction is not None:
            self.ages.append(time.monotonic() - result.frame.captured_at)
            self.first.set()


@dataclass(frozen=True, slots=True)
class _Seen:
    """Ages of labelled frames (s), and how many came a second."""

    ages: tuple[float, ...]
    rate: float

    def percentile_ms(self, share: float) -> float:
        return 1000 * float(np.percentile(self.ages, share))


def figures() -> list[Figure]:
    data = _frames()
    scan = _Scan()
    scan.start()
    try:
        before = scan.watch(IDLE_S / 2)
        with _training(data) as goes_on:
            beside = scan.watch(BESIDE_S)
            if not goes_on():
                raise RuntimeError("the training ended before it was measured beside")
        after = scan.watch(IDLE_S / 2)
    finally:
        scan.stop()
    idle = _Seen((*before.ages, *after.ages), (before.rate + after.rate) / 2)
    what = f"{threads_for_runs()} threads to the training; idle {idle.percentile_ms(95):.0f} ms at {idle.rate:.1f} fps"
    return [
        Figure(
            "beside_training_age_p95_ratio", beside.percentile_ms(95) / idle.percentile_ms(95), "x", at_most=_GOAL,
            remark=what,
        ),
        Figure("beside_training_age_p95_ms", beside.percentile_ms(95), "ms"),
        Figure("beside_training_age_p50_ratio", beside.percentile_ms(50) / idle.percentile_ms(50), "x"),
        Figure("beside_training_labelled_share", beside.rate / idle.rate, "x"),
    ]  # fmt: skip


def _frames() -> Path:
    """A small simulated set, made once and kept in build/."""
    folder = BUILD / "bench" / f"simulated-{A_CLASS}-{WOMEN}"
    if not (folder / "labels.csv").exists():
        write_dataset(folder, A_CLASS, WOMEN, processes=1)
    return folder


@contextmanager
def _training(data: Path) -> Iterator[Callable[[], bool]]:
    """A training as the wizard starts it, once its steps go on; yields whether it still does."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        long = preset("quick").model_copy(update={"epochs": 1000, "stop_after": 1000})
        chosen = WizardState(genotype=GenotypeChoice("known", "uiac"), train=long)
        (folder / ASKED).write_text(toml_of(train_config(chosen, threads_for_runs())), encoding="utf-8")
        child, watch = Child(run_words("train", data, folder), folder), RunWatch(folder)
        try:
            _await_steps(child, watch)
            yield lambda: child.alive
        finally:
            _stop(child, folder)


def _await_steps(child: Child, watch: RunWatch) -> None:
    until = time.monotonic() + _START_S
    while not any(event.type == "progress" and event.phase == "training" for event in watch.poll()):
        if not child.alive:
            raise RuntimeError(f"the training did not start: {child.refused.message}")
        if time.monotonic() > until:
            raise RuntimeError("the training took too long to start")
        time.sleep(0.2)


def _stop(child: Child, folder: Path) -> None:
    RunFolder(folder).stop_file.touch()
    until = time.monotonic() + _STOP_S
    while child.alive and time.monotonic() < until:
        time.sleep(0.2)
