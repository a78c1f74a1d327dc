"""What the wizard starts steps back behind a live scan, and sees the card that it was given."""

import os
import sys

import psutil
import pytest

from nas.wizard.jobs import Jobs
from nas.wizard.runs.child import environment, threads_for_runs
from nas.wizard.runs.priority import set_back
from tests.patience import PATIENCE_MS

SLEEP = ("timeit", "-n", "1", "-r", "1", "__import__('time').sleep(60)")


def test_that_a_short_job_has_the_lowest_priority(qtbot, tmp_path) -> None:
    jobs = Jobs()
    before = {child.pid for child in psutil.Process().children()}
    jobs.start("export", tmp_path, SLEEP)
    found: list[psutil.Process] = []

    def is_set_back() -> bool:
        found[:] = [child for child in psutil.Process().children() if child.pid not in before]
        return bool(found) and found[0].nice() > psutil.Process().nice()

    qtbot.waitUntil(is_set_back, timeout=PATIENCE_MS)
    if sys.platform == "linux":
        assert os.sched_getscheduler(found[0].pid) == os.SCHED_BATCH
    jobs.shut()


def test_that_a_process_that_ended_is_passed_over() -> None:
    set_back(2**22 + 1)


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
