"""What a search is told to take is what its whole batch took, where one was tried, and reckoned where it was not."""

import mmap
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from nas.config.search import SearchConfig
from nas.errors import RunError
from nas.events import Estimate, Event
from nas.learning.device import place
from nas.search import estimate as estimating
from nas.search.epochs import Epochs

MEBIBYTE = 2**20
FRAMES, BATCH = 48, 12


class Clock:
    """A clock that only the engine moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


class Engine:
    """Takes memory by the square of a batch, and ten times as long for the first batch of a size."""

    def __init__(self, clock: Clock, a_frame_s: float) -> None:
        self._clock = clock
        self._a_frame_s = a_frame_s
        self._sizes: set[int] = set()

    def step(self, training: Any, validation: Any, *_: object) -> None:
        frames = len(training)
        with mmap.mmap(-1, frames * frames * MEBIBYTE) as memory:  # given back at once, so that no test finds it there
            pages = np.frombuffer(memory, np.uint8)[:: mmap.PAGESIZE]
            pages += 1
            del pages
        self._clock.now += self._a_frame_s * frames * (1 if frames in self._sizes else 10)
        self._sizes.add(frames)

    def judge(self, drawn: Any) -> None:
        self._clock.now += 1.0


def told(monkeypatch: pytest.MonkeyPatch, a_frame_s: float, **changes: Any) -> Estimate:
    """Return the estimate of a search with such an engine."""
    clock, half = Clock(), SimpleNamespace(at=lambda positions: positions)
    monkeypatch.setattr(estimating, "time", clock)
    going: Generator[Event, None, Estimate] = estimating.estimate(
        lambda: Engine(clock, a_frame_s),  # type: ignore[arg-type,return-value]
        SimpleNamespace(train=half, validation=half),  # type: ignore[arg-type]
        Epochs(FRAMES, FRAMES, BATCH, seed=0),
        SearchConfig(batch=BATCH, epochs=5, **changes),
        place("cpu", "fp32", "no", torch.get_num_threads()),
    )
    while True:
        try:
            next(going)
        except StopIteration as end:
            result: Estimate = end.value
            return result


def test_that_memory_and_time_are_those_of_a_whole_batch_that_is_not_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch, 0.1)
    assert found.batch == BATCH
    assert found.batch_mib == pytest.approx(BATCH**2, rel=0.1)
    judged, a_step = FRAMES // BATCH * 1.0, 0.1 * BATCH
    assert found.epoch_s == pytest.approx(FRAMES // BATCH * a_step + judged)
    assert found.total_s == pytest.approx(5 * found.epoch_s)


def test_that_a_batch_that_would_take_long_is_reckoned_and_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch, 100.0, warmup_epochs=1)
    reckoned = 2**2 + (8**2 - 2**2) / 6 * (BATCH - 2)
    assert found.batch_mib == pytest.approx(reckoned, rel=0.1)
    assert found.epoch_s == pytest.approx(100.0 * FRAMES + FRAMES // BATCH)


def test_that_too_little_memory_is_said_before_a_whole_batch_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "free_mib", lambda _: 90.0)
    with pytest.raises(RunError, match="90 MiB are free") as caught:
        told(monkeypatch, 0.1)
    assert "--memory lean" in caught.value.advice
