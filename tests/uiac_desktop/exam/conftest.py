"""A store in a folder of the test, and frames to keep."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from uiac_desktop.exam.records import NewFrame
from uiac_desktop.exam.store import ExamStore, open_store


def picture(seed: int = 0, size: tuple[int, ...] = (48, 64)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, size, dtype=np.uint8)


def new_frame(plane: str = "FCH", seed: int = 0, size: tuple[int, ...] = (48, 64)) -> NewFrame:
    return NewFrame(
        pixels=picture(seed, size),
        taken_at=datetime.now(UTC),
        source="simulated",
        frame=seed,
        time_s=seed / 25,
        predicted=plane,
        certainty=0.75,
        classes=("FCH", "TV"),
        probabilities=np.array([0.75, 0.25], np.float32),
        model="demo",
        score=0.5,
        by_hand=False,
    )


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], ExamStore]:
    """Opens the test's store as one more window does."""
    return lambda: open_store(tmp_path / "store", key_file=tmp_path / "keys" / "site.key")


@pytest.fixture
def store(opened: Callable[[], ExamStore]) -> Iterator[ExamStore]:
    with opened() as store:
        yield store
