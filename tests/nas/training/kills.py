"""Kills a run at random moments, resumes it each time, and compares it with one that nobody touched.

Run as `python -m tests.nas.training.kills train|search KILLS [SEED]`; the suite takes a few kills of it.
"""

import contextlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from safetensors.torch import load_file

from nas.cli import main
from nas.events import Progress, RunStarted, from_line
from tests.nas.training.conftest import lasting_events, picture

_TINY: Final = (
    *("--channels", "2", "--size", "16", "--batch", "16", "--cutout", "2", "--threads", "1"),
    *("--precision", "fp32", "--device", "cpu", "--checkpoint-steps", "1"),
)
COMMANDS: Final = {
    "train": (*_TINY, "--blocks", "3", "--reduce-at", "1", "2", "--lr", "0.02", "--ema", "0.9", "--shift", "1"),
    "search": (*_TINY, "--blocks", "3"),
}


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


def run_whole(kind: str, root: Path, out: Path, epochs: int) -> None:
    """Run to the end, from where it stands."""
    resume = ["--resume"] if (out / "config.json").is_file() else []
    if main([*_words(kind, root, out, epochs), *resume]):
        raise AssertionError("the run did not end well")


def run_killed(kind: str, root: Path, out: Path, epochs: int, kills: int, seed: int, span_s: float = 1.0) -> int:
    """Run with kills at random moments, which may come before anything is saved; return how often it was killed."""
    chance = random.Random(seed)
    done = 0
    while done < kills:
        words = [sys.executable, "-m", "nas", *_words(kind, root, out, epochs)]
        if (out / "config.json").is_file():
            words = [*words, "--resume"]
        else:
            shutil.rmtree(out, ignore_errors=True)
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:  # loading takes most of the time; the run itself is what is to be hit
                if isinstance(from_line(line), RunStarted | Progress):
                    break
            try:
                process.wait(chance.uniform(0, span_s))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                done += 1
            process.communicate()
        if process.returncode not in (0, -signal.SIGKILL):
            raise AssertionError(f"exit code {process.returncode}")
        if process.returncode == 0:
            break
    return done


def differences(left: Path, right: Path) -> list[str]:
    """Return where two runs differ: log, last state, results."""
    found = [] if lasting_events(left) == lasting_events(right) else ["events.jsonl"]
    states: list[dict[str, Any]] = []
    for run in (left, right):
        newest = max((run / "checkpoints").glob("0*.safetensors"))
        states.append({"name": newest.name, **load_file(newest)})
    found += [] if states[0].keys() == states[1].keys() else ["names of tensors"]
    found += [name for name, value in states[0].items() if not _same(value, states[1].get(name))]
    for name in ("metrics.json", "genotype.json"):
        texts = [(run / name).read_bytes() if (run / name).is_file() else b"" for run in (left, right)]
        found += [] if texts[0] == texts[1] else [name]
    return found


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) if isinstance(left, str) else right is not None and bool((left == right).all())


def _words(kind: str, root: Path, out: Path, epochs: int) -> list[str]:
    return [kind, str(root), "--out", str(out), *COMMANDS[kind], "--epochs", str(epochs), "--events"]


def compare_killed(words: list[str]) -> int:
    """Do what the command line asks; return 1 where the runs differ."""
    kind, kills = words[0], int(words[1])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        root = write_pictures(folder / "set")
        epochs = max(kills // 2, 4)
        with contextlib.redirect_stdout(None):
            run_whole(kind, root, folder / "whole", epochs)
            done = run_killed(kind, root, folder / "killed", epochs, kills, int(words[2]) if len(words) > 2 else 0)
            run_whole(kind, root, folder / "killed", epochs)
        found = differences(folder / "whole", folder / "killed")
    print(f"{kind}: {done} kills, " + (f"differs in {', '.join(found)}" if found else "equal to the untouched run"))
    return 1 if found or done < kills else 0


if __name__ == "__main__":
    sys.exit(compare_killed(sys.argv[1:]))
