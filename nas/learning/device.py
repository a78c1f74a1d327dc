"""Where and in which arithmetic a run computes, chosen by what was measured to be fastest, and said."""

import ctypes
import logging
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import torch
from lightning_fabric import Fabric
from torch import nn

from nas.cores import cores
from nas.errors import NasError, RunError
from nas.events import Notice
from nas.learning.fabric import joined_fabric
from nas.learning.ranks import ALONE, Ranks, current_ranks
from nas.processes import Processes, processes

Network = TypeVar("Network", bound=nn.Module)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_NEVER: Final = 2**31 - 1
_Precision = Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True, slots=True)
class Placement:
    """A device with its arithmetic.

    `name` is the device as people call it; `precision` is fp32 or bf16; `ranks` are the processes that share the run;
    `notices` are what a person should know about the choice.
    """

    fabric: Fabric
    name: str
    precision: Literal["fp32", "bf16"]
    compiled: bool
    threads: int
    ranks: Ranks = ALONE
    notices: tuple[Notice, ...] = ()

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

    One process uses one device, also where there are several; torchrun or srun start one process a device, which this
    call joins. `auto` takes bf16 where the device computes it by itself: on a CPU that has it, a step takes two thirds
    of the time of float32. On the CPU, memory that a step gives back is kept for the next step (glibc), because mapping
    it anew each time costs as much as the arithmetic of small networks.

    Parameters
    ----------
    device, precision
        What is asked for.
    compiled
        Whether the network is to be compiled; `auto` does not.
    threads
        CPU threads of this process; 0 for its share of all cores.

    Raises
    ------
    NasError
        CUDA was asked for and is not there, or the processes of the run cannot be joined.
    """
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    cuda = torch.cuda.is_available()
    if device == "cuda" and not cuda:
        raise NasError(
            "CUDA was asked for, and there is no usable GPU.", "Use --device cpu, or check the GPU's driver."
        )
    among = processes()
    count = threads or max(cores() * among.nodes // among.count, 1)
    if cuda and device != "cpu":
        return _on_card(precision, compiled == "yes", count, among)
    return _on_processor(precision, compiled == "yes", count, among)


def _on_card(asked: _Precision, compiled: bool, threads: int, among: Processes) -> Placement:
    able = torch.cuda.is_bf16_supported(including_emulation=False)
    chosen, notices = _arithmetic(asked, able, "graphics card")
    fabric = joined_fabric("cuda", chosen, among)
    name = torch.cuda.get_device_name(fabric.device)
    if (cards := torch.cuda.device_count()) > 1 and among.count == 1:
        notices = (*notices, _idle_cards(cards, name))
    return Placement(fabric, _several(name, among), chosen, compiled, threads, current_ranks(), notices)


def _on_processor(asked: _Precision, compiled: bool, threads: int, among: Processes) -> Placement:
    torch.set_num_threads(threads)
    _keep_memory()
    able = torch.cpu.get_capabilities()
    chosen, notices = _arithmetic(asked, bool(able.get("avx512_bf16") or able.get("amx_bf16")), "CPU")
    fabric = joined_fabric("cpu", chosen, among)
    name = str(able.get("cpu_name") or platform.processor() or platform.machine() or "CPU")
    return Placement(fabric, _several(name, among), chosen, compiled, threads, current_ranks(), notices)


def _arithmetic(asked: _Precision, has_bf16: bool, device: str) -> tuple[Literal["fp32", "bf16"], tuple[Notice, ...]]:
    """Return the precision to compute in, and a warning where the device only emulates it, which is slow."""
    if asked == "auto":
        return ("bf16" if has_bf16 else "fp32"), ()
    if asked == "fp32" or has_bf16:
        return asked, ()
    said = f"bf16 was asked for, and this {device} is not known to compute it by itself: it may be slower than fp32."
    return asked, (Notice(level="warning", message=said, advice="Leave out --precision, and the fastest is chosen."),)


def _idle_cards(cards: int, name: str) -> Notice:
    return Notice(
        level="note",
        message=f"This computer has {cards} graphics cards; the run computes on one of them, {name}.",
        advice=f"torchrun --nproc-per-node {cards} -m nas starts a search or a training on all of them.",
    )


def _several(name: str, among: Processes) -> str:
    return name if among.count == 1 else f"{among.count} x {name}"


def placed(network: Network, placement: Placement) -> Network:
    """Return a network moved to a placement's device, channels last in memory, which halves the time of a step."""
    network.to(placement.device)
    network.to(memory_format=torch.channels_last)
    return network


@contextmanager
def memory_errors(batch: int, advice: Callable[[], str] | None = None) -> Iterator[None]:
    """Turn a full memory, of the GPU or the computer, into one clear line with a batch to try, or with other advice.

    Raises
    ------
    RunError
        The memory was full.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        of_gpu = isinstance(error, torch.OutOfMemoryError)
        if not of_gpu and not isinstance(error, MemoryError) and "allocate memory" not in str(error):
            raise
        where = "graphics card's" if of_gpu else "computer's"
        raise RunError(
            f"The {where} memory is full at batch {batch}.",
            advice() if advice else f"Start a new run with --batch {max(batch // 2, 2)}, or with fewer --channels.",
        ) from error


def _keep_memory() -> None:
    """Tell glibc to keep freed memory instead of giving it back to the system; other systems do without."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_M_MMAP_THRESHOLD, _NEVER)
    mallopt(_M_TRIM_THRESHOLD, _NEVER)
