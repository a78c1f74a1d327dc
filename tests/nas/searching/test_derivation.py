"""Blocks from hand-made lambda matrices, with all the traps."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nas.genotype import OPERATIONS, Edge, Genotype
from nas.space.architecture import Architecture
from nas.space.derivation import derive_block, family_counts, informs, strengths, undecided
from nas.space.supernet_layout import SUPERNET_EDGES

COLUMN = {name: index for index, name in enumerate(OPERATIONS)}


def lambdas(**preferred: float) -> NDArray[np.float64]:
    """Return lambda with numbers such as ``sep_conv_3x3__0_4=2``: that operation on the edge from node 0 to node 4."""
    matrix = np.zeros((14, 8))
    for spot, value in preferred.items():
        name, edge = spot.split("__")
        source, node = map(int, edge.split("_"))
        matrix[SUPERNET_EDGES.index((source, node)), COLUMN[name]] = value
    return matrix


def test_that_every_node_keeps_its_two_strongest_edges_from_distinct_nodes() -> None:
    matrix = lambdas(
        sep_conv_3x3__0_3=3, dil_conv_5x5__0_3=2.9, max_pool_3x3__2_3=1, skip_connect__1_3=0.5,
        dil_conv_3x3__3_4=2, avg_pool_3x3__1_4=1, sep_conv_5x5__4_5=2, skip_connect__2_5=3,
    )  # fmt: skip
    edges = derive_block(matrix).edges
    assert edges == (
        Edge("max_pool_3x3", 0), Edge("max_pool_3x3", 1),
        Edge("sep_conv_3x3", 0), Edge("max_pool_3x3", 2),
        Edge("avg_pool_3x3", 1), Edge("dil_conv_3x3", 3),
        Edge("skip_connect", 2), Edge("sep_conv_5x5", 4),
    )  # fmt: skip
    assert Genotype(normal=edges, reduce=edges).normal == edges


def test_that_none_is_never_chosen_yet_weakens_its_edge() -> None:
    matrix = lambdas(none__0_3=9, sep_conv_3x3__0_3=5, dil_conv_3x3__1_3=1, dil_conv_5x5__2_3=1)
    node = derive_block(matrix).edges[2:4]
    assert node == (Edge("dil_conv_3x3", 1), Edge("dil_conv_5x5", 2))
    everywhere = np.zeros((14, 8))
    everywhere[:, 0] = 50
    assert all(edge.operation != "none" for edge in derive_block(everywhere).edges)


def test_that_of_equals_the_first_operation_and_the_lowest_node_win() -> None:
    edges = derive_block(np.zeros((14, 8))).edges
    assert edges == (Edge("max_pool_3x3", 0), Edge("max_pool_3x3", 1)) * 4
    assert not informs(np.zeros((14, 8)))
    assert informs(lambdas(skip_connect__0_2=1e-6))
    assert informs(np.zeros((14, 8)), np.arange(14.0))


def test_that_weighed_edges_change_which_edges_stay() -> None:
    matrix = lambdas(sep_conv_3x3__0_3=1, sep_conv_3x3__1_3=1, sep_conv_3x3__2_3=0.5)
    numbers = np.zeros(14)
    numbers[SUPERNET_EDGES.index((2, 3))] = 3
    assert [edge.node for edge in derive_block(matrix).edges[2:4]] == [0, 1]
    assert [edge.node for edge in derive_block(matrix, edge_numbers=numbers).edges[2:4]] == [0, 2]


@pytest.mark.parametrize("weighs", [False, True])
def test_that_strengths_are_those_of_the_search_network(weighs: bool) -> None:
    architecture = Architecture(8, weighs)
    with torch.no_grad():
        for parameter in architecture.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(1))
    numbers = architecture.normal_edges.detach().numpy() if architecture.normal_edges is not None else None
    ours = strengths(architecture.normal.detach().numpy(), numbers)
    np.testing.assert_allclose(ours, architecture()[0].detach().numpy(), atol=1e-7)


def test_that_the_cap_replaces_the_weakest_skips_by_the_next_best_operation() -> None:
    matrix = lambdas(
        skip_connect__0_2=3, sep_conv_5x5__0_2=1, skip_connect__1_2=4, skip_connect__0_3=2, dil_conv_3x3__0_3=1.5,
        skip_connect__1_3=5, none__0_3=1.9,
    )  # fmt: skip
    free = derive_block(matrix)
    assert family_counts(free.edges)["skip"] == 4
    assert free.skips_capped == 0
    capped = derive_block(matrix, most_skips=2)
    assert capped.skips_capped == 2
    assert capped.edges[:4] == (
        Edge("sep_conv_5x5", 0), Edge("skip_connect", 1), Edge("dil_conv_3x3", 0), Edge("skip_connect", 1),
    )  # fmt: skip
    assert capped.edges[4:] == free.edges[4:]
    assert family_counts(derive_block(matrix, most_skips=0).edges)["skip"] == 0


def test_that_pools_above_their_number_give_way_to_operations_with_weights_alone() -> None:
    matrix = lambdas(
        max_pool_3x3__0_2=5, skip_connect__0_2=4, sep_conv_5x5__0_2=1, avg_pool_3x3__1_2=3, max_pool_3x3__1_2=2,
        dil_conv_3x3__1_2=1, max_pool_3x3__0_3=2, skip_connect__0_3=1, skip_connect__1_3=5,
    )  # fmt: skip
    free, capped = derive_block(matrix), derive_block(matrix, most_pools=1)
    assert free.pools_capped == 0
    assert family_counts(capped.edges)["pool"] == 1
    assert capped.pools_capped == family_counts(free.edges)["pool"] - 1
    assert capped.edges[:2] == (Edge("max_pool_3x3", 0), Edge("dil_conv_3x3", 1))
    assert family_counts(capped.edges)["skip"] == family_counts(free.edges)["skip"] == 1


def test_that_skips_that_give_way_to_pools_are_capped_with_these() -> None:
    matrix = lambdas(skip_connect__0_2=5, avg_pool_3x3__0_2=4, sep_conv_3x3__0_2=3)
    assert derive_block(matrix, most_skips=0, most_pools=0).edges[0] == Edge("sep_conv_3x3", 0)
    assert family_counts(derive_block(matrix, most_skips=0, most_pools=0).edges)["convolution"] == 8


def test_that_a_skip_stays_where_its_edge_has_nothing_else() -> None:
    found = derive_block(np.zeros((14, 2)), ("none", "skip_connect"), most_skips=1)
    assert (family_counts(found.edges)["skip"], found.skips_capped) == (8, 0)


def test_that_families_are_counted_and_entropy_runs_from_one_to_zero() -> None:
    edges = [Edge("skip_connect", 0), Edge("avg_pool_3x3", 1), Edge("sep_conv_3x3", 0), Edge("noise", 1)]
    assert family_counts(edges) == {"skip": 1, "pool": 1, "convolution": 1, "other": 1}
    assert undecided(np.zeros((14, 8))) == pytest.approx(1)
    half = np.full((14, 8), -1e9)
    half[:, :2] = 0
    assert undecided(half) == pytest.approx(1 / 3)
    sharp = np.zeros((14, 8))
    sharp[:, 3] = 1e4
    assert undecided(sharp) == pytest.approx(0)
