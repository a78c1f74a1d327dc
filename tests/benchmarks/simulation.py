"""How fast the simulated scan is drawn on one core, and how long a data set takes."""

import os
import subprocess
import sys
import tempfile
import time

from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import ROOT

FRAMES = 150

_ONE_CORE = f"""
import cv2, time
cv2.setNumThreads(1)
from uiac_desktop.phantom.scan import SimulatedScan
for size in (256, 720):
    scan = SimulatedScan(3, size=size)
    for index in range(10):
        scan.render(index)
    begun = time.perf_counter()
    for index in range(10, 10 + {FRAMES}):
        scan.render(index)
    print({FRAMES} / (time.perf_counter() - begun))
"""


def figures() -> list[Figure]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", _ONE_CORE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    small, large = map(float, run.stdout.split())
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "uiac_desktop", "simulate", f"{folder}/data", "--per-class", "200"]
        begun = time.monotonic()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        seconds = time.monotonic() - begun
    return [
        Figure("phantom_256_fps_one_core", small, "frames/s", at_least=60),
        Figure("phantom_960x720_fps_one_core", large, "frames/s"),
        Figure("simulate_200_per_class_s", seconds, "s", at_most=180),
    ]
