"""How the two halves are dealt out to the steps of an epoch: every frame once, in nearly equal batches."""

import math
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from nas.errors import RunError
from nas.learning.seeds import seed_of, shuffled


class Epochs:
    """The batches of a search.

    An epoch has as many steps as the larger half needs; each half is shuffled and dealt out to them so that batches
    differ by one frame at most, hence none is left out and no last batch is too small for batch statistics.

    Parameters
    ----------
    train, validation
        Frames of D_train and of D_val.
    batch
        Most frames in a batch.
    seed
        Of the run.
    parts
        Parts of a batch that are normalised apart; each has at least two frames.

    Attributes
    ----------
    steps
        Of one epoch.

    Raises
    ------
    RunError
        A batch, or the smaller half, has fewer than two frames for each part.
    """

    def __init__(self, train: int, validation: int, batch: int, seed: int, parts: int = 1) -> None:
        smaller = min(train, validation)
        fewest = min(batch, smaller)
        if parts > 1 and fewest < 2 * parts:
            raise RunError(
                f"A batch of {fewest} frames cannot be normalised in {parts} parts of at least two frames.",
                "Give a larger --batch or more frames, or use fewer processes or --ghost-batches.",
            )
        self._train = train
        self._validation = validation
        self._seed = seed
        self.steps: Final = min(math.ceil(max(train, validation) / batch), max(smaller // (2 * parts), 1))
        self._judged: Final = math.ceil(validation / batch)

    def training(self, epoch: int) -> Sequence[Tensor]:
        """Return the positions in D_train of each step of an epoch."""
        return torch.tensor_split(shuffled(self._train, seed_of(self._seed, "order", epoch)), self.steps)

    def validation(self, epoch: int) -> Sequence[Tensor]:
        """Return the positions in D_val of each step of an epoch."""
        return torch.tensor_split(
            shuffled(self._validation, seed_of(self._seed, "validation_order", epoch)), self.steps
        )

    def judging(self) -> Sequence[Tensor]:
        """Return D_val in batches, mixed, in the same way after every epoch.

        Batch statistics make an answer depend on the frames beside it, and a set lies on the disk plane by plane.
        """
        return torch.tensor_split(shuffled(self._validation, seed_of(self._seed, "judging")), self._judged)
