"""The two blocks that lambda stands for, by one stated rule, so that equal matrices always give equal blocks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.genotype import EDGES, NODES, OPERATIONS, Edge
from nas.space.supernet_layout import SUPERNET_EDGES

ANY_NUMBER: Final = EDGES
_NONE = "none"
Matrix = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class DerivedBlock:
    """A block as lambda has it.

    Attributes
    ----------
    edges
        Two for each of the nodes 2 to 5, from distinct nodes, in ascending order of those.
    skips_capped, pools_capped
        How many skips and pools the caps replaced.
    """

    edges: tuple[Edge, ...]
    skips_capped: int = 0
    pools_capped: int = 0


def strengths(matrix: Matrix, edge_numbers: Matrix | None = None) -> NDArray[np.float64]:
    """Return what each operation of each edge counts, (14, O) of lambda (14, O), as `Architecture` does.

    Parameters
    ----------
    matrix
        Lambda of one kind of block, rows in the order of `SUPERNET_EDGES`.
    edge_numbers
        (14,), where edges are weighed too: each row is multiplied by the edge's softmax among those into its node.
    """
    shares = _softmax(np.asarray(matrix, dtype=np.float64))
    if edge_numbers is None:
        return shares
    numbers = np.asarray(edge_numbers, dtype=np.float64)
    for node in range(2, 2 + NODES):
        rows = [row for row, (_, target) in enumerate(SUPERNET_EDGES) if target == node]
        shares[rows] *= _softmax(numbers[rows])[:, None]
    return shares


def derive_block(
    matrix: Matrix,
    operations: Sequence[str] = OPERATIONS,
    edge_numbers: Matrix | None = None,
    most_skips: int = ANY_NUMBER,
    most_pools: int = ANY_NUMBER,
) -> DerivedBlock:
    """Return the block that lambda stands for.

    An edge is as strong as its strongest operation other than ``none``; every node keeps the two strongest edges, each
    with that operation. ``none`` counts in the softmax and is never chosen, even where it dominates. Of equals the
    operation that stands first in `operations` and the edge from the lowest node win.

    Parameters
    ----------
    matrix
        (14, O) lambda of one kind of block.
    operations
        Names of its columns.
    edge_numbers
        (14,) where edges are weighed too.
    most_skips
        Above this number the weakest skips give way, each to the next best operation of its edge. Where an edge has
        no other operation its skip stays.
    most_pools
        Above this number the weakest pools give way, each to the best operation of its edge that has weights, after
        the skips did.

    References
    ----------
    Liu, Simonyan, Yang, ICLR 2019, section 2.4. The cap: Chen et al., "P-DARTS", ICCV 2019, section 3.3, there with
    edges chosen anew.
    """
    found = strengths(matrix, edge_numbers)
    found[:, [index for index, name in enumerate(operations) if name == _NONE]] = -1.0
    rows = [row for node in range(2, 2 + NODES) for row in _two_strongest(found.max(axis=1), node)]
    chosen = {row: int(found[row].argmax()) for row in rows}
    families = np.array([_family(name) for name in operations])
    skips_capped = _give_way(found, chosen, families == "skip", most_skips)
    pools_capped = _give_way(found, chosen, families == "pool", most_pools, np.isin(families, ("skip", "pool")))
    edges = tuple(Edge(operations[chosen[row]], SUPERNET_EDGES[row][0]) for row in rows)
    return DerivedBlock(edges, skips_capped, pools_capped)


def _give_way(
    found: NDArray[np.float64],
    chosen: dict[int, int],
    family: NDArray[np.bool_],
    most: int,
    barred: NDArray[np.bool_] | None = None,
) -> int:
    """Replace the weakest of a family above a number by the best that is not barred; return how many were."""
    barred = family if barred is None else barred
    members = sorted((row for row in chosen if family[chosen[row]]), key=lambda row: found[row, chosen[row]])
    replaced = 0
    for row in members[: max(len(members) - most, 0)]:
        left = np.where(barred, -1.0, found[row])
        if left.max() >= 0:
            chosen[row] = int(left.argmax())
            replaced += 1
    return replaced


def informs(matrix: Matrix, edge_numbers: Matrix | None = None) -> bool:
    """Tell whether lambda prefers anything; all-equal numbers, as at the start, give a block by the tie rule alone."""
    numbers = np.asarray(matrix)
    return bool(np.ptp(numbers) > 0 or (edge_numbers is not None and np.ptp(np.asarray(edge_numbers)) > 0))


def undecided(matrix: Matrix) -> float:
    """Return the mean entropy of the edges' softmax, as a fraction of its largest value: 1 at the start, 0 decided."""
    shares = _softmax(np.asarray(matrix, dtype=np.float64))
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return float(-(shares * logs).sum(axis=1).mean() / np.log(shares.shape[1]))


def family_counts(edges: Iterable[Edge]) -> dict[str, int]:
    """Return how many edges of a block are skips, pools, convolutions and others."""
    families = Counter(_family(edge.operation) for edge in edges)
    return {name: families[name] for name in ("skip", "pool", "convolution", "other")}


def _two_strongest(scores: NDArray[np.float64], node: int) -> list[int]:
    rows = [row for row, (_, target) in enumerate(SUPERNET_EDGES) if target == node]
    return sorted(sorted(rows, key=lambda row: (-scores[row], row))[:2])


def _family(operation: str) -> str:
    if operation == "skip_connect":
        return "skip"
    if "pool" in operation:
        return "pool"
    return "convolution" if "conv" in operation else "other"


def _softmax(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = np.exp(numbers - numbers.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))
