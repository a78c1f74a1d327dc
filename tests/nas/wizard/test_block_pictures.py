"""The map of lambda and the graph of a block show what the record says, and their labels never overlap."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

from nas.figures.genotype_layout import block_graph
from nas.figures.genotype_shapes import OUTPUT, BlockGraph
from nas.genotype import UIAC, Edge
from nas.genotype.chance import random_genotype
from nas.space.supernet_layout import SUPERNET_EDGES
from nas.wizard.search.block_graph import BlockGraphView, fitted, node_lines
from nas.wizard.search.lambda_heat import LambdaHeat, cells_of
from tests.nas.wizard.plain_look import plain_look


@pytest.fixture
def heat(qtbot) -> LambdaHeat:
    made = LambdaHeat(plain_look(), "heat", "standard")
    qtbot.addWidget(made)
    made.resize(360, 320)
    return made


@pytest.fixture
def graph(qtbot) -> BlockGraphView:
    made = BlockGraphView(plain_look(), "graph", "Standard", "Nothing yet.")
    qtbot.addWidget(made)
    made.resize(900, 300)
    return made


def shares() -> np.ndarray:
    return np.linspace(0, 0.6, 14 * 8).reshape(14, 8)


def test_that_the_cells_that_the_block_keeps_are_framed_with_their_share(heat: LambdaHeat) -> None:
    heat.show_shares(shares(), UIAC.normal)
    assert len(heat.kept) == 8
    for (row, column), share in heat.kept.items():
        assert share == shares()[row, column]
        assert heat.grab().toImage().pixelColor(heat.cell(row, column).topLeft().toPoint() + QPoint(1, 1)) == QColor(
            "white"
        )
    first = UIAC.normal[0]
    assert SUPERNET_EDGES[cells_of(UIAC.normal)[0][0]] == (first.node, 2)


def test_that_the_scale_is_fixed(heat: LambdaHeat) -> None:
    heat.show_shares(np.full((14, 8), 0.6), UIAC.normal)
    brightest = middle_of(heat, 0, 0)
    heat.show_shares(np.full((14, 8), 0.9), UIAC.normal)
    assert middle_of(heat, 0, 0) == brightest
    heat.show_shares(np.full((14, 8), 0.3), UIAC.normal)
    assert middle_of(heat, 0, 0).lightness() < brightest.lightness()


def test_that_a_cell_tells_its_figure(heat: LambdaHeat) -> None:
    assert heat.told_at(heat.cell(1, 4).center()) == ""
    heat.show_shares(shares(), UIAC.normal)
    assert heat.told_at(heat.cell(1, 4).center()) == f"Edge 2→3, sep 3×3: {shares()[1, 4]:.3f}"
    assert "sep 5×5 0." in heat.accessibleName()


def test_that_a_changed_edge_is_outlined_at_its_own_label(graph: BlockGraphView) -> None:
    graph.show_block(UIAC.normal, UIAC.normal_concat)
    assert graph.accessibleName() == (
        "Standard block: node 3: skip from 1, dil 5×5 from 2; node 4: dil 3×3 from 1, sep 3×3 from 2;"
        " node 5: dil 5×5 from 1, sep 5×5 from 2; node 6: dil 5×5 from 1, dil 5×5 from 3"
    )
    before = graph.grab().toImage()
    graph.show_block(UIAC.normal, UIAC.normal_concat, frozenset({5}))
    after = graph.grab().toImage()
    laid, _ = fitted(block_graph(UIAC.normal, UIAC.normal_concat), graph.width(), graph.height())
    (chip,) = [edge.chip for edge in laid.edges if edge.operation == "sep_conv_5x5"]
    changed = [
        (x, y)
        for x in range(0, after.width(), 2)
        for y in range(0, after.height(), 2)
        if before.pixel(x, y) != after.pixel(x, y)
    ]
    assert changed
    assert all(abs(x - chip.x) < chip.width / 2 + 6 and abs(y - chip.y) < chip.height / 2 + 6 for x, y in changed)


def test_that_a_block_that_is_not_there_yet_says_so(graph: BlockGraphView) -> None:
    before = graph.grab().toImage()
    assert graph.accessibleName() == "Standard block: nothing yet"
    graph.show_block(UIAC.normal, UIAC.normal_concat)
    assert graph.grab().toImage() != before


@pytest.mark.parametrize("size", [(560, 230), (860, 176), (880, 320), (1100, 420)])
def test_that_no_label_covers_another_or_leaves_the_picture(size) -> None:
    for seed in range(8):
        laid, unit = fitted(by_chance(seed), *size)
        boxes = [*laid.nodes, *(edge.chip for edge in laid.edges)]
        for number, box in enumerate(boxes):
            assert box.width / 2 <= box.x <= size[0] - box.width / 2
            assert box.height / 2 <= box.y <= size[1] - box.height / 2
            for other in boxes[:number]:
                apart = abs(box.x - other.x) >= (box.width + other.width) / 2 - 0.5
                assert apart or abs(box.y - other.y) >= (box.height + other.height) / 2 - 0.5, (seed, unit)
        assert laid.nodes[OUTPUT].x > max(node.x for node in laid.nodes[:OUTPUT])


def test_that_a_block_is_told_a_line_a_node() -> None:
    assert node_lines(UIAC.normal, plain_look())[0] == "node 3: skip from 1, dil 5×5 from 2"


@pytest.mark.parametrize("high", [150, 157, 180])
def test_that_four_nodes_of_one_column_stand_above_each_other_in_a_low_picture(high: int) -> None:
    edges = tuple(Edge("max_pool_3x3", node) for _ in range(4) for node in (0, 1))
    laid, _ = fitted(block_graph(edges, (2, 3, 4, 5)), 860, high)
    column = sorted(laid.nodes[2:OUTPUT], key=lambda box: box.y)
    assert column[0].y - column[0].height / 2 >= 0
    assert column[-1].y + column[-1].height / 2 <= high
    assert all(below.y - above.y >= above.height for above, below in pairwise(column))


@cache
def by_chance(seed: int) -> BlockGraph:
    genotype = random_genotype(seed)
    return block_graph(genotype.normal, genotype.normal_concat)


def middle_of(heat: LambdaHeat, row: int, column: int) -> QColor:
    place = heat.cell(row, column).bottomRight().toPoint()
    return heat.grab().toImage().pixelColor(place.x() - 5, place.y() - 5)
