"""A small data set that a small network learns in seconds, and the config of such a network."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file

from nas.config.train import TrainConfig
from nas.events import Event, Progress
from nas.rundir import RunFolder

WriteSet = Callable[..., Path]
PLANES = ("FCH", "TV", "ACS")
SMALL: dict[str, Any] = {
    "channels": 4, "blocks": 3, "reduce_at": (1, 2), "size": 16, "batch": 16, "lr": 0.1, "momentum": 0.9, "cutout": 2,
    "cosine_length": 6, "epochs": 6, "threads": 1, "precision": "fp32", "validation": 0.25, "device": "cpu",
}  # fmt: skip


def picture(plane: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a noisy picture: a bar that lies, stands or fills, by plane; nothing but noise for none."""
    pixels = rng.normal(60, 25, (24, 24))
    place = int(rng.integers(6, 14))
    if plane == "FCH":
        pixels[place : place + 4] += 120
    elif plane == "TV":
        pixels[:, place : place + 4] += 120
    elif plane == "ACS":
        pixels[place : place + 8, place - 4 : place + 4] += 120
    return np.asarray(pixels.clip(0, 255), dtype=np.uint8)


@pytest.fixture(scope="session")
def write_set(tmp_path_factory: pytest.TempPathFactory) -> WriteSet:
    """Return a function that writes a set: frames per plane, subjects, planes, seed; the root comes back."""

    def write(
        frames: int = 32, subjects: int = 8, planes: tuple[str, ...] = PLANES, seed: int = 0, nones: int = 0
    ) -> Path:
        root = tmp_path_factory.mktemp("set")
        rng = np.random.default_rng(seed)
        rows = [("file", "label", "subject")]
        for plane, count in [*((plane, frames) for plane in planes), ("none", nones)]:
            for number in range(count):
                path = root / plane / f"{number:03d}.png"
                path.parent.mkdir(exist_ok=True)
                Image.fromarray(picture(plane, rng)).save(path)
                rows.append((f"{plane}/{number:03d}.png", plane, f"s{seed}-{number % subjects}"))
        with (root / "labels.csv").open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows(rows)
        return root

    return write


@pytest.fixture(scope="session")
def small_set(write_set: WriteSet) -> Path:
    """A set of three planes and none, eight subjects."""
    return write_set(nones=16)


@pytest.fixture
def small() -> Callable[..., TrainConfig]:
    """Return a function that gives the config of a small network with changes."""
    return lambda **changes: TrainConfig(**{**SMALL, **changes})


def stop_after(learn: Callable[..., Iterator[Event]], root: Path, folder: Path, config: object, steps: int) -> None:
    """Train or search until so many steps are told, then close the generator."""
    with RunFolder(folder) as run:
        events = learn(root, run, config)
        for event in events:
            run.append(event)
            if isinstance(event, Progress) and event.phase in ("training", "searching"):
                steps -= 1
            if steps == 0:
                break
        events.close()  # type: ignore[attr-defined]


def lasting_events(run: Path) -> list[dict[str, Any]]:
    """Return what a run's log says without what is measured: times, memory, progress, stops and takings up."""
    found = [json.loads(line) for line in (run / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    passing = ("progress", "run_stopped")
    lasting = [event for event in found if event["type"] not in passing and event.get("resumed_at") is None]
    clock = {"time", "seconds", "rate", "eta_s", "memory_mb", "resumed_at"}
    clock |= {"epoch_s", "total_s", "sample_mib", "batch_mib", "free_mib"}
    return [{name: value for name, value in event.items() if name not in clock} for event in lasting]


def last_state(run: Path) -> dict[str, torch.Tensor]:
    """Return the tensors of a run's last checkpoint."""
    return load_file(max((run / "checkpoints").glob("0*.safetensors")))


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what most of a tiny run's time would go to."""
    monkeypatch.setattr("nas.train.finish.draw_run", lambda *_: None)
