"""Speeds are taken in turns, so that a busy moment meets all models alike."""

import pytest
import torch
from torch import Tensor, nn

from nas.baselines.network import BaselineOutput
from nas.compare.speed import MANY, ONE, measured_speeds
from nas.data.augment import Scale
from nas.events import Progress
from nas.learning.device import place
from nas.preprocess import PreprocessSpec
from tests.drained import drained

Passes = list[tuple[str, int]]


class Noting(nn.Module):
    """Notes each pass in a list, and takes as many steps of work as it is told."""

    def __init__(self, name: str, passes: Passes, work: int) -> None:
        super().__init__()
        self.name, self.passes, self.work = name, passes, work

    def forward(self, frames: Tensor) -> BaselineOutput:
        self.passes.append((self.name, len(frames)))
        field = torch.ones(300, 300)
        for _ in range(self.work):
            field = field @ field / 300
        return BaselineOutput(frames.mean((1, 2, 3))[:, None] + 0 * field[0, 0])


@pytest.mark.parametrize("colour", ["grey", "rgb"])
def test_that_models_are_timed_in_turns_and_slow_ones_come_out_slower(colour: str) -> None:
    passes: Passes = []
    networks = {"fast": Noting("fast", passes, 1), "slow": Noting("slow", passes, 60)}
    placement = place("cpu", "fp32", threads=1)
    scale = Scale.of(PreprocessSpec(colour=colour, size=16), placement.device)
    told, speeds = drained(measured_speeds(networks, scale, 16, placement, rounds=3))
    turn = [(name, batch) for name in networks for batch in [ONE] * 8 + [MANY]]
    assert passes == turn * 4
    assert [(event.done, event.total) for event in told if isinstance(event, Progress)] == [(n, 3) for n in range(4)]
    assert speeds["fast"].one > 2 * speeds["slow"].one
    assert speeds["slow"].many > 2 * speeds["slow"].one
