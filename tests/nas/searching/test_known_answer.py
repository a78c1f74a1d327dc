"""A search finds the one operation that can see what tells two classes apart, with every seed."""

import pytest
import torch

from nas.search.engine import Drawn
from nas.space.derivation import derive_block, strengths
from tests.nas.searching.space import config, searched

OPERATIONS = ("none", "skip_connect", "pointwise", "dil_conv_5x5")


def repeating(count: int, seed: int) -> Drawn:
    """Return white noise, every second frame of which repeats itself four rows below.

    No window of fewer than five rows tells the two apart, and the stem sees three: only dil_conv_5x5 can.
    """
    dots = torch.randint(0, 2, (count, 16, 16), generator=torch.Generator().manual_seed(seed)) * 200 + 20
    labels = torch.arange(count) % 2
    for row in range(4, 16):
        dots[1::2, row] = dots[1::2, row - 4]
    return Drawn(dots.to(torch.uint8), labels)


@pytest.mark.parametrize("seed", range(5))
def test_that_the_only_operation_that_sees_the_pattern_is_found(seed: int) -> None:
    torch.manual_seed(seed)
    asked = config(seed=seed, lr_w=0.2, lr_lambda=0.05, channels=4)
    engine = searched(repeating(64, 100 + seed), repeating(64, 200 + seed), OPERATIONS, asked, steps=3)
    matrix = engine.architecture.normal.detach().numpy()
    means = dict(zip(OPERATIONS, strengths(matrix).mean(axis=0), strict=True))
    assert max(means, key=lambda name: means[name]) == "dil_conv_5x5"
    chosen = [edge.operation for edge in derive_block(matrix, OPERATIONS).edges]
    assert chosen.count("dil_conv_5x5") >= 4  # of eight; by chance two or three
    assert int(engine.judge(repeating(64, 300 + seed)).right) > 48
