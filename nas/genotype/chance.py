"""Genotypes by chance, seeded: what a search must beat, since a good space makes most of its members good."""

from typing import Final

import numpy as np

from nas.genotype.record import NODES, OPERATIONS, Edge, Genotype

_DRAWN: Final = OPERATIONS[1:]


def random_genotype(seed: int) -> Genotype:
    """Return a genotype whose nodes read two distinct nodes before them.

    Pairs of nodes, and operations but for ``none``, are equally likely.

    Parameters
    ----------
    seed
        Equal seeds give equal genotypes.

    References
    ----------
    Li and Talwalkar, "Random search and reproducibility for neural architecture search", UAI 2019: the baseline that a
    search is to be compared with.
    """
    rng = np.random.default_rng(seed)
    return Genotype(normal=_block(rng), reduce=_block(rng))


def _block(rng: np.random.Generator) -> tuple[Edge, ...]:
    read = [sorted(rng.choice(target, size=2, replace=False).tolist()) for target in range(2, 2 + NODES)]
    return tuple(Edge(_DRAWN[rng.integers(len(_DRAWN))], node) for pair in read for node in pair)
