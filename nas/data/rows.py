"""Frames at chosen rows of a store, gathered a batch at a time, so that a set may be larger than the memory."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_SHARE: Final = 0.5  # of a graphics card's free memory that frames may take
_AT_A_TIME: Final = 4096


class Rows:
    """Some rows of a store's frames.

    On the CPU they stay in the store's memory map, and the system keeps in memory what is used and lets go what is not.
    On a graphics card they are laid there as a whole where they take at most half of the card's free memory; else
    batches are sent.

    Parameters
    ----------
    frames
        uint8 (N, S, S) or (N, S, S, 3), memory-mapped.
    chosen
        (n,) rows, in the order wanted.
    device
        Where batches go.
    resident
        The frames where they are laid on the device already.
    """

    def __init__(
        self,
        frames: NDArray[np.uint8],
        chosen: NDArray[np.int64],
        device: torch.device,
        resident: Tensor | None = None,
    ) -> None:
        self._frames = frames
        self._chosen = chosen
        self._device = device
        self._resident = resident
        if resident is None and device.type == "cuda" and self._fits():
            self._resident = self._laid_there()

    def between(self, first: int, last: int) -> "Rows":
        """Return the rows from position `first` up to but without `last`, without moving a frame."""
        resident = None if self._resident is None else self._resident[first:last]
        return Rows(self._frames, self._chosen[first:last], self._device, resident)

    def __len__(self) -> int:
        return len(self._chosen)

    def at(self, positions: Tensor) -> Tensor:
        """Return frames on the device, uint8 (b, S, S) or (b, S, S, 3).

        Parameters
        ----------
        positions
            int64 (b,) on the CPU, each in 0..n-1.
        """
        if self._resident is not None:
            return self._resident[positions.to(self._device, non_blocking=True)]
        return self._sent(self._chosen[positions.numpy()])

    def __getitem__(self, part: slice) -> Tensor:
        if self._resident is not None:
            return self._resident[part]
        return self._sent(self._chosen[part])

    def _sent(self, rows: NDArray[np.int64]) -> Tensor:
        batch = torch.from_numpy(np.asarray(self._frames[rows]))
        if self._device.type == "cuda":
            return batch.pin_memory().to(self._device, non_blocking=True)
        return batch.to(self._device)

    def _fits(self) -> bool:
        a_frame = int(np.prod(self._frames.shape[1:]))
        return len(self._chosen) * a_frame <= _SHARE * torch.cuda.mem_get_info(self._device)[0]

    def _laid_there(self) -> Tensor:
        laid = torch.empty((len(self._chosen), *self._frames.shape[1:]), dtype=torch.uint8, device=self._device)
        for first in range(0, len(laid), _AT_A_TIME):
            laid[first : first + _AT_A_TIME] = self._sent(self._chosen[first : first + _AT_A_TIME])
        return laid
