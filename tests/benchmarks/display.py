"""A capture device of 1080p at 60 pictures a second in a real window: how many are painted, how old, and who blocks."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import ROOT, demo_model
from tests.benchmarks.program import display

SECONDS = 30
_LIMIT_S = 120


def figures() -> list[Figure]:
    demo_model()
    measured = _measured()
    ages, gaps = 1000 * np.asarray(measured["ages_s"]), 1000 * np.asarray(measured["gaps_s"])
    painted = len(ages)
    spent = {name: 1000 * seconds / painted for name, seconds in measured["cpu_s"].items()}
    what = f"{measured['width']}x{measured['height']} raw, {measured['delivered_fps']:.1f} delivered a second"
    processor = ", ".join(f"{name} {spent.get(name, 0.0):.1f}" for name in ("MainThread", "labelling", "reader"))
    return [
        Figure("display_painted_fps", painted / measured["seconds"], "frames/s", at_least=55, remark=what),
        Figure("display_age_median_ms", float(np.median(ages)), "ms", remark="end of read to end of paint"),
        Figure("display_age_p95_ms", float(np.percentile(ages, 95)), "ms", at_most=50),
        Figure("gui_gap_median_ms", float(np.median(gaps)), "ms", remark=f"{len(gaps)} turns of the event loop"),
        Figure("gui_gap_p999_ms", float(np.percentile(gaps, 99.9)), "ms", at_most=50, remark=f"most {gaps.max():.0f}"),
        Figure("first_picture_s", measured["first_picture_s"], "s", at_most=1, remark="after the driver delivers"),
        Figure("display_cpu_ms", sum(spent.values()), "ms", remark=f"of all cores a painted frame; {processor}"),
    ]


def _measured() -> dict[str, Any]:
    """Run the program on an X server of its own, with folders of its own, and return what it measured."""
    with display(1920, 1080) as environment, tempfile.TemporaryDirectory() as folder:
        own = {f"XDG_{name}_HOME": str(Path(folder) / name) for name in ("CONFIG", "DATA", "STATE")}
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.displayed", str(SECONDS)],
            cwd=ROOT, env=environment | own, capture_output=True, text=True, timeout=_LIMIT_S + SECONDS, check=False,
        )  # fmt: skip
    if done.returncode != 0 or not done.stdout:
        raise RuntimeError(f"the program ended with {done.returncode}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
