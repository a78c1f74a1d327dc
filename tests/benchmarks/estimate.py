"""What a search says beforehand of its time and memory, against what the same search then takes, for every preset.

Each is measured in a process of its own: what a step takes stays with a process and would count for the next one. On
two cores this takes half an hour, for lean and paper take their own network at the batch that fits.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final, NamedTuple, get_args

import numpy as np
import psutil
import torch

from nas.config.search import SearchConfig, SearchPreset, search_preset
from nas.data.rows import Rows
from nas.errors import RunError
from nas.events import EpochSearched, Estimate, Event
from nas.learning.device import Placement, place
from nas.learning.memory import free_mib
from nas.planes import PLANES
from nas.rundir import RunFolder
from nas.search import searching
from nas.search.halves import Half, Halves
from nas.search.searching import Searching
from tests.benchmarks.figure import Figure

STEPS: Final = {"quick": 30, "lean": 12, "paper": 12}
_SHARE: Final = 0.6  # of the free memory that a search may take here; a smaller batch where the preset's needs more
_WITHIN: Final = 1.25


class Taken(NamedTuple):
    """An epoch's time (s) and the memory that it adds to the process (MiB); batch is what it was measured at."""

    seconds: float
    mib: float
    batch: int


def figures() -> list[Figure]:
    found = []
    for preset in get_args(SearchPreset):
        said = _measured(preset, "said", search_preset(preset).batch)
        real = _measured(preset, "real", said.batch)
        remark = f"batch {said.batch}: {real.mib:.0f} MiB, {real.seconds / STEPS[preset]:.2f} s a step"
        memory, time = said.mib / real.mib, said.seconds / real.seconds
        name = f"estimate_{preset}"
        found += [
            Figure(f"{name}_memory", memory, "x of real", remark=remark),
            Figure(f"{name}_memory_off", max(memory, 1 / memory), "x either way", at_most=_WITHIN),
            Figure(f"{name}_time", time, "x of real", remark=remark),
        ]
    return found


def _measured(preset: SearchPreset, what: str, batch: int) -> Taken:
    command = [sys.executable, "-m", __name__, preset, what, str(batch)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return Taken(*json.loads(told.splitlines()[-1]))


def _config(preset: SearchPreset, batch: int) -> SearchConfig:
    """Return the preset's config; without warm-up, so that every step is one of both kinds."""
    given = search_preset(preset).model_dump()
    return SearchConfig(**{**given, "batch": batch, "device": "cpu", "warmup_epochs": 0})


def _halves(config: SearchConfig, steps: int) -> Halves:
    """Return noise for so many steps of whole batches."""
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, (2 * steps * config.batch, config.size, config.size), dtype=np.uint8)
    labels = torch.arange(len(frames)) % len(PLANES)
    numbers = np.arange(len(frames))
    train, validation = (
        Half(Rows(frames, part, torch.device("cpu")), labels[torch.from_numpy(part)]) for part in np.split(numbers, 2)
    )
    counts = torch.bincount(labels).tolist()
    return Halves(PLANES, train, validation, "image", counts, "noise")


def _said(preset: SearchPreset, batch: int, placement: Placement) -> Taken:
    """Return what is told before a search; the batch is halved until it fits."""
    config = _config(preset, batch)
    with tempfile.TemporaryDirectory() as place_of_run, RunFolder(Path(place_of_run) / "run") as run:
        halves = _halves(config, STEPS[preset])
        try:
            told = next(
                event for event in Searching(config, halves, run, placement).events(None) if isinstance(event, Estimate)
            )
        except RunError:
            return _said(preset, batch // 2, placement)
    if told.batch_mib > _SHARE * free_mib(placement.device):
        return _said(preset, batch // 2, placement)
    return Taken(told.epoch_s, told.batch_mib, batch)


def _real(preset: SearchPreset, batch: int, placement: Placement) -> Taken:
    """Return what an epoch takes; the peak is that of the system, which forgets an earlier one when asked."""
    config = _config(preset, batch)
    halves = _halves(config, STEPS[preset])
    searching.estimate = _unsaid  # type: ignore[assignment]
    before = psutil.Process().memory_info().rss
    Path("/proc/self/clear_refs").write_text("5")
    with tempfile.TemporaryDirectory() as place_of_run, RunFolder(Path(place_of_run) / "run") as run:
        done = next(
            event
            for event in Searching(config, halves, run, placement).events(None)
            if isinstance(event, EpochSearched)
        )
    return Taken(done.seconds, (_peak() - before) / 2**20, batch)


def _unsaid(*_: object) -> Generator[Event, None, Estimate]:
    yield from ()
    return Estimate(epoch_s=0, total_s=0, sample_mib=0, batch=0, batch_mib=0, free_mib=0)


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def _main(preset: SearchPreset, what: str, batch: int) -> None:
    measure = {"said": _said, "real": _real}[what]
    print(json.dumps(measure(preset, batch, place("cpu", "fp32", "no"))))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]))  # type: ignore[arg-type]
