"""Kills a run at random moments, resumes it each time, and compares it with one that nobody touched.

Run as `python -m tests.nas.training.kills train|search KILLS [SEED]`; the suite takes a few kills of it.
"""

import json
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from safetensors.torch import load_file

from nas.events import Progress, RunStarted
from tests.nas.started import Before, Started
from tests.nas.training.conftest import lasting_events, picture

_TINY: Final = (
    *("--channels", "2", "--size", "16", "--batch", "8", "--cutout", "2", "--threads", "1"),
    *("--precision", "fp32", "--device", "cpu", "--checkpoint-steps", "1", "--shift", "1"),
)
COMMANDS: Final = {
    "train": (*_TINY, "--blocks", "3", "--reduce-at", "1", "2", "--lr", "0.02", "--ema", "0.9"),
    "search": (*_TINY, "--blocks", "2", "--beta-decay", "1", "--warmup-epochs", "1", "--stop-stable", "1000"),
}
_MEASURED: Final = {"seconds", "log"}


def write_pictures(root: Path, frames: int = 32) -> Path:
    """Write a set of two planes and eight subjects; return its folder."""
    rng = np.random.default_rng(0)
    rows = ["file,label,subject"]
    for plane in ("FCH", "TV"):
        for number in range(frames):
            file = root / plane / f"{number:03d}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture(plane, rng)).save(file)
            rows.append(f"{plane}/{number:03d}.png,{plane},s{number % 8}")
    (root / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return root


@dataclass(frozen=True, slots=True)
class Command:
    """A tiny run of a kind on a set; `before` is called in its process first, `more` are further words."""

    kind: str
    root: Path
    epochs: int
    before: Before | None = None
    more: tuple[str, ...] = ()

    def started(self, out: Path) -> Started:
        """Start it in a folder, or go on with what is there."""
        resume = ["--resume"] if (out / "config.json").is_file() else []
        words = [self.kind, str(self.root), "--out", str(out), *COMMANDS[self.kind], *self.more]
        return Started([*words, "--epochs", str(self.epochs), "--events", *resume], self.before)


def run_whole(command: Command, out: Path) -> float:
    """Run to the end, from where it stands; return how long it worked (s)."""
    run = command.started(out)
    _wait_until_it_works(run)
    begun = time.monotonic()
    code, _, errors = run.ended()
    if code:
        raise AssertionError(f"the run did not end well: {errors}")
    return time.monotonic() - begun


def run_killed(command: Command, out: Path, kills: int, seed: int, lasts: float) -> int:
    """Run with kills at random moments, which may come before anything is saved; return how often it was killed.

    `lasts` is how long the run works when nobody kills it (s): the moments lie so that it is killed in all of its
    course, on a quick machine and on a slow one, and does not end before the last of them.
    """
    chance, span = random.Random(seed), lasts / (kills + 1)
    done = 0
    while done < kills:
        if not (out / "config.json").is_file():
            shutil.rmtree(out, ignore_errors=True)
        run = command.started(out)
        _wait_until_it_works(run)
        if not run.ended_within(chance.uniform(0, span)):
            run.send(signal.SIGKILL)
            done += 1
        code, _, errors = run.ended()
        if code == 0:
            break
        if code != -signal.SIGKILL:
            raise AssertionError(f"exit code {code}: {errors}")
    return done


def _wait_until_it_works(run: Started) -> None:
    """Return at the first sign of life: before it has read anything, a run has little that a kill could harm."""
    for event in run.events():
        if isinstance(event, RunStarted | Progress):
            return


def differences(left: Path, right: Path) -> list[str]:
    """Return where two runs differ: log, last state, results."""
    found = [] if lasting_events(left) == lasting_events(right) else ["events.jsonl"]
    states = [_state(run) for run in (left, right)]
    found += [] if states[0].keys() == states[1].keys() else ["names of the state"]
    found += [name for name, value in states[0].items() if not _same(value, states[1].get(name))]
    files = [path.relative_to(left) for path in left.rglob("*.json")]
    told = [name for name in files if name.parts[0] not in ("checkpoints", "store", "config.json")]
    return found + [str(name) for name in told if _result(left / name) != _result(right / name)]


def compare_killed(words: list[str]) -> int:
    """Do what the command line asks; return 1 where the runs differ."""
    kind, kills = words[0], int(words[1])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        root = write_pictures(folder / "set")
        command = Command(kind, root, max(kills // 2, 4))
        lasts = run_whole(command, folder / "whole")
        done = run_killed(command, folder / "killed", kills, int(words[2]) if len(words) > 2 else 0, lasts)
        run_whole(command, folder / "killed")
        found = differences(folder / "whole", folder / "killed")
    print(f"{kind}: {done} kills, " + (f"differs in {', '.join(found)}" if found else "equal to the untouched run"))
    return 1 if found or done < kills else 0


def _state(run: Path) -> dict[str, Any]:
    """Return the last checkpoint: its tensors, and its numbers without what is measured."""
    newest = max((run / "checkpoints").glob("0*.safetensors"))
    numbers = json.loads(newest.with_suffix(".json").read_text(encoding="utf-8"))["state"]
    kept = {name: value for name, value in numbers.items() if name not in _MEASURED}
    return {"name": newest.name, **kept, **load_file(newest)}


def _result(file: Path) -> Any:
    if not file.is_file():
        return None
    value = json.loads(file.read_text(encoding="utf-8"))
    return {name: part for name, part in value.items() if name not in _MEASURED} if isinstance(value, dict) else value


def _same(left: Any, right: Any) -> bool:
    same = left == right
    return bool(same.all()) if hasattr(same, "all") else bool(same)


if __name__ == "__main__":
    sys.exit(compare_killed(sys.argv[1:]))
