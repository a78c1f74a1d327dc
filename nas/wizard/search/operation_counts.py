"""How many edges of a block are skips, pools and convolutions, and whether skips are taking over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from nas.events import ArchitectureSnapshot
from nas.genotype import Edge

MOST_SKIPS: Final = 2
"""Skips of eight edges above which a block is weak (Liang et al., "DARTS+", 2019, criterion 1)."""
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
_KINDS: Final = {"skip_connect": "skip", "max_pool_3x3": "pool", "avg_pool_3x3": "pool", "none": "none"}


def counts_in_words(edges: Sequence[Edge], gave_way: Mapping[str, int] = _NOTHING) -> str:
    """Return the counts of a block: ``1 skip, 2 of 8 pool, 2 sep, 3 dil`` where 6 pools gave way to a limit."""
    counts = Counter(_KINDS.get(edge.operation, edge.operation[:3]) for edge in edges)
    before = {kind: f" of {counts[kind] + number}" for kind, number in gave_way.items() if number}
    return ", ".join(f"{counts[kind]}{before.get(kind, '')} {kind}" for kind in ("skip", "pool", "sep", "dil"))


def skips_of(snapshot: ArchitectureSnapshot) -> dict[str, int]:
    """Return how many skips lambda prefers in each block, with those that a limit replaced."""
    return {
        "standard": snapshot.normal_counts.skip + snapshot.skips_capped,
        "reduction": snapshot.reduce_counts.skip,
    }


def skips_warning(snapshot: ArchitectureSnapshot | None) -> str:
    """Return which block skips are taking over; empty where none, or while lambda prefers nothing."""
    if snapshot is None or not snapshot.informative:
        return ""
    for block, skips in sorted(skips_of(snapshot).items(), key=lambda item: -item[1]):
        if skips > MOST_SKIPS:
            return f"Skip connections are taking over the {block} block: {skips} of 8 (limit {MOST_SKIPS})."
    return ""
