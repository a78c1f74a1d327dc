"""What keeps a search from ending in skips alone: beta-decay of lambda, and rules that stop it in time."""

from collections.abc import Callable

import torch

from nas.genotype import Edge
from nas.space.architecture import Architecture
from nas.space.derivation import family_counts


def decay_at(time: float, epochs: float, largest: float) -> float:
    """Return the weight of beta-decay at a time in epochs: from 0 linearly to `largest` at the end."""
    return largest * min(max(time / epochs, 0.0), 1.0)


def beta_decay(architecture: Architecture, weight: Callable[[], float]) -> Callable[[float], None]:
    """Return beta-decay: called with the rate of a step of lambda, it draws the operations of every edge together.

    Notes
    -----
    lambda_eo loses rate c(t) (softmax(lambda_e)_o - 1/K) for each of an edge's K operations, so that none runs ahead
    only because it learns first. This is the gradient of c(t) logsumexp(lambda_e) (Ye et al., "beta-DARTS", CVPR 2022,
    eqs. 10-11; c rises linearly) less its mean over the operations, which softmax does not see. It is taken beside
    Adam's step, as the weight decay of AdamW (Loshchilov, Hutter, ICLR 2019), and not through it, as the paper's code
    does: Adam divides by the length of the gradients so far, and that mean is some 500 times as long as the gradient of
    frames (0.16 to 0.0003 in a search of `quick` with c = 50), so that frames would no longer move lambda at all, while
    what draws operations together (0.000005) would not either. Beside it, c means the same in every network: an
    operation that all frames ask for is held where its strength is 1/K + (1 - 1/K)/c.

    Parameters
    ----------
    architecture
        Lambda.
    weight
        Returns c(t) of the present step.
    """

    @torch.no_grad()
    def decay(rate: float) -> None:
        for numbers in (architecture.normal, architecture.reduce):
            ahead = torch.softmax(numbers, dim=1) - 1 / numbers.shape[1]
            numbers.sub_(ahead, alpha=rate * weight())

    return decay


def too_many_skips(normal: tuple[Edge, ...], limit: int) -> bool:
    """Tell whether a standard block has reached the number of skips at which a search stops; 0 is no limit.

    Liang et al., "DARTS+", 2019, criterion 1: two skips in one standard block.
    """
    return 0 < limit <= family_counts(normal)["skip"]
