"""The learning rate, the early stop and the growing frames follow their formulas."""

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR

from nas.learning.schedule import EarlyStop, cosine_rate, drop_path_at, growing_side


def test_that_the_cosine_is_that_of_torch() -> None:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.02)
    scheduler = CosineAnnealingLR(optimiser, 600, eta_min=0.001)
    for epoch in range(600):
        assert cosine_rate(epoch, 0.02, 0.001, 600) == pytest.approx(optimiser.param_groups[0]["lr"], rel=1e-6)
        optimiser.step()
        scheduler.step()


def test_that_the_rate_rises_then_falls_then_stays() -> None:
    assert cosine_rate(0, 0.1, 0, 10, warmup=2) == 0
    assert cosine_rate(1, 0.1, 0, 10, warmup=2) == pytest.approx(0.05)
    assert cosine_rate(2, 0.1, 0, 10, warmup=2) == pytest.approx(0.1)
    assert cosine_rate(6, 0.1, 0, 10, warmup=2) == pytest.approx(0.05)
    assert cosine_rate(10, 0.1, 0.003, 10, warmup=2) == pytest.approx(0.003)
    assert cosine_rate(500, 0.1, 0.003, 10, warmup=2) == pytest.approx(0.003)


def test_that_the_run_stops_50_epochs_after_the_last_better_one_and_never_before_epoch_550() -> None:
    rule = EarlyStop(500, 50)
    assert next(epoch for epoch in range(600) if rule.update(epoch, max(1.0 - epoch * 0.01, 0.5))) == 549
    rule = EarlyStop(500, 50)
    losses = {574 - 50: 0.1}
    stops = [epoch for epoch in range(700) if rule.update(epoch, losses.get(epoch, 0.5))]
    assert stops[0] == 574


def test_that_frames_grow_in_even_stages_to_full_size() -> None:
    assert [growing_side(epoch, 8, 64) for epoch in range(10)] == [32, 32, 40, 40, 48, 48, 56, 56, 64, 64]
    assert growing_side(0, 0, 64) == 64
    assert growing_side(0, 3, 8) == 8


def test_that_drop_path_rises_to_the_end_of_the_cosine_and_stays() -> None:
    assert [drop_path_at(epoch, 5, 0.8) for epoch in range(8)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8])
    assert [drop_path_at(epoch, 1, 0.8) for epoch in range(3)] == pytest.approx([0, 0.8, 0.8])
