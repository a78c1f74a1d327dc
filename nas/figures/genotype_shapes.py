"""The shapes of a block's graph in pixels: nodes, labels, curves, and the columns in which nodes stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from nas.genotype import NODES, Edge

HEIGHT: Final = 400.0
INPUT_ROWS: Final = (0.3 * HEIGHT, 0.7 * HEIGHT)
OUTPUT: Final = 2 + NODES
PORT: Final = 14.0
BEND: Final = 0.45
CHIP_WIDTH: Final = 66.0
CHIP_HEIGHT: Final = 22.0
MARGIN: Final = 24.0
_CHIP_GAP: Final = 12.0
_COLUMN: Final = 210.0
_OUTPUT_COLUMN: Final = 162.0
_INPUT_SIDE: Final = 40.0
_NODE_WIDTH: Final = 40.0
_NODE_HEIGHT: Final = 52.0
_OUTPUT_WIDTH: Final = 72.0
_OUTPUT_HEIGHT: Final = 32.0


class Point(NamedTuple):
    """Pixels from the left and from the top."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle by its centre and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> Point:
        """Middle of the left side."""
        return Point(self.x - self.width / 2, self.y)

    @property
    def right(self) -> Point:
        """Middle of the right side."""
        return Point(self.x + self.width / 2, self.y)


@dataclass(frozen=True, slots=True)
class Curve:
    """A cubic from one node towards another: start, two control points, end."""

    source: int
    target: int
    points: tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """An operation: its curve, the label where the curve ends, and the port of the node that it feeds."""

    operation: str
    curve: Curve
    chip: Box
    port: Point


@dataclass(frozen=True, slots=True)
class BlockGraph:
    """A block as a picture: nodes 0 and 1 the inputs, 2 to 5 its own, 6 the output that joins channels."""

    width: float
    height: float
    nodes: tuple[Box, ...]
    edges: tuple[GraphEdge, ...]
    outputs: tuple[Curve, ...]


def node_levels(edges: Sequence[Edge]) -> tuple[int, ...]:
    """Return the column of each node but the output: inputs 0, others one behind the later of their two inputs."""
    levels = [0, 0]
    for number in range(0, len(edges), 2):
        levels.append(1 + max(levels[edge.node] for edge in edges[number : number + 2]))
    return tuple(levels)


def node_boxes(levels: Sequence[int], rows: Sequence[float]) -> tuple[Box, ...]:
    """Return the boxes of all seven nodes for the heights of the four own ones."""
    inputs = (Box(_column(0), row, _INPUT_SIDE, _INPUT_SIDE) for row in INPUT_ROWS)
    own = (Box(_column(level), row, _NODE_WIDTH, _NODE_HEIGHT) for level, row in zip(levels[2:], rows, strict=True))
    output = Box(_column(max(levels)) + _OUTPUT_COLUMN, HEIGHT / 2, _OUTPUT_WIDTH, _OUTPUT_HEIGHT)
    return (*inputs, *own, output)


def chip_before(node: Box, port: float) -> Box:
    """Return the label before a node's upper (negative) or lower port."""
    return Box(node.left.x - _CHIP_GAP - CHIP_WIDTH / 2, node.y + port, CHIP_WIDTH, CHIP_HEIGHT)


def _column(level: int) -> float:
    return MARGIN + _INPUT_SIDE / 2 + level * _COLUMN
