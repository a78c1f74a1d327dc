"""The loss equals torch's cross entropy where both apply, and frames of none pull towards equal certainty."""

import math

import pytest
import torch
from torch.nn import functional

from nas.learning.loss import NO_PLANE, PlaneLoss, class_weights

LOGITS = torch.randn(12, 4, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([0, 1, 2, 3, 3, 3, 0, 1, 2, 2, 2, 2])


def test_that_it_is_the_cross_entropy_of_torch_with_weights_and_smoothing() -> None:
    weights = torch.tensor([1.0, 2.0, 0.5, 1.5])
    ours = PlaneLoss(weights)(LOGITS, LABELS)
    assert ours.item() == pytest.approx(functional.cross_entropy(LOGITS, LABELS, weights).item(), rel=1e-6)
    smooth = PlaneLoss(torch.ones(4), smoothing=0.1)(LOGITS, LABELS)
    theirs = functional.cross_entropy(LOGITS, LABELS, label_smoothing=0.1)
    assert smooth.item() == pytest.approx(theirs.item(), rel=1e-6)


def test_that_frames_of_none_add_their_distance_from_equal_certainty() -> None:
    labels = torch.where(LABELS == 3, NO_PLANE, LABELS)
    planes = labels != NO_PLANE
    uniform = -functional.log_softmax(LOGITS[~planes], dim=1).mean(dim=1).sum()
    expected = (
        functional.cross_entropy(LOGITS[planes], labels[planes], reduction="sum") + 0.3 * uniform
    ) / planes.sum()
    loss = PlaneLoss(torch.ones(4), background=0.3)(LOGITS, labels)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)


def test_that_weight_zero_leaves_frames_of_none_out_and_none_alone_is_finite() -> None:
    labels = torch.where(LABELS == 3, NO_PLANE, LABELS)
    planes = labels != NO_PLANE
    loss = PlaneLoss(torch.ones(4))(LOGITS, labels)
    assert loss.item() == pytest.approx(functional.cross_entropy(LOGITS[planes], labels[planes]).item(), rel=1e-6)
    alone = PlaneLoss(torch.ones(4), background=1.0)(torch.zeros(5, 4), torch.full((5,), NO_PLANE))
    assert alone.item() == pytest.approx(math.log(4))


def test_that_balanced_weights_give_every_plane_the_same_say() -> None:
    weights = class_weights([10, 30, 60], balanced=True)
    assert torch.allclose(weights * torch.tensor([10.0, 30.0, 60.0]), torch.full((3,), 100 / 3))
    assert torch.equal(class_weights([10, 30], balanced=False), torch.ones(2))
