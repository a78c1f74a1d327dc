"""The graph of a block: nothing hides behind anything, and every operation is drawn."""

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from nas.errors import NasError
from nas.figures.genotype_graph import STYLES, draw_genotype
from nas.figures.genotype_layout import block_graph
from nas.figures.genotype_shapes import OUTPUT, BlockGraph, Box, Curve
from nas.genotype import DARTS_V1, DARTS_V2, OPERATIONS, UIAC, Edge, Genotype

STEPS = np.linspace(0, 1, 101)[:, None]
BLOCKS = [(edges, concat) for known in (UIAC, DARTS_V1, DARTS_V2) for _, edges, concat in known.blocks()]


def pairs(node: int) -> st.SearchStrategy[list[Edge]]:
    two = st.lists(st.integers(0, node - 1), min_size=2, max_size=2, unique=True)
    return two.map(lambda sources: [Edge("sep_conv_3x3", source) for source in sources])


blocks = st.tuples(*map(pairs, range(2, 6))).map(lambda four: tuple(edge for pair in four for edge in pair))


def along(curve: Curve) -> NDArray[np.float64]:
    start, first, second, end = (np.asarray(point) for point in curve.points)
    left = 1 - STEPS
    points: NDArray[np.float64] = (
        left**3 * start + 3 * left**2 * STEPS * first + 3 * left * STEPS**2 * second + STEPS**3 * end
    )
    return points


def distance(points: NDArray[np.float64], box: Box) -> float:
    beyond = np.maximum(np.abs(points - (box.x, box.y)) - (box.width / 2, box.height / 2), 0)
    return float(np.hypot(*beyond.T).min())


def clearance(graph: BlockGraph) -> float:
    """Return the least distance of any curve from a node or a label that is not its own."""
    labels = [edge.chip for edge in graph.edges]
    distances = []
    for number, curve in enumerate([*(edge.curve for edge in graph.edges), *graph.outputs]):
        foreign = [box for node, box in enumerate(graph.nodes) if node not in (curve.source, curve.target)]
        foreign += [label for edge, label in enumerate(labels) if edge != number]
        distances += [distance(along(curve), box) for box in foreign]
    return min(distances)


@pytest.mark.parametrize(("edges", "concat"), BLOCKS)
def test_that_known_blocks_keep_eight_pixels_between_curves_and_foreign_boxes(
    edges: tuple[Edge, ...], concat: tuple[int, ...]
) -> None:
    assert clearance(block_graph(edges, concat)) >= 7.9


@given(blocks)
@settings(max_examples=25)
def test_that_any_derived_block_keeps_eight_pixels_between_curves_and_foreign_boxes(edges: tuple[Edge, ...]) -> None:
    assert clearance(block_graph(edges, (2, 3, 4, 5))) >= 7.9


@given(blocks)
@settings(max_examples=15)
def test_that_boxes_never_overlap_and_stay_inside(edges: tuple[Edge, ...]) -> None:
    graph = block_graph(edges, (2, 3, 4, 5))
    boxes = [*graph.nodes, *(edge.chip for edge in graph.edges)]
    for number, one in enumerate(boxes):
        assert one.x - one.width / 2 >= 0
        assert one.x + one.width / 2 <= graph.width
        assert one.y - one.height / 2 >= 0
        assert one.y + one.height / 2 <= graph.height
        for other in boxes[:number]:
            apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2
            apart_y = abs(one.y - other.y) >= (one.height + other.height) / 2
            assert apart_x or apart_y


@given(blocks)
@settings(max_examples=15)
def test_that_nodes_stand_right_of_what_they_read_and_upper_inputs_come_to_upper_ports(edges: tuple[Edge, ...]) -> None:
    graph = block_graph(edges, (2, 5))
    assert {curve.source for curve in graph.outputs} == {2, 5}
    assert {curve.target for curve in graph.outputs} == {OUTPUT}
    for first, second in zip(graph.edges[::2], graph.edges[1::2], strict=True):
        assert first.port.y < second.port.y
        assert graph.nodes[first.curve.source].y <= graph.nodes[second.curve.source].y
        for edge in (first, second):
            assert graph.nodes[edge.curve.source].right.x < edge.chip.left.x
            assert edge.chip.right.x == edge.port.x - 12


@pytest.mark.parametrize("theme", ["print", "dark"])
def test_that_the_figure_is_a_picture_of_both_blocks(tmp_path: Path, theme: str) -> None:
    draw_genotype(UIAC, tmp_path / "graph.png", theme)  # type: ignore[arg-type]
    with Image.open(tmp_path / "graph.png") as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    coloured = np.ptp(pixels, axis=2) > 40
    assert coloured.any() == (theme == "dark"), "print is black on white"
    halves = np.array_split(np.abs(pixels - pixels[0, 0]).sum(axis=2) > 60, 2)
    assert all(half.mean() > 0.005 for half in halves)


def test_that_every_edge_is_drawn_but_none(tmp_path: Path) -> None:
    edges = tuple(Edge(operation, 0 if number % 2 else 1) for number, operation in enumerate(OPERATIONS))
    draw_genotype(Genotype(normal=edges, reduce=UIAC.reduce, normal_concat=(2,)), tmp_path / "graph.svg")
    names = [element.get("id", "") for element in ET.parse(tmp_path / "graph.svg").iter()]
    drawn = [name for name in names if name.startswith("edge ")]
    assert len(drawn) == 7 + 1 + 8 + 4
    assert "edge 3 7" in drawn


def test_that_figures_are_the_same_each_time(tmp_path: Path) -> None:
    for ending in ("png", "svg", "pdf"):
        for name in ("one", "two"):
            draw_genotype(DARTS_V2, tmp_path / f"{name}.{ending}")
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


def test_that_family_is_the_line_and_kernel_the_width() -> None:
    assert set(STYLES) == set(OPERATIONS)
    for family in ("sep", "dil"):
        small, large = STYLES[f"{family}_conv_3x3"], STYLES[f"{family}_conv_5x5"]
        assert small.line == large.line
        assert small.width < large.width
    lines = {str(STYLES[name].line) for name in ("max_pool_3x3", "sep_conv_3x3", "dil_conv_3x3")}
    assert len(lines) == 3


@pytest.mark.parametrize(("name", "words"), [("graph.bmp", ".bmp"), ("graph", "without ending"), ("no/graph.png", "")])
def test_that_figures_which_cannot_be_written_say_so(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(NasError) as caught:
        draw_genotype(UIAC, tmp_path / name)
    assert words in caught.value.message
