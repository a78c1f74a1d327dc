"""Which of the processes of a run this is, as torchrun or Slurm say in the environment; known without loading torch."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from nas.errors import NasError


@dataclass(frozen=True, slots=True)
class Processes:
    """One process among those of a run.

    Attributes
    ----------
    number
        Of this process, 0 to count - 1; process 0 writes, prints and holds the run's folder.
    count
        Of all processes, on all computers.
    nodes
        Computers.
    launcher
        Who started them; empty for a process that stands alone.
    """

    number: int = 0
    count: int = 1
    nodes: int = 1
    launcher: Literal["", "torchrun", "slurm"] = ""

    @property
    def leads(self) -> bool:
        """Whether this process writes and prints."""
        return self.number == 0


def processes(environment: Mapping[str, str] | None = None) -> Processes:
    """Return the place of this process, from torchrun's variables or, under `srun`, from Slurm's.

    A batch script's own process stands alone, though Slurm has told it of the tasks to come: only `srun` starts them.

    Raises
    ------
    NasError
        The variables contradict each other.
    """
    told = os.environ if environment is None else environment
    try:
        if "TORCHELASTIC_RUN_ID" in told:
            count, nearby = int(told["WORLD_SIZE"]), int(told["LOCAL_WORLD_SIZE"])
            return _checked(int(told["RANK"]), count, 0 if count % nearby else count // nearby, "torchrun")
        if int(told.get("SLURM_STEP_NUM_TASKS", "1")) > 1:
            nodes = int(told.get("SLURM_STEP_NUM_NODES") or told.get("SLURM_NNODES", "1"))
            return _checked(int(told["SLURM_PROCID"]), int(told["SLURM_STEP_NUM_TASKS"]), nodes, "slurm")
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise _contradiction() from error
    return Processes()


def _checked(number: int, count: int, nodes: int, launcher: Literal["torchrun", "slurm"]) -> Processes:
    if not 0 <= number < count or not nodes or count % nodes:
        raise _contradiction()
    return Processes(number, count, nodes, launcher) if count > 1 else Processes()


def _contradiction() -> NasError:
    return NasError(
        "The environment does not say clearly which of how many processes this is.",
        "Start with torchrun or srun, the same number of processes on every computer.",
    )
