"""Lays a block out as a graph, left to right, without a drawing library, so that figure and screen draw the same."""

from collections.abc import Sequence

from nas.figures.genotype_rows import clear_rows
from nas.figures.genotype_shapes import (
    BEND,
    HEIGHT,
    MARGIN,
    OUTPUT,
    PORT,
    BlockGraph,
    Box,
    Curve,
    GraphEdge,
    Point,
    chip_before,
    node_boxes,
    node_levels,
)
from nas.genotype import Edge


def block_graph(edges: Sequence[Edge], concat: Sequence[int]) -> BlockGraph:
    """Return the graph of one block.

    Every node stands one column right of the later of its two inputs. Each edge ends in a label before its node, the
    upper one for the input that stands higher, so that labels never overlap.
    """
    nodes = node_boxes(node_levels(edges), clear_rows(edges, concat))
    drawn = tuple(
        _edge(edge, 2 + number // 2, port, nodes)
        for number in range(0, len(edges), 2)
        for edge, port in zip(_upper_first(edges[number : number + 2], nodes), (-PORT, PORT), strict=True)
    )
    joined = tuple(_curve(node, OUTPUT, nodes[node].right, nodes[OUTPUT].left) for node in concat)
    return BlockGraph(nodes[OUTPUT].right.x + MARGIN, HEIGHT, nodes, drawn, joined)


def _upper_first(pair: Sequence[Edge], nodes: tuple[Box, ...]) -> list[Edge]:
    return sorted(pair, key=lambda edge: nodes[edge.node].y)


def _edge(edge: Edge, target: int, port: float, nodes: tuple[Box, ...]) -> GraphEdge:
    chip = chip_before(nodes[target], port)
    curve = _curve(edge.node, target, nodes[edge.node].right, chip.left)
    return GraphEdge(edge.operation, curve, chip, Point(nodes[target].left.x, nodes[target].y + port))


def _curve(source: int, target: int, start: Point, end: Point) -> Curve:
    bend = BEND * (end.x - start.x)
    return Curve(source, target, (start, Point(start.x + bend, start.y), Point(end.x - bend, end.y), end))
