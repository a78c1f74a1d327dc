"""Seeds for each purpose and moment of a run, so that resume needs no state of any generator."""

from typing import Final, Literal

import numpy as np
import torch
from torch import Tensor

Stream = Literal["weights", "order", "step", "validation_order", "validation_step", "judging", "halves"]
_STREAMS: Final[dict[Stream, int]] = {
    "weights": 0,
    "order": 1,
    "step": 2,
    "validation_order": 3,
    "validation_step": 4,
    "judging": 5,
    "halves": 6,
}


def seed_of(seed: int, stream: Stream, *numbers: int) -> int:
    """Return a seed of its own for each purpose and moment of a run."""
    return int(np.random.SeedSequence([seed, _STREAMS[stream], *numbers]).generate_state(1, np.uint64)[0] >> 1)


def shuffled(count: int, seed: int) -> Tensor:
    """Return the numbers 0 to count - 1 in random order, int64 (count,); equal seeds give equal orders."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))
