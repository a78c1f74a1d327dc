"""The two blocks as data: an immutable record that checks itself, wherever it comes from."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictInt, StrictStr, model_validator

OPERATIONS: Final[tuple[str, ...]] = (
    "none",
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
)
NODES: Final = 4
EDGES: Final = 2 * NODES
_INTERMEDIATE: Final = range(2, 2 + NODES)
_CONVOLUTIONS: Final = OPERATIONS[4:]


class Edge(NamedTuple):
    """One operation of a block with the node that it reads: 0 and 1 are the block's inputs, 2 to 5 its own nodes."""

    operation: StrictStr
    node: StrictInt


def _unrolled(values: Any) -> Any:
    """Let a ``range`` stand for its numbers, as DARTS writes a concatenation."""
    return tuple(values) if isinstance(values, range) else values


Concat = Annotated[tuple[StrictInt, ...], BeforeValidator(_unrolled)]


class Genotype(BaseModel):
    """The standard (normal) and the reduction block of a network.

    Parameters
    ----------
    normal, reduce
        Eight edges each, two into every intermediate node: edges 0 and 1 make node 2, edges 2 and 3 node 3, and so on.
        An edge may read only nodes that stand before its own.
    normal_concat, reduce_concat
        Nodes (2 to 5) whose channels, joined in this order, are the block's output.

    Raises
    ------
    pydantic.ValidationError
        With the block and the edge at fault; `parse` and `load` turn it into a `GenotypeError`.

    References
    ----------
    Liu, Simonyan, Yang, "DARTS: Differentiable architecture search", ICLR 2019, sections 2.1 and 2.4.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    normal: tuple[Edge, ...]
    reduce: tuple[Edge, ...]
    normal_concat: Concat = tuple(_INTERMEDIATE)
    reduce_concat: Concat = tuple(_INTERMEDIATE)

    @model_validator(mode="after")
    def _blocks_hold_together(self) -> "Genotype":
        for block, edges, concat in self.blocks():
            _check_edges(block, edges)
            _check_concat(block, concat)
        return self

    def blocks(self) -> Iterator[tuple[str, tuple[Edge, ...], tuple[int, ...]]]:
        """Yield name, edges and concatenation of the standard block, then of the reduction block."""
        yield "normal", self.normal, self.normal_concat
        yield "reduce", self.reduce, self.reduce_concat

    def warnings(self) -> tuple[str, ...]:
        """Say what is legal yet suspicious: a standard block without a convolution cannot learn what to look for."""
        if any(edge.operation in _CONVOLUTIONS for edge in self.normal):
            return ()
        skips = sum(edge.operation == "skip_connect" for edge in self.normal)
        return (f"the normal block has no convolution left ({skips} of {EDGES} edges are skips): the search collapsed",)

    def to_json(self) -> str:
        """Return the JSON text that `parse` reads, one line a block."""
        fields = self.model_dump(mode="json")
        lines = (f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items())
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def to_darts(self) -> str:
        """Return the text in DARTS' own notation, ``Genotype(normal=[...], ...)``, on one line."""
        parts = (
            f"{block}={[tuple(edge) for edge in edges]!r}, {block}_concat={list(concat)!r}"
            for block, edges, concat in self.blocks()
        )
        return f"Genotype({', '.join(parts)})"


def _check_edges(block: str, edges: tuple[Edge, ...]) -> None:
    if len(edges) != EDGES:
        raise ValueError(
            f"{block} has {len(edges)} edges; two edges for each of {NODES} nodes, {EDGES} in all, are expected"
        )
    for number, (operation, node) in enumerate(edges):
        target = 2 + number // 2
        spot = f"{block}, edge {number + 1} (into node {target})"
        if operation not in OPERATIONS:
            raise ValueError(f"{spot}: unknown operation {operation[:40]!r}; known are {', '.join(OPERATIONS)}")
        if not 0 <= node < target:
            raise ValueError(f"{spot}: node {node} does not exist yet; nodes 0 to {target - 1} can be read there")


def _check_concat(block: str, concat: tuple[int, ...]) -> None:
    if not concat:
        raise ValueError(f"{block}_concat is empty; it names the nodes that make the block's output")
    foreign = [node for node in concat if node not in _INTERMEDIATE]
    if foreign:
        raise ValueError(f"{block}_concat names node {foreign[0]}; only nodes 2 to 5 can be joined")
    if len(set(concat)) != len(concat):
        raise ValueError(f"{block}_concat names a node twice")
