"""What keeps a search from ending in skips alone: beta-decay of lambda, and rules that stop it in time."""

from collections.abc import Callable

import torch
from torch import Tensor

from nas.genotype import Edge
from nas.space.architecture import Architecture
from nas.space.derivation import family_counts


def decay_at(time: float, epochs: float, largest: float) -> float:
    """Return the weight of beta-decay at a time in epochs: from 0 linearly to `largest` at the end."""
    return largest * min(max(time / epochs, 0.0), 1.0)


def beta_decay(architecture: Architecture, weight: Callable[[], float]) -> Callable[[], Tensor]:
    """Return the penalty of beta-decay, a scalar of lambda alone.

    Notes
    -----
    c(t) (mean_e logsumexp_o lambda_eo of the standard blocks + the same of the reduction blocks) / 2: a soft bound on
    lambda's largest numbers, so that no operation runs ahead only because it learns first (Ye et al., "beta-DARTS",
    CVPR 2022, eqs. 10-11; c rises linearly from 0 to 50 there).

    Parameters
    ----------
    architecture
        Lambda.
    weight
        Returns c(t) of the present step.
    """

    def penalty() -> Tensor:
        both = torch.cat([architecture.normal, architecture.reduce])
        return weight() * torch.logsumexp(both, dim=1).mean()

    return penalty


def too_many_skips(normal: tuple[Edge, ...], limit: int) -> bool:
    """Tell whether a standard block has reached the number of skips at which a search stops; 0 is no limit.

    Liang et al., "DARTS+", 2019, criterion 1: two skips in one standard block.
    """
    return 0 < limit <= family_counts(normal)["skip"]
