"""Chooses the rows of a block's nodes so that no curve runs behind a node or a label that is not its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nas.figures.genotype_shapes import (
    BEND,
    HEIGHT,
    INPUT_ROWS,
    OUTPUT,
    PORT,
    chip_before,
    node_boxes,
    node_levels,
)
from nas.genotype import EDGES, NODES, Edge

Rows: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = NDArray[np.int_]

CLEARANCE: Final = 8.0
_SLOTS: Final = np.linspace(36, HEIGHT - 36, 11)
_APART: Final = 62.0
_BATCH: Final = 48
_ALONG: Final = np.linspace(0, 1, 193)


def clear_rows(edges: Sequence[Edge], concat: Sequence[int]) -> list[float]:
    """Return the heights of the four own nodes in pixels.

    The even ones where they are clear by 8 pixels, else the nearest that are, else the clearest of all.
    """
    levels = node_levels(edges)
    places = _crossings(edges, concat, levels)
    even = _even_rows(edges, levels)
    best, clearest = even, -1.0
    for rows in _rows_to_try(levels, even):
        clearances = places.clearances(rows)
        clear = np.flatnonzero(clearances >= CLEARANCE)
        chosen = int(clear[0] if clear.size else clearances.argmax())
        if clearances[chosen] > clearest:
            best, clearest = rows[chosen], float(clearances[chosen])
        if clear.size:
            break
    return [float(row) for row in best]


def _even_rows(edges: Sequence[Edge], levels: Sequence[int]) -> Rows:
    """Share the height in each column; a lone node behind an odd column stands at a third, nearer to its inputs."""
    heights = [*INPUT_ROWS, *([0.0] * NODES)]
    for level in range(1, max(levels) + 1):
        column = [node for node, of_node in enumerate(levels) if of_node == level]
        before = sum(of_node == level - 1 for of_node in levels)
        if len(column) == 1 and before % 2 == 1:
            node = column[0]
            inputs = [heights[edge.node] for edge in edges[2 * (node - 2) : 2 * (node - 1)]]
            heights[node] = HEIGHT / 3 if sum(inputs) <= HEIGHT else HEIGHT * 2 / 3
            continue
        for row, node in enumerate(column):
            heights[node] = HEIGHT * (row + 0.5) / len(column)
    return np.asarray(heights[2:])


def _rows_to_try(levels: Sequence[int], even: Rows) -> Iterator[Rows]:
    """Yield sets of heights, (n, 4): the even ones alone, then all others, nearest first."""
    yield even[None]
    rows = np.stack(np.meshgrid(*([_SLOTS] * NODES), indexing="ij"), axis=-1).reshape(-1, NODES)
    for first in range(NODES):
        for second in range(first):
            if levels[2 + first] == levels[2 + second]:
                rows = rows[np.abs(rows[:, first] - rows[:, second]) >= _APART]
    rows = rows[np.abs(rows - even).sum(axis=1).argsort(kind="stable")]
    yield from (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


@dataclass(frozen=True, slots=True)
class _Crossings:
    """Every step of a curve that passes above, below or through a node or label that is not its own.

    All x of a graph are the same whatever the heights are, so these places are found once; only y differs.

    Attributes
    ----------
    sources, targets
        Nodes of each curve: the eight edges, then the joined nodes towards the output.
    curve, box
        Of each place; boxes are the seven nodes, then the eight labels.
    rise
        Share of its whole rise that the curve has made there.
    across
        Horizontal distance from the box, 0 above and below it.
    half
        Half the height of the box.
    """

    sources: Numbers
    targets: Numbers
    curve: Numbers
    box: Numbers
    rise: Rows
    across: Rows
    half: Rows

    def clearances(self, rows: Rows) -> Rows:
        """Return for each set of heights (n, 4) the least distance of a curve from a box, up to 8 pixels and a bit."""
        inputs = np.broadcast_to(INPUT_ROWS, (len(rows), 2))
        heights = np.hstack((inputs, rows, np.full((len(rows), 1), HEIGHT / 2)))
        starts, ends = heights[:, self.sources], heights[:, self.targets]
        ends[:, :EDGES] += _ports(starts[:, :EDGES])
        centres = np.hstack((heights, ends[:, :EDGES]))
        y = starts[:, self.curve] + (ends - starts)[:, self.curve] * self.rise
        down = np.maximum(np.abs(y - centres[:, self.box]) - self.half, 0)
        least: Rows = np.sqrt((down**2 + self.across**2).min(axis=1, initial=(CLEARANCE + 1) ** 2))
        return least


def _crossings(edges: Sequence[Edge], concat: Sequence[int], levels: Sequence[int]) -> _Crossings:
    nodes = node_boxes(levels, [0.0] * NODES)
    chips = [chip_before(nodes[2 + number // 2], 0) for number in range(EDGES)]
    boxes = [*nodes, *chips]
    sources = np.asarray([*(edge.node for edge in edges), *concat])
    targets = np.asarray([*(2 + number // 2 for number in range(EDGES)), *(OUTPUT for _ in concat)])
    starts = np.asarray([nodes[source].right.x for source in sources])
    ends = np.full(len(sources), nodes[OUTPUT].left.x)
    ends[:EDGES] = [chip.left.x for chip in chips]
    x = starts[:, None] + (ends - starts)[:, None] * _cubic(BEND, 1 - BEND)
    centres, halves = np.asarray([box.x for box in boxes]), np.asarray([box.width / 2 for box in boxes])
    across = np.maximum(np.abs(x[..., None] - centres) - halves, 0)
    near = (across < CLEARANCE) & ~_own_boxes(sources, targets, len(boxes))[:, None, :]
    curve, step, box = near.nonzero()
    half = np.asarray([box.height / 2 for box in boxes])[box]
    return _Crossings(sources, targets, curve, box, _cubic(0, 1)[step], across[near], half)


def _own_boxes(sources: Numbers, targets: Numbers, boxes: int) -> NDArray[np.bool_]:
    """Return which boxes each curve may touch, (curves, boxes): its two nodes and its own label."""
    own = np.zeros((len(sources), boxes), np.bool_)
    curves, edges = np.arange(len(sources)), np.arange(EDGES)
    own[curves, sources] = own[curves, targets] = True
    own[edges, OUTPUT + 1 + edges] = True
    return own


def _ports(starts: Rows) -> Rows:
    """Return -14 for the edge of each pair that starts higher, +14 for the other; of equal ones the first is upper."""
    pairs = starts.reshape(len(starts), NODES, 2)
    first = np.where(pairs[..., 0] <= pairs[..., 1], -PORT, PORT)
    ports: Rows = np.stack((first, -first), axis=-1).reshape(len(starts), EDGES)
    return ports


def _cubic(first: float, second: float) -> Rows:
    """Return the share of its way that a cubic has made at each step, its control points at two shares of the way."""
    left = 1 - _ALONG
    share: Rows = 3 * left**2 * _ALONG * first + 3 * left * _ALONG**2 * second + _ALONG**3
    return share
