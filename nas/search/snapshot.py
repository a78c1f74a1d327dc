"""Lambda after an epoch as a record: matrices, blocks, families of their edges, and the rule that ends the search."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import Tensor

from nas.config.search import SearchConfig
from nas.events import ArchitectureSnapshot, BlockCounts
from nas.genotype import Edge, Genotype
from nas.search.guards import too_many_skips
from nas.search.standing import Standing
from nas.space.architecture import Architecture
from nas.space.derivation import derive_block, family_counts, informs, undecided


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What lambda stands for after an epoch.

    Attributes
    ----------
    event
        The same for the log.
    rank
        Added to the accuracy where epochs are compared, so that blocks that lambda prefers and that hold few enough
        skips come before all others: 2, 1 for such with too many skips, 0 while lambda prefers nothing.
    """

    event: ArchitectureSnapshot
    rank: int


def snapshot(architecture: Architecture, config: SearchConfig, now: Standing) -> Snapshot:
    """Return what lambda stands for at the end of the epoch that is under way, and count unchanged blocks."""
    normal, reduce, *edges = (_numbers(numbers) for numbers in _matrices(architecture))
    normal_edges, reduce_edges = edges or (None, None)
    free = derive_block(normal, edge_numbers=normal_edges)
    standard = derive_block(
        normal, edge_numbers=normal_edges, most_skips=config.keep_skips, most_pools=config.keep_pools
    )
    reduction = derive_block(reduce, edge_numbers=reduce_edges)
    genotype = Genotype(normal=standard.edges, reduce=reduction.edges)
    informative = informs(normal, normal_edges) and (informs(reduce, reduce_edges) or not config.reductions)
    now.compare(genotype, informative)
    skipping = informative and too_many_skips(free.edges, config.stop_skips)
    stop: Literal["", "skips", "stable"] = ""
    if skipping:
        stop = "skips"
    elif 0 < config.stop_stable <= now.unchanged:
        stop = "stable"
    event = ArchitectureSnapshot(
        epoch=now.epoch,
        normal=normal.tolist(),
        reduce=reduce.tolist(),
        normal_edges=None if normal_edges is None else normal_edges.tolist(),
        reduce_edges=None if reduce_edges is None else reduce_edges.tolist(),
        normal_entropy=undecided(normal),
        reduce_entropy=undecided(reduce),
        genotype=genotype,
        normal_counts=_counts(standard.edges),
        reduce_counts=_counts(reduction.edges),
        informative=informative,
        skips_capped=standard.skips_capped,
        pools_capped=standard.pools_capped,
        stop=stop,
    )
    return Snapshot(event, 0 if not informative else 1 if skipping else 2)


def _matrices(architecture: Architecture) -> list[Tensor]:
    found = (architecture.normal, architecture.reduce, architecture.normal_edges, architecture.reduce_edges)
    return [tensor for tensor in found if tensor is not None]


def _numbers(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()


def _counts(edges: tuple[Edge, ...]) -> BlockCounts:
    counts = family_counts(edges)
    return BlockCounts(skip=counts["skip"], pool=counts["pool"], convolution=counts["convolution"])
