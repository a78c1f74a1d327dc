"""The loss of a batch in which frames of none may stand beside frames of planes."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from nas.errors import RunError

NO_PLANE = -1


class PlaneLoss:
    """Cross entropy over the planes, and, for frames of none, cross entropy to equal certainty.

    The second part is outlier exposure (Hendrycks et al. 2019, eq. 1 with the uniform target): it lowers the certainty
    where no plane is shown, which is what the `none` threshold lives on.

    Parameters
    ----------
    class_weights
        (K,) weight of each plane's frames.
    smoothing
        Share of the target spread over all planes (Szegedy et al. 2016).
    background
        Weight of frames of none.
    """

    def __init__(self, class_weights: Tensor, smoothing: float = 0.0, background: float = 0.0) -> None:
        planes = len(class_weights)
        device = class_weights.device
        sharp = torch.eye(planes, device=device) * (1 - smoothing) + smoothing / planes
        uniform = torch.full((1, planes), 1 / planes, device=device)
        # The row of NO_PLANE comes last, where index -1 finds it.
        self._targets = torch.cat([sharp, uniform])
        self._weights = torch.cat([class_weights, class_weights.new_tensor([background])])
        self._counted = torch.cat([class_weights, class_weights.new_zeros(1)])

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of logits (N, K) against labels (N,), plane numbers or NO_PLANE.

        The sum is divided by the weight of the frames of planes, so that frames of none add to the loss of the others
        instead of thinning it; a batch without planes is divided by its number of frames.
        """
        each = -(self._targets[labels] * functional.log_softmax(logits.float(), dim=1)).sum(dim=1)
        weight = self._counted[labels].sum()
        return (each * self._weights[labels]).sum() / torch.where(weight > 0, weight, float(len(labels)))


def class_weights(counts: list[int], balanced: bool) -> Tensor:
    """Return each plane's weight (K,), mean 1 over the frames: equal, or inverse to the counts."""
    numbers = torch.tensor(counts, dtype=torch.float32)
    if not balanced:
        return torch.ones_like(numbers)
    return numbers.sum() / (len(counts) * numbers.clamp(min=1))


def refuse_infinite(loss: float, epoch: int, lr: float, flag: str = "--lr") -> None:
    """Raise `RunError` where a loss is not a number, in the epoch (counted from 0) in which it happens."""
    if not math.isfinite(loss):
        raise RunError(
            f"The loss became infinite in epoch {epoch + 1}. The state before it is kept.",
            f"Start a new run with half the learning rate, {flag} {lr / 2:g}.",
        )
