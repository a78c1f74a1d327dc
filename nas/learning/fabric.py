"""Fabric on one device: alone, or joined with the other processes of a run that torchrun or srun started."""

import os
from typing import Any, Final, Literal

from lightning_fabric import Fabric
from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.plugins.environments.slurm import SLURMEnvironment
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment
from lightning_fabric.plugins.precision.precision import _PRECISION_INPUT_STR
from lightning_fabric.strategies.ddp import DDPStrategy
from torch import nn

from nas.errors import NasError
from nas.processes import Processes

_FABRIC_PRECISION: Final[dict[str, _PRECISION_INPUT_STR]] = {"fp32": "32-true", "bf16": "bf16-mixed"}


def joined_fabric(accelerator: Literal["cpu", "cuda"], precision: str, among: Processes) -> Fabric:
    """Return Fabric on one device, joined with the other processes where there are any.

    A process alone is told so, since Fabric would take the tasks that a Slurm allocation may hold for its own.

    Raises
    ------
    NasError
        The processes cannot be joined.
    """
    arithmetic = _FABRIC_PRECISION[precision]
    if among.count == 1:
        return Fabric(accelerator=accelerator, devices=1, precision=arithmetic, plugins=LightningEnvironment())
    try:
        fabric = Fabric(
            accelerator=accelerator,
            devices=among.count // among.nodes,
            num_nodes=among.nodes,
            strategy=_ByHand(),
            precision=arithmetic,
            plugins=_environment(among),
        )
        fabric.launch()
    except (RuntimeError, ValueError) as error:
        raise NasError(
            f"The {among.count} processes of the run cannot be joined: {str(error).splitlines()[0]}",
            "Start one process a device; check that the computers reach each other.",
        ) from error
    return fabric


def _environment(among: Processes) -> ClusterEnvironment:
    return TorchElasticEnvironment() if among.launcher == "torchrun" else _Step(auto_requeue=False)


class _Step(SLURMEnvironment):
    """One step of a Slurm job, as `srun` starts it; Fabric's own speaks of the whole job, of which it may be a part."""

    @staticmethod
    def _validate_srun_variables() -> None:
        """Take any way of asking for tasks: `nas.processes` has checked what came of it."""

    def validate_settings(self, num_devices: int, num_nodes: int) -> None:
        """Take the step's own numbers, which those of the job need not equal."""

    @property
    def main_address(self) -> str:
        """The first computer of the step."""
        if "MASTER_ADDR" not in os.environ and (nodes := os.environ.get("SLURM_STEP_NODELIST")):
            os.environ["MASTER_ADDR"] = self.resolve_root_node_address(nodes)
        return super().main_address

    def world_size(self) -> int:
        """Tasks of the step."""
        return int(os.environ["SLURM_STEP_NUM_TASKS"])


class _ByHand(DDPStrategy):
    """Fabric's many processes without DDP around the network: gradients are reduced by `nas.learning.ranks`."""

    def setup_module(self, module: nn.Module) -> Any:
        """Leave the network as it is."""
        return module
