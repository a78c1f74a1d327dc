"""A step of the search against the same step taken one operation after another: time, loss and memory.

Search network of the paper's depth, 16 channels, 64x64. A step is one of the weights and one of lambda. The plain
network computes all gradients in both, ours only those that a step uses; the losses are the same.
"""

import ctypes
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from nas.architect import Architect, Batch
from nas.config.search import thirds
from nas.learning.device import place
from nas.space.architecture import Architecture
from nas.space.network_config import NetworkConfig
from nas.space.supernet import Memory, Supernet
from tests.benchmarks.figure import Figure, interleaved_ms
from tests.benchmarks.plain_supernet import PlainSupernet

ROUNDS: Final = 3
BATCH: Final = 16
CONFIG: Final = NetworkConfig(blocks=8, channels=16, reduce_at=thirds(8), classes=10, input_channels=3, size=64)


def figures() -> list[Figure]:
    place("cpu", "fp32")
    memory = {name: _memory(name) for name in ("plain", "exact", "lean", "partial")}
    lean = memory["plain"].kept / memory["lean"].kept
    return [
        *speeds(torch.device("cpu"), "search_step"),
        Figure("search_memory_lean_less", lean, "x less kept", at_least=12),
        *(
            Figure(f"search_memory_{name}", told.kept, "MiB kept a sample", remark=f"{told.peak:.0f} at the peak")
            for name, told in memory.items()
        ),
    ]


def speeds(device: torch.device, name: str, batch: int = BATCH) -> list[Figure]:
    """Return what a step of every mode gains over the plain one on a device, and how far the losses lie apart."""
    plain, ours = _plain_step(device, batch), {mode: _step(device, batch, *how) for mode, how in _MODES.items()}
    jobs = {"plain": plain} | {mode: step for mode, (step, _) in ours.items()}
    times = interleaved_ms(jobs, ROUNDS, warm_up=1)
    loss, right = ours["exact"][1](), plain()
    remark = f"plain {times['plain'] / 1000:.2f} s a step of {batch} frames"
    return [
        Figure(f"{name}_exact", times["plain"] / times["exact"], "x", at_least=2.0, remark=remark),
        Figure(f"{name}_loss_difference", abs(loss - right) / right, "relative", at_most=1e-5),
        Figure(f"{name}_lean", times["plain"] / times["lean"], "x", at_least=1.0),
        Figure(f"{name}_partial", times["plain"] / times["partial"], "x", at_least=5.0),
        Figure(f"{name}_second_order", times["second"] / times["exact"], "x of first", at_most=2.6),
    ]


class Taken(NamedTuple):
    """MiB a sample: what a forward pass keeps for the backward pass, and the growth of the process's peak."""

    kept: float
    peak: float


_MODES: Final[dict[str, tuple[Memory, int, Literal[1, 2]]]] = {
    "exact": ("exact", 1, 1),
    "lean": ("lean", 1, 1),
    "partial": ("exact", 4, 1),
    "second": ("exact", 1, 2),
}


def _batch(size: int) -> Batch:
    generator = torch.Generator().manual_seed(0)
    frames = torch.randn(size, CONFIG.input_channels, CONFIG.size, CONFIG.size, generator=generator)
    return Batch(frames, torch.randint(0, CONFIG.classes, (size,), generator=generator))


def _supernet(memory: Memory, partial: int) -> Supernet:
    torch.manual_seed(1)
    return Supernet(CONFIG, memory=memory, partial=partial).to(memory_format=torch.channels_last)


def _plain_step(device: torch.device, size: int) -> Callable[[], float]:
    network = PlainSupernet(CONFIG)
    network.load(_supernet("exact", 1).parameters())
    network.to(device)
    architecture, (frames, labels) = Architecture(8).to(device), (part.to(device) for part in _batch(size))
    tensors = [*network.parameters(), *architecture.parameters()]

    def step() -> float:
        for _ in range(2):
            loss = functional.cross_entropy(network(frames, *architecture()), labels)
            torch.autograd.grad(loss, tensors)
        return float(loss.detach())

    return step


def _step(
    device: torch.device, size: int, memory: Memory, partial: int, order: Literal[1, 2]
) -> tuple[Callable[[], Any], Callable[[], float]]:
    """Return a whole step of ours, its weights standing still, and the loss at the start."""
    network, architecture = _supernet(memory, partial).to(device), Architecture(8, partial > 1).to(device)
    frames, labels = (part.to(device) for part in _batch(size))
    batch = Batch(frames.contiguous(memory_format=torch.channels_last), labels)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.0, momentum=0.9)
    adam = torch.optim.Adam(architecture.parameters(), lr=0.0)
    architect = Architect(network, architecture, optimiser, adam, functional.cross_entropy, order)

    def step() -> None:
        architect.step_weights(batch)
        float(architect.step_lambda(batch, batch).loss)  # waits for a graphics card

    def loss() -> float:
        with torch.no_grad():
            return float(functional.cross_entropy(network(batch.frames, *architecture()), batch.labels))

    return step, loss


def _memory(name: str) -> Taken:
    """Return what a sample takes in a step of the weights: the slope between two batches, each in its own process."""
    few, many = (json.loads(_told_by_a_process(name, size)) for size in (2, 6))
    return Taken(*((more - less) / 4 / 2**20 for less, more in zip(few, many, strict=True)))


def _told_by_a_process(name: str, size: int) -> bytes:
    command = [sys.executable, "-m", __name__, name, str(size)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _one_pass(name: str, size: int) -> None:
    """Print what a forward pass kept and the peak of this process, bytes."""
    place("cpu", "fp32")
    batch = _batch(size)
    network: nn.Module
    if name == "plain":
        network, weighs = PlainSupernet(CONFIG), False
    else:
        memory, partial, _ = _MODES[name]
        network, weighs = _supernet(memory, partial), partial > 1
    before = _in_use()
    loss = functional.cross_entropy(network(batch.frames, *Architecture(8, weighs)()), batch.labels)
    kept = _in_use() - before
    torch.autograd.grad(loss, list(network.parameters()))
    print(json.dumps([kept, _peak()]))


_MALLINFO: Final = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"


class _Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in _MALLINFO.split()]


def _in_use() -> int:
    """Return the bytes that this process has allocated and not freed, as glibc counts them."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _Mallinfo
    told = mallinfo()
    return int(told.uordblks + told.hblkhd)


def _peak() -> int:
    """Return the most bytes that this process has held; unlike getrusage's it knows nothing of the parent process."""
    status = Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    _one_pass(sys.argv[1], int(sys.argv[2]))
