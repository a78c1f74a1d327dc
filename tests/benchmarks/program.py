"""The real program under Xvfb, started as a user starts it, watched from outside."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.figure import SkippedError
from tests.benchmarks.inputs import ROOT


@contextmanager
def display(width: int = 1366, height: int = 768) -> Iterator[dict[str, str]]:
    """An X display of our own; yields the environment with it."""
    if shutil.which("Xvfb") is None:
        raise SkippedError("Xvfb is not installed")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield {**os.environ, "DISPLAY": f":{number.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait(10)


def run_program(arguments: list[str], quit_after: int, settle_s: float | None = None) -> tuple[dict[str, Any], float]:
    """Run the program for ``quit_after`` seconds; return its figures and how much its memory grew after ``settle_s``.

    Growth is the largest memory of the last fifth of the run less that of the seconds after settling, MiB.
    """
    with display() as environment, tempfile.TemporaryDirectory() as folder:
        stats = Path(folder) / "stats.json"
        words = [*arguments, "--quit-after", str(quit_after), "--stats", str(stats)]
        program = subprocess.Popen(
            [sys.executable, "-m", "uiac_desktop", *words], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        memory = _watched(program, quit_after)
        _, said = program.communicate(timeout=quit_after + 60)
        if program.returncode != 0:
            raise RuntimeError(f"the program ended with {program.returncode}: {said[-2000:]}")
        return json.loads(stats.read_text(encoding="utf-8")), _growth(memory, settle_s, quit_after)


def _watched(program: "subprocess.Popen[str]", seconds: int) -> list[tuple[float, float]]:
    begun, process, memory = time.monotonic(), psutil.Process(program.pid), []
    while (age := time.monotonic() - begun) < seconds - 1 and program.poll() is None:
        memory.append((age, process.memory_info().rss / 2**20))
        time.sleep(0.5)
    return memory


def _growth(memory: list[tuple[float, float]], settle_s: float | None, seconds: int) -> float:
    if settle_s is None:
        return 0.0
    settled = [mb for age, mb in memory if settle_s <= age < settle_s + 2]
    late = [mb for age, mb in memory if age >= 0.8 * seconds]
    return max(late) - max(settled) if settled and late else float("nan")
