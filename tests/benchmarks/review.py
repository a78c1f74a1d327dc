"""Review on a clip of ten minutes, 960x720: opening it with 18,000 stored predictions, jumping about in it, analysing.

Jumps are to frames drawn at random, the hardest there is, and on by 18 frames, as a drag over a timeline makes them.
The clip that the program itself writes has a key frame a second; one that has them 250 frames apart is told beside it.
"""

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import clip, demo_model, long_clip, paper_model
from uiac_desktop.session.meters import memory_mb
from uiac_desktop.session.review.review import Review

JUMPS = 60
FRAMES = 18_000
NEAR, FAR = 30, 250


class Watcher:
    """A review whose news wake the one who waits."""

    def __init__(self, folder: Path) -> None:
        from uiac_desktop.exam.store import open_store

        self._news = threading.Condition()
        self.index = -1
        opened = lambda: open_store(folder / "store", key_file=folder / "site.key")  # noqa: E731
        self.review = Review(opened, self._shown, self._woken, self._woken)
        self.review.start()

    def wait(self, holds: Callable[[], bool]) -> None:
        with self._news:
            if not self._news.wait_for(holds, timeout=600):
                raise TimeoutError(self.review.state)

    def jump_s(self, index: int) -> float:
        begun = time.perf_counter()
        self.review.seek_frame(index)
        self.wait(lambda: self.index == index)
        return time.perf_counter() - begun

    def _shown(self) -> None:
        shown = self.review.take_shown()
        with self._news:
            if shown is not None:
                self.index = shown.frame.index
            self._news.notify_all()

    def _woken(self) -> None:
        with self._news:
            self._news.notify_all()


@contextmanager
def watched(folder: Path) -> Iterator[Watcher]:
    watcher = Watcher(folder)
    try:
        yield watcher
    finally:
        watcher.review.stop(30)


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        return [*_looking(Path(folder), NEAR), *_looking(Path(folder), FAR), *_analysis(Path(folder))]


def _looking(folder: Path, key_every: int) -> list[Figure]:
    from uiac_desktop.inference.predictor import load_predictor

    path, goal = long_clip(key_every), key_every == NEAR
    _store_predictions(folder, path)
    remark = f"a key frame at least every {key_every} frames"
    with watched(folder) as watcher:
        review = watcher.review
        review.use_model(demo_model(), lambda: load_predictor(demo_model(), "cpu"))
        review.open(str(clip(60)))
        watcher.wait(lambda: review.state.phase == "open")
        review.stop_analysis()
        begun = time.perf_counter()
        review.open(str(path))
        watcher.wait(lambda: review.state.phase == "open" and watcher.index == 0)
        first_s = time.perf_counter() - begun
        watcher.wait(lambda: (analysis := review.state.analysis) is not None and analysis.state == "done")
        whole_s = time.perf_counter() - begun
        dice = random.Random(1)
        watcher.jump_s(9000)
        before = memory_mb()
        jumps = [watcher.jump_s(dice.randrange(FRAMES)) for _ in range(JUMPS)]
        drags = [watcher.jump_s(frame) for frame in range(4000, 4000 + 18 * JUMPS, 18)]
        backs = [watcher.jump_s(frame) for frame in range(7000, 7000 - JUMPS, -1)]
        grown = memory_mb() - before
    name = f"review_{key_every}"
    return [
        Figure(f"{name}_first_frame", first_s, "s", at_most=2.0, remark=remark),
        Figure(f"{name}_all_predictions", whole_s, "s", remark="18,000 stored, steadied and drawn into segments"),
        Figure(f"{name}_jump_p95", _p95_ms(jumps), "ms", at_most=100.0 if goal else None, remark=remark),
        Figure(f"{name}_drag_p95", _p95_ms(drags), "ms", at_most=100.0 if goal else None, remark="18 frames on"),
        Figure(f"{name}_back_p95", _p95_ms(backs), "ms", remark="one frame back"),
        Figure(f"{name}_memory_grown", grown, "MiB", at_most=200.0, remark="over all jumps; the cache takes 128"),
    ]


def _p95_ms(times: list[float]) -> float:
    return 1000 * float(np.percentile(times, 95))


def _store_predictions(folder: Path, path: Path) -> None:
    """Store what a model might have said: planes that come and go over seconds."""
    from nas.planes import PLANES
    from uiac_desktop.exam.clip_predictions import PredictionPart
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.session.review.clip_digest import digest_of, predictions_key

    dice = np.random.default_rng(3)
    logits = np.repeat(dice.normal(0, 3, (FRAMES // 60, len(PLANES))), 60, axis=0)
    chances = np.exp(logits + dice.normal(0, 0.5, logits.shape))
    chances = (chances / chances.sum(axis=1, keepdims=True)).astype(np.float32)
    with open_store(folder / "store", key_file=folder / "site.key") as store:
        review_id = store.reviews.review_of(digest_of(path))
        key = predictions_key(digest_of(demo_model()), None)
        for first in range(0, FRAMES, 2000):
            here = slice(first, first + 2000)
            times = np.arange(first, first + 2000) / 30
            part = PredictionPart(first, times, PLANES, chances[here], first + 2000 == FRAMES)
            store.reviews.add_predictions(review_id, key, part)


def _analysis(folder: Path) -> list[Figure]:
    """How many times faster than it plays a minute is analysed, by the clock, and by the processor's time on two cores.

    The second says what an idle PC gives where this one is busy with other things.
    """
    return [
        *_one_analysis(folder, "demo", demo_model(), 1800, 5.0),
        *_one_analysis(folder, "paper_size", paper_model(), 150, None),
    ]


def _one_analysis(folder: Path, name: str, model: Path, enough: int, goal: float | None) -> list[Figure]:
    from uiac_desktop.inference.predictor import load_predictor

    with watched(folder / name) as watcher:
        review = watcher.review
        review.use_model(model, lambda: load_predictor(model, "cpu"))
        review.open(str(clip(60)))
        watcher.wait(lambda: _done(review) > 0)
        begun, worked, done = time.perf_counter(), time.process_time(), _done(review)
        last = min(done + enough, 1800)
        watcher.wait(lambda: _done(review) >= last)
        frames = _done(review) - done
        by_clock = frames / (time.perf_counter() - begun) / 30
        by_work = frames / (time.process_time() - worked) * 2 / 30
    return [
        Figure(f"review_analysis_{name}", by_clock, "times", at_least=goal, remark=f"of {frames} frames"),
        Figure(f"review_analysis_{name}_by_work", by_work, "times", remark="what two idle cores give"),
    ]


def _done(review: Review) -> int:
    analysis = review.state.analysis
    return 0 if analysis is None else analysis.done
