"""How much memory a run uses, could use, and grows by while it works (MiB)."""

import threading
from types import TracebackType
from typing import Final, Self

import psutil
import torch

_MEBIBYTE: Final = 2**20
_LOOK_S: Final = 0.002


def used_mib(device: torch.device) -> float:
    """Return the memory of the process; on a GPU the highest so far there."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / _MEBIBYTE
    return float(psutil.Process().memory_info().rss) / _MEBIBYTE


def free_mib(device: torch.device) -> float:
    """Return the memory that a process could still take on a device; a limit on its address space counts."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0] / _MEBIBYTE
    free = float(psutil.virtual_memory().available)
    if psutil.LINUX:
        process = psutil.Process()
        limit = process.rlimit(psutil.RLIMIT_AS)[0]
        if limit >= 0:
            free = min(free, limit - process.memory_info().vms)
    return max(free, 0.0) / _MEBIBYTE


class Growth:
    """Watches, as a context, how far the memory in use rises above where it was on entering.

    On a GPU torch counts; on the CPU a thread looks at the process every 2 ms, since most systems cannot forget an
    earlier peak.

    Attributes
    ----------
    mib
        The rise so far.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._on_gpu = device.type == "cuda"
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="memory", daemon=True)
        self._start = 0.0
        self.mib = 0.0

    def __enter__(self) -> Self:
        if self._on_gpu:
            torch.cuda.reset_peak_memory_stats(self._device)
            self._start = torch.cuda.memory_allocated(self._device) / _MEBIBYTE
        else:
            self._start = used_mib(self._device)
            self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._on_gpu:
            self._over.set()
            self._watcher.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_S):
            self._look()

    def _look(self) -> None:
        self.mib = max(self.mib, used_mib(self._device) - self._start)
