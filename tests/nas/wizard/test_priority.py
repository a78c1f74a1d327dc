"""What the wizard starts steps back behind a live scan, and sees the card that it was given."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from nas.wizard.jobs import Jobs
from nas.wizard.runs.child import Child, environment, threads_for_runs
from nas.wizard.runs.priority import LONG, SHORT, set_back
from tests.patience import PATIENCE_MS, wait_until

SLEEP = ("timeit", "-n", "1", "-r", "1", "__import__('time').sleep(60)")


def test_that_a_short_job_is_set_back(qtbot, tmp_path) -> None:
    jobs = Jobs()
    before = {child.pid for child in psutil.Process().children()}
    jobs.start("export", tmp_path, SLEEP)
    found: list[psutil.Process] = []

    def is_set_back() -> bool:
        found[:] = [child for child in psutil.Process().children() if child.pid not in before]
        if not found or found[0].nice() != max(SHORT, psutil.Process().nice()):
            return False
        return sys.platform != "linux" or os.sched_getscheduler(found[0].pid) == os.SCHED_BATCH

    qtbot.waitUntil(is_set_back, timeout=PATIENCE_MS)
    jobs.shut()


def test_that_a_process_that_ended_is_passed_over() -> None:
    set_back(2**22 + 1, LONG)


def _computed_s(process: psutil.Popen) -> float:
    """How long a process has had a processor (s); psutil counts whole ticks, which hide a small share."""
    return int(Path(f"/proc/{process.pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


@pytest.mark.skipif(sys.platform != "linux", reason="priorities are weighed otherwise elsewhere")
def test_that_a_short_job_ends_on_a_processor_that_others_want_and_a_run_leaves_it_to_them() -> None:
    core = {min(os.sched_getaffinity(0))}
    busy = [psutil.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        for process, by in zip(busy, (0, SHORT, LONG), strict=True):
            os.sched_setaffinity(process.pid, core)
            if by:
                set_back(process.pid, by)
        before = [_computed_s(process) for process in busy]
        wait_until(lambda: _computed_s(busy[0]) > before[0] + 0.5)
        other, short, long = (_computed_s(process) - earlier for process, earlier in zip(busy, before, strict=True))
        share = 1.25 ** (os.nice(0) - SHORT)  # as Linux weighs priorities
        assert share / 2 < short / other < 2 * share
        assert long < short / 3
    finally:
        for process in busy:
            process.kill()
            process.wait()


@pytest.mark.skipif(not Path("/proc/self/autogroup").is_file(), reason="this system does not weigh sessions")
def test_that_a_run_is_set_back_among_sessions_too(tmp_path: Path) -> None:
    child = Child(("describe", "uiac"), tmp_path)
    told = Path(f"/proc/{child.process[0]}/autogroup").read_text(encoding="ascii")
    assert told.split() == [told.split()[0], "nice", str(SHORT)]
    psutil.Process(child.process[0]).kill()
    wait_until(lambda: not child.alive)


def test_that_a_core_is_left_to_the_scan_and_a_card_is_chosen_among_those_that_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert environment()["OMP_NUM_THREADS"] == str(threads_for_runs())
    assert "CUDA_VISIBLE_DEVICES" not in environment()
    assert environment(1)["CUDA_VISIBLE_DEVICES"] == "1"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,6")
    assert environment(1)["CUDA_VISIBLE_DEVICES"] == "6"
