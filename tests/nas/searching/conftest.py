"""A small data set that a small search learns in seconds, and the config of such a search."""

import csv
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nas.config.search import SearchConfig
from nas.events import Estimate, Event, Notice
from nas.rundir import RunFolder
from nas.search.run import search

WriteSet = Callable[..., Path]
SMALL: dict[str, Any] = {
    "channels": 4, "blocks": 1, "reduce_at": (), "size": 16, "batch": 12, "lr_w": 0.1, "lr_lambda": 0.02, "order": 1,
    "epochs": 2, "threads": 1, "device": "cpu", "left_out": 0.0,
}  # fmt: skip
WITH_STATE: dict[str, Any] = {
    "channels": 8, "blocks": 2, "reduce_at": (1,), "partial": 2, "batch": 6, "epochs": 3, "warmup_epochs": 1,
    "beta_decay": 1.0, "flip": True, "shift": 1.0,
}  # fmt: skip


@pytest.fixture(scope="session")
def write_set(tmp_path_factory: pytest.TempPathFactory) -> WriteSet:
    """Return a function that writes a set of lying and standing bars: frames, subjects, planes; the root comes back."""

    def write(frames: int = 12, subjects: int = 4, planes: tuple[str, ...] = ("FCH", "TV"), seed: int = 0) -> Path:
        root = tmp_path_factory.mktemp("set")
        rng = np.random.default_rng(seed)
        rows = [("file", "label", "subject")]
        for number, plane in enumerate(planes):
            (root / plane).mkdir()
            for index in range(frames):
                pixels = rng.normal(60, 25, (16, 16))
                place = int(rng.integers(3, 10))
                pixels[place : place + 3] += 120
                frame = pixels.clip(0, 255).astype(np.uint8)
                Image.fromarray(frame.T.copy() if number % 2 else frame).save(root / plane / f"{index:03d}.png")
                rows.append((f"{plane}/{index:03d}.png", plane, f"s{index % subjects}" if subjects else ""))
        with (root / "labels.csv").open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows(rows)
        return root

    return write


@pytest.fixture(scope="session")
def small_set(write_set: WriteSet) -> Path:
    """A set of two planes, twelve frames each, four subjects."""
    return write_set()


@pytest.fixture(scope="session")
def small() -> Callable[..., SearchConfig]:
    """Return a function that gives the config of a small search with changes."""
    return lambda **changes: SearchConfig(**{**SMALL, **changes})


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let searches begin without the timed steps before them and end without figures, which take longer than they."""
    monkeypatch.setattr("nas.search.searching.estimate", untimed)
    monkeypatch.setattr("nas.search.outcome._draw", lambda *_: None)


def untimed(*_: object) -> Generator[Event, None, Estimate]:
    """Take the place of the timed steps before a search."""
    yield Notice(level="note", message="not timed")
    return Estimate(epoch_s=1, total_s=1, sample_mib=1, batch=1, batch_mib=1, free_mib=1)


def run_to_end(root: Path, folder: Path, config: SearchConfig, resume: bool = False, **changes: object) -> list[Event]:
    """Search to the end, or go on to it; return what was told."""
    with RunFolder(folder, resume) as run:
        told = []
        for event in search(root, run, config, dict(changes)):
            run.append(event)
            told.append(event)
        return told


def of(kind: type[Any], events: list[Event]) -> list[Any]:
    """Return the events of a kind."""
    return [event for event in events if isinstance(event, kind)]
