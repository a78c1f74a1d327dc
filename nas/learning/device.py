"""Where and in which arithmetic a run computes, chosen by what was measured to be fastest, and said."""

import ctypes
import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.precision.precision import _PRECISION_INPUT_STR
from torch import nn

from nas.errors import NasError, RunError

_FABRIC_PRECISION: Final[dict[str, _PRECISION_INPUT_STR]] = {"fp32": "32-true", "bf16": "bf16-mixed"}
Network = TypeVar("Network", bound=nn.Module)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_NEVER: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Placement:
    """A device with its arithmetic.

    `name` is the device as people call it; `precision` is fp32 or bf16.
    """

    fabric: Fabric
    name: str
    precision: Literal["fp32", "bf16"]
    compiled: bool
    threads: int

    @property
    def device(self) -> torch.device:
        """Where tensors go."""
        return self.fabric.device


def place(
    device: Literal["auto", "cpu", "cuda"] = "auto",
    precision: Literal["auto", "fp32", "bf16"] = "auto",
    compiled: Literal["auto", "yes", "no"] = "auto",
    threads: int = 0,
) -> Placement:
    """Return where a run computes.

    One device is used, also where there are several. `auto` takes bf16 where the device computes it by itself: on a CPU
    that has it, a training step takes two thirds of the time of float32. On the CPU, memory that a step gives back is
    kept for the next step (glibc), because mapping it anew each time costs as much as the arithmetic of small networks.

    Raises
    ------
    NasError
        CUDA was asked for and is not there.
    """
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    cuda = torch.cuda.is_available()
    if device == "cuda" and not cuda:
        raise NasError(
            "CUDA was asked for, and there is no usable GPU.", "Use --device cpu, or check the GPU's driver."
        )
    on_cuda = cuda and device != "cpu"
    count = threads or _cores()
    if on_cuda:
        chosen = precision if precision != "auto" else "bf16" if torch.cuda.is_bf16_supported() else "fp32"
        fabric = Fabric(accelerator="cuda", devices=1, precision=_FABRIC_PRECISION[chosen])
        return Placement(fabric, torch.cuda.get_device_name(fabric.device), chosen, compiled == "yes", count)
    torch.set_num_threads(count)
    _keep_memory()
    able = torch.cpu.get_capabilities()
    chosen = precision if precision != "auto" else "bf16" if able.get("avx512_bf16") or able.get("amx_bf16") else "fp32"
    fabric = Fabric(accelerator="cpu", devices=1, precision=_FABRIC_PRECISION[chosen])
    name = str(able.get("cpu_name") or platform.processor() or platform.machine() or "CPU")
    return Placement(fabric, name, chosen, compiled == "yes", count)


def placed(network: Network, placement: Placement) -> Network:
    """Return a network moved to a placement's device, channels last in memory, which halves the time of a step."""
    network.to(placement.device)
    network.to(memory_format=torch.channels_last)
    return network


@contextmanager
def memory_errors(batch: int) -> Iterator[None]:
    """Turn a full memory, of the GPU or the computer, into one clear line with a batch to try."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        of_gpu = isinstance(error, torch.OutOfMemoryError)
        if not of_gpu and not isinstance(error, MemoryError) and "allocate memory" not in str(error):
            raise
        where = "graphics card's" if of_gpu else "computer's"
        raise RunError(
            f"The {where} memory is full at batch {batch}.",
            f"Start a new run with --batch {max(batch // 2, 2)}, or with fewer --channels.",
        ) from error


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _keep_memory() -> None:
    """Tell glibc to keep freed memory instead of giving it back to the system; other systems do without."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_M_MMAP_THRESHOLD, _NEVER)
    mallopt(_M_TRIM_THRESHOLD, _NEVER)
