"""Losses and right answers summed on the device, so that a step need not wait for the one before."""

import torch
from torch import Tensor

from nas.architect import Outcome
from nas.learning.device import Placement
from nas.search.standing import Sums


class Counting:
    """Sums outcomes of batches.

    Parameters
    ----------
    start
        What they are added to.
    placement
        Where to sum.
    """

    def __init__(self, start: Sums, placement: Placement) -> None:
        self._ranks = placement.ranks
        self._loss: Tensor = torch.tensor(start.loss, dtype=torch.float64, device=placement.device)
        self._right: Tensor = torch.tensor(start.right, device=placement.device)
        self._frames = start.frames

    def add(self, outcome: Outcome, frames: int) -> None:
        """Take the outcome of a batch of so many frames."""
        self._loss += outcome.loss * frames
        self._right += outcome.right
        self._frames += frames

    def sums(self) -> Sums:
        """Return the sums as numbers."""
        return Sums(float(self._loss), int(self._right), self._frames)

    def of_all(self) -> Sums:
        """Return the sums over all processes, where each has counted batches of its own; equal on all."""
        if self._ranks.count == 1:
            return self.sums()
        frames = torch.tensor(float(self._frames), dtype=torch.float64, device=self._loss.device)
        means = self._ranks.reduced([self._loss, self._right.double(), frames])
        loss, right, counted = (float(mean) * self._ranks.count for mean in means)
        return Sums(loss, round(right), round(counted))
