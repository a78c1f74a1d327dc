"""A process knows its place among the others from torchrun's or Slurm's environment, and stands alone otherwise."""

import pytest

from nas.errors import NasError
from nas.processes import Processes, processes

TORCHRUN = {"TORCHELASTIC_RUN_ID": "1", "RANK": "3", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2"}
SRUN = {"SLURM_STEP_NUM_TASKS": "8", "SLURM_STEP_NUM_NODES": "2", "SLURM_PROCID": "0", "SLURM_NTASKS": "8"}


def test_that_torchrun_and_srun_tell_number_count_and_nodes() -> None:
    assert processes(TORCHRUN) == Processes(3, 4, 2, "torchrun")
    assert processes(SRUN) == Processes(0, 8, 2, "slurm")
    assert processes({**SRUN, **TORCHRUN}).launcher == "torchrun"
    assert [Processes(number, 2).leads for number in (0, 1)] == [True, False]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"SLURM_NTASKS": "8", "SLURM_PROCID": "0", "SLURM_JOB_ID": "5"},
        {"TORCHELASTIC_RUN_ID": "1", "RANK": "0", "WORLD_SIZE": "1", "LOCAL_WORLD_SIZE": "1"},
        {"RANK": "1", "WORLD_SIZE": "2"},
    ],
    ids=["plain", "batch script without srun", "torchrun of one", "left-over variables"],
)
def test_that_a_process_that_nobody_multiplied_stands_alone(told: dict[str, str]) -> None:
    assert processes(told) == Processes()


@pytest.mark.parametrize(
    "changes", [{"RANK": "4"}, {"LOCAL_WORLD_SIZE": "3"}, {"RANK": "first"}, {"LOCAL_WORLD_SIZE": "0"}]
)
def test_that_a_contradiction_is_an_error_with_advice(changes: dict[str, str]) -> None:
    with pytest.raises(NasError, match="how many processes") as caught:
        processes({**TORCHRUN, **changes})
    assert "torchrun" in caught.value.advice
