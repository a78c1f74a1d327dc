"""A block as a graph, laid out as in the figures and fitted to its place; what the last epoch changed is outlined."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.figures.genotype_layout import block_graph
from nas.figures.genotype_shapes import BEND, OUTPUT, BlockGraph, Box, Curve, GraphEdge, Point
from nas.genotype import Edge
from nas.wizard.look.record import Look

_SMALLEST: Final = 0.72  # of a box's own size, so that labels stay readable
_NARROWEST: Final = 56.0  # of a label, which holds "max 3×3" at the smallest type
_EDGE_ROOM: Final = 6.0  # above the highest box
_WORD_ROOM: Final = 20.0  # below the lowest one, for "in" and "concat"
_MOST_APART: Final = 1.0  # rows are drawn together where there is little room, never apart
_APART: Final = 1.0
_PLATE: Final = "#0B0D0F"  # the graph stands on a dark plate in both themes, as its colours were chosen for one
_NODE: Final = "#1F2428"
_EDGE: Final = "#6B757E"
_TEXT: Final = "#DFE3E6"
_CHANGED: Final = "#FFFFFF"


class BlockGraphView(QWidget):
    """The graph of a block.

    Parameters
    ----------
    look
        What it is drawn with.
    name
        Its object name.
    block
        Which block, for screen readers.
    nothing
        What is said while there is no block to show.
    """

    def __init__(self, look: Look, name: str, block: str, nothing: str) -> None:
        super().__init__()
        self._nothing = nothing
        self._look = look
        self._block = block
        self._edges: tuple[Edge, ...] = ()
        self._concat: tuple[int, ...] = ()
        self._changed: frozenset[int] = frozenset()
        self.setObjectName(name)
        self.setAccessibleName(f"{block} block: nothing yet")
        self.setMinimumSize(360, 150)

    @property
    def changed(self) -> frozenset[int]:
        """Places (0 to 7) of the edges that are outlined."""
        return self._changed

    def show_block(self, edges: Sequence[Edge], concat: Sequence[int], changed: frozenset[int] = frozenset()) -> None:
        """Show a block; an empty one shows the words that there is none yet."""
        shown = (tuple(edges), tuple(concat), changed)
        if shown == (self._edges, self._concat, self._changed):
            return
        self._edges, self._concat, self._changed = shown
        self.setAccessibleName(f"{self._block} block: {'; '.join(node_lines(edges, self._look)) or 'nothing yet'}")
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return the size at which nothing is squeezed."""
        return QSize(900, 400)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the graph."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_PLATE))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if not self._edges:
            painter.setFont(self._look.font(13, 400))
            painter.setPen(QColor("#A9B1B8"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._nothing)
            return
        graph, unit = fitted(_laid_out(self._edges, self._concat), self.width(), self.height())
        for curve in graph.outputs:
            _draw_curve(painter, curve, QPen(QColor(_EDGE), 1.2))
        drawn = [edge for edge in graph.edges if edge.operation != "none"]
        for edge in drawn:
            self._draw_edge(painter, edge)
        for number, box in enumerate(graph.nodes):
            self._draw_node(painter, number, box, unit)
        for edge in drawn:
            self._draw_chip(painter, edge, unit)

    def _draw_edge(self, painter: QPainter, edge: GraphEdge) -> None:
        ink = self._look.operations[edge.operation]
        colour = QColor(ink.colour)
        pen = QPen(colour, ink.width)
        if ink.dash:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([length / ink.width for length in ink.dash])
        _draw_curve(painter, edge.curve, pen)
        tip = QPointF(*edge.port)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-8, -4.5), tip + QPointF(-8, 4.5)]))

    def _draw_node(self, painter: QPainter, number: int, box: Box, unit: float) -> None:
        place = _rect(box)
        painter.setPen(QPen(QColor("#A9B1B8"), 1.2))
        painter.setBrush(QColor(_NODE))
        radius = place.height() / 2 if number == OUTPUT else 6
        painter.drawRoundedRect(place, radius, radius)
        painter.setPen(QColor(_TEXT))
        painter.setFont(self._look.font(max(round(15 * unit), 12), 600))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        word = {0: "in", 1: "in", OUTPUT: "concat"}.get(number)
        if word:
            painter.setFont(self._look.font(11, 400))
            painter.setPen(QColor("#A9B1B8"))
            below = QRectF(place.center().x() - 40, place.bottom() + 2, 80, 16)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, word)

    def _draw_chip(self, painter: QPainter, edge: GraphEdge, unit: float) -> None:
        ink = self._look.operations[edge.operation]
        place = _rect(edge.chip)
        if self._place_of(edge) in self._changed:
            painter.setPen(QPen(QColor(_CHANGED), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(-3, -3, 3, 3), 7, 7)
        painter.setPen(QPen(QColor(ink.colour), 1.5))
        painter.setBrush(QColor(_NODE))
        painter.drawRoundedRect(place, 5, 5)
        painter.setPen(QColor(_TEXT))
        painter.setFont(self._look.font(max(round(12 * unit), 11), 600))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, ink.label)

    def _place_of(self, edge: GraphEdge) -> int:
        first = 2 * (edge.curve.target - 2)
        wanted = Edge(edge.operation, edge.curve.source)
        return first + list(self._edges[first : first + 2]).index(wanted)


@lru_cache(maxsize=64)
def _laid_out(edges: tuple[Edge, ...], concat: tuple[int, ...]) -> BlockGraph:
    """Return the graph of a block; finding clear rows takes a while, and a search keeps most blocks for epochs."""
    return block_graph(edges, concat)


def fitted(graph: BlockGraph, width: float, height: float) -> tuple[BlockGraph, float]:
    """Return a graph fitted to a place, and the scale of its boxes.

    Columns and rows share the place; boxes shrink less than the room between them, so that labels stay readable.
    """
    across = width / graph.width
    first, last = min(box.y for box in graph.nodes), max(box.y for box in graph.nodes)
    unit = min(max(min(across, height / graph.height), _SMALLEST), 1.0, _unit_of_fullest_column(graph, height))
    above, below = graph.nodes[2].height * unit / 2 + _EDGE_ROOM, graph.nodes[2].height * unit / 2 + _WORD_ROOM
    down = min(max(height / graph.height, (height - above - below) / max(last - first, 1.0)), _MOST_APART)
    top = above + max(height - above - below - down * (last - first), 0.0) / 2
    nodes = tuple(
        Box(
            _within(box.x * across, box.width * unit, width),
            top + (box.y - first) * down,
            box.width * unit,
            box.height * unit,
        )
        for box in graph.nodes
    )
    nodes = _kept_apart(nodes, height - below)
    edges = tuple(_fitted_edge(edge, graph.nodes, nodes, unit) for edge in graph.edges)
    outputs = tuple(
        replace(curve, points=_bent(nodes[curve.source].right, nodes[curve.target].left)) for curve in graph.outputs
    )
    return BlockGraph(width, height, nodes, edges, outputs), unit


def _unit_of_fullest_column(graph: BlockGraph, height: float) -> float:
    """Return the largest scale at which the boxes of each column stand above each other within a height."""
    together = [[box.height + _APART for box in graph.nodes if box.x == x] for x in {box.x for box in graph.nodes}]
    return (height - _EDGE_ROOM - _WORD_ROOM) / max(map(sum, together))


def _kept_apart(nodes: tuple[Box, ...], bottom: float) -> tuple[Box, ...]:
    """Return the nodes so that those of one column do not touch, where the column has room for them."""
    heights = [box.y for box in nodes]
    for column in {box.x for box in nodes}:
        down = sorted((place for place, box in enumerate(nodes) if box.x == column), key=lambda place: heights[place])
        need = max(nodes[place].height for place in down) + _APART
        for before, place in pairwise(down):
            heights[place] = max(heights[place], heights[before] + need)
        limit = bottom
        for place in reversed(down):
            heights[place] = min(heights[place], limit)
            limit = heights[place] - need
    return tuple(replace(box, y=height) for box, height in zip(nodes, heights, strict=True))


def _fitted_edge(edge: GraphEdge, before: tuple[Box, ...], after: tuple[Box, ...], unit: float) -> GraphEdge:
    old, new = before[edge.curve.target], after[edge.curve.target]
    wide = max(edge.chip.width * unit, _NARROWEST)
    right = new.x + (edge.chip.right.x - old.x) * unit
    chip = Box(right - wide / 2, new.y + (edge.chip.y - old.y) * unit, wide, edge.chip.height * unit)
    port = Point(new.left.x, new.y + (edge.port.y - old.y) * unit)
    curve = replace(edge.curve, points=_bent(after[edge.curve.source].right, chip.left))
    return GraphEdge(edge.operation, curve, chip, port)


def _within(x: float, width: float, whole: float) -> float:
    return min(max(x, width / 2 + 4), whole - width / 2 - 4)


def _bent(start: Point, end: Point) -> tuple[Point, Point, Point, Point]:
    bend = BEND * (end.x - start.x)
    return start, Point(start.x + bend, start.y), Point(end.x - bend, end.y), end


def _rect(box: Box) -> QRectF:
    return QRectF(box.x - box.width / 2, box.y - box.height / 2, box.width, box.height)


def _draw_curve(painter: QPainter, curve: Curve, pen: QPen) -> None:
    start, first, second, end = (QPointF(*point) for point in curve.points)
    path = QPainterPath(start)
    path.cubicTo(first, second, end)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def node_lines(edges: Sequence[Edge], look: Look) -> list[str]:
    """Return a block in words, a line a node: ``node 3: skip from 1, dil 5×5 from 2``."""
    return [
        f"node {3 + number // 2}: "
        + ", ".join(
            f"{look.operations[edge.operation].label} from {edge.node + 1}" for edge in edges[number : number + 2]
        )
        for number in range(0, len(edges), 2)
    ]
