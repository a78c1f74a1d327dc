"""Chooses the rows of a block's nodes so that no curve runs behind a node or a label that is not its own."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nas.figures.genotype_shapes import (
    BEND,
    HEIGHT,
    INPUT_ROWS,
    OUTPUT,
    PORT,
    Box,
    chip_before,
    node_boxes,
    node_levels,
)
from nas.genotype import EDGES, NODES, Edge

Rows: TypeAlias = NDArray[np.float64]

CLEARANCE: Final = 8.0
_SLOTS: Final = np.linspace(36, HEIGHT - 36, 11)
_APART: Final = 62.0
_BATCH: Final = 64
_COARSE: Final = np.linspace(0, 1, 33)
_FINE: Final = np.linspace(0, 1, 257)


def clear_rows(edges: Sequence[Edge], concat: Sequence[int]) -> list[float]:
    """Return the heights of the four own nodes in pixels.

    The even ones where they are clear by 8 pixels, else the nearest that are, else the clearest of all.
    """
    levels = node_levels(edges)
    even = _even_rows(edges, levels)
    best, clearest = even, -1.0
    for rows in _rows_to_try(levels, even):
        coarse = _clearances(edges, concat, levels, rows, _COARSE)
        for number in np.flatnonzero(coarse >= min(clearest, CLEARANCE)):
            clearance = float(_clearances(edges, concat, levels, rows[number : number + 1], _FINE)[0])
            if clearance > clearest:
                best, clearest = rows[number], clearance
            if clearance >= CLEARANCE:
                return _as_list(best)
    return _as_list(best)


def _as_list(rows: Rows) -> list[float]:
    return [float(row) for row in rows]


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


def _clearances(edges: Sequence[Edge], concat: Sequence[int], levels: Sequence[int], rows: Rows, along: Rows) -> Rows:
    """Return for each set of heights the least distance of a curve from a node or a label that is not its own.

    Curves are looked at in the steps ``along`` them, from 0 to 1.
    """
    nodes = node_boxes(levels, rows[0].tolist())
    chips = [chip_before(nodes[2 + number // 2], 0) for number in range(EDGES)]
    sources = np.asarray([*(edge.node for edge in edges), *concat])
    targets = np.asarray([*(2 + number // 2 for number in range(EDGES)), *(OUTPUT for _ in concat)])
    heights = _node_heights(rows)
    starts, ends = heights[:, sources], heights[:, targets]
    ends[:, :EDGES] += _ports(starts[:, :EDGES])
    across = _across(nodes, chips, sources, along)
    down = _down(starts, ends, heights, [*nodes, *chips], along)
    distances: Rows = np.hypot(across, down)
    curve, box = _own_boxes(sources, targets)
    distances[:, curve, :, box] = np.inf
    least: Rows = distances.min(axis=(1, 2, 3))
    return least


def _node_heights(rows: Rows) -> Rows:
    inputs = np.broadcast_to(INPUT_ROWS, (len(rows), 2))
    return np.hstack((inputs, rows, np.full((len(rows), 1), HEIGHT / 2)))


def _ports(starts: Rows) -> Rows:
    """Return -14 for the edge of each pair that starts higher, +14 for the other; of equal ones the first is upper."""
    pairs = starts.reshape(len(starts), NODES, 2)
    first = np.where(pairs[..., 0] <= pairs[..., 1], -PORT, PORT)
    ports: Rows = np.stack((first, -first), axis=-1).reshape(len(starts), EDGES)
    return ports


def _across(nodes: Sequence[Box], chips: Sequence[Box], sources: NDArray[np.int_], along: Rows) -> Rows:
    """Return horizontal distances (curves, steps, boxes): they are the same for all heights."""
    starts = np.asarray([nodes[source].right.x for source in sources])
    ends = np.full(len(sources), nodes[OUTPUT].left.x)
    ends[:EDGES] = [chip.left.x for chip in chips]
    x = starts[:, None] + (ends - starts)[:, None] * _cubic(BEND, 1 - BEND, along)
    boxes = [*nodes, *chips]
    centres, halves = np.asarray([box.x for box in boxes]), np.asarray([box.width / 2 for box in boxes])
    across: Rows = np.maximum(np.abs(x[..., None] - centres) - halves, 0)
    return across


def _cubic(first: float, second: float, along: Rows) -> Rows:
    """Return the share of its way that a cubic has made at each step, its control points at two shares of the way."""
    left = 1 - along
    share: Rows = 3 * left**2 * along * first + 3 * left * along**2 * second + along**3
    return share


def _down(starts: Rows, ends: Rows, heights: Rows, boxes: Sequence[Box], along: Rows) -> Rows:
    """Return vertical distances (n, curves, steps, boxes)."""
    y = starts[..., None] + (ends - starts)[..., None] * _cubic(0, 1, along)
    centres = np.hstack((heights, ends[:, :EDGES]))
    halves = np.asarray([box.height / 2 for box in boxes])
    down: Rows = np.maximum(np.abs(y[..., None] - centres[:, None, None, :]) - halves, 0)
    return down


def _own_boxes(sources: NDArray[np.int_], targets: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return curve and box of what a curve may touch: its two nodes and its own label."""
    curves, edges = np.arange(len(sources)), np.arange(EDGES)
    return np.hstack((curves, curves, edges)), np.hstack((sources, targets, OUTPUT + 1 + edges))
