"""Processes of one run agree to the last bit, share out a batch, and notice when one of them is gone."""

import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from nas.learning.device import place
from nas.learning.ranks import ALONE, OtherRankError, Ranks
from tests.nas.started import two_started


def told_by_srun(number: int, port: int) -> dict[str, str]:
    """Return the variables by which `srun -n 2` tells task 0 or 1 of two, on one computer, which it is."""
    shared = {"MASTER_PORT": str(port), "SLURM_JOB_ID": "7", "SLURM_JOB_NAME": "x", "SLURM_NNODES": "1"}
    shared |= {"SLURM_STEP_NUM_TASKS": "2", "SLURM_NTASKS": "2", "SLURM_STEP_NODELIST": "localhost"}
    return {**shared, "SLURM_NODEID": "0", "SLURM_PROCID": str(number), "SLURM_LOCALID": str(number)}


def told_by_a_part_of_a_job(number: int, port: int) -> dict[str, str]:
    """Return the same in a job of two computers with four tasks each, of which this step takes two of one."""
    job = {"SLURM_NTASKS": "8", "SLURM_NTASKS_PER_NODE": "4", "SLURM_NNODES": "2", "SLURM_NODELIST": "away[1-2]"}
    return {**told_by_srun(number, port), **job, "SLURM_STEP_NUM_NODES": "1"}


def one_of_two(words: list[str]) -> int:
    """Print what this process shares with the other; then the first ends without a word, and the second tells of it."""
    ranks = place("cpu", "fp32", threads=1).ranks
    one = torch.arange(6.0).reshape(1, 2, 3, 1).to(memory_format=torch.channels_last) * (ranks.number + 1) / 3
    two = torch.full((2,), float(ranks.number), dtype=torch.float64)
    reduced = ranks.reduced([one, two])
    told = {
        "part": ranks.part(torch.arange(5)).tolist(),
        "reduced": [reduced[0].flatten().tolist(), reduced[1].tolist()],
        "kept": [str(reduced[0].stride() == one.stride()), str(reduced[1].dtype)],
        "equal": [ranks.all_equal(*reduced), ranks.all_equal(one), ranks.all_equal(reduced[0], two)],
        "any": [ranks.any(False), ranks.any(ranks.number == 1)],
        "decided": [ranks.decided(ranks.number == 1), ranks.decided(ranks.number == 0)],
        "gathered": ranks.gathered(torch.arange(5)[ranks.number :: 2]).tolist(),
        "led": _drawn(ranks, range(3) if ranks.leads else ()),
        "broken": _drawn(ranks, _breaking() if ranks.leads else ()),
    }
    print(json.dumps(told), flush=True)
    if ranks.leads:
        os._exit(0)
    try:
        ranks.any(False)
    except OtherRankError as error:
        print(error.message)
    return 0


def _breaking() -> Iterator[int]:
    yield 7
    raise ValueError


def _drawn(ranks: Ranks, numbers: Iterable[int]) -> list[Any]:
    found: list[Any] = []
    try:
        found.extend(ranks.led(numbers))
    except (ValueError, OtherRankError) as error:
        found.append(type(error).__name__)
    return found


@pytest.mark.parametrize("told_by", [told_by_srun, told_by_a_part_of_a_job])
def test_that_processes_started_by_slurm_agree_and_notice_a_loss(told_by: Callable[[int, int], dict[str, str]]) -> None:
    started = two_started([], told_by=told_by, program=one_of_two)
    (_, first, first_errors), (_, second, second_errors) = (process.ended() for process in started)
    assert first, first_errors
    assert second, second_errors
    left, (right, loss) = json.loads(first), second.splitlines()
    right = json.loads(right)
    assert (left.pop("part"), right.pop("part")) == ([0, 1, 2], [3, 4])
    assert (left.pop("broken"), right.pop("broken")) == ([7, "ValueError"], [7, "OtherRankError"])
    assert left == right
    # Row by row, (n + 1) k / 3 averaged over n = 0, 1 is k / 2.
    assert torch.allclose(torch.tensor(left["reduced"][0]), torch.arange(6.0) / 2)
    assert left["reduced"][1] == [0.5, 0.5]
    assert left["kept"] == ["True", "torch.float64"]
    assert left["equal"] == [True, False, False]
    assert left["any"] == [False, True]
    assert left["decided"] == [False, True]
    assert left["gathered"] == [0, 2, 4, 1, 3]
    assert left["led"] == [0, 1, 2]
    assert "ended before its time" in loss


def test_that_a_process_alone_shares_with_nobody() -> None:
    tensors = [torch.ones(2), torch.zeros(3)]
    assert ALONE.leads
    assert all(left is right for left, right in zip(ALONE.reduced(tensors), tensors, strict=True))
    assert ALONE.part(torch.arange(5)).tolist() == [0, 1, 2, 3, 4]
    assert ALONE.all_equal(*tensors)
    assert [ALONE.any(True), ALONE.decided(False)] == [True, False]
    assert list(ALONE.led(range(2))) == [0, 1]


@pytest.mark.parametrize(
    "told", [{}, {"SLURM_JOB_ID": "7", "SLURM_NTASKS": "8"}, {"SLURM_JOB_ID": "7", "SLURM_NTASKS_PER_NODE": "4"}]
)
def test_that_a_process_alone_on_a_cluster_is_one_process_and_hears_no_hints(
    told: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    srun = tmp_path / "srun"
    srun.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert place("cpu", "fp32", threads=torch.get_num_threads()).ranks == ALONE
