"""The OpenVINO graph against the network in torch, for plans of every kind."""

import platform
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from nas.genotype import DARTS_V2, OPERATIONS, UIAC, Edge, Genotype
from nas.model import Weights
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec, normalise
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig
from uiac_desktop.inference.blocked import blocked
from uiac_desktop.inference.graph import LOGITS, MAPS, build_graph
from uiac_desktop.inference.openvino_backend import cpu_has_bf16
from uiac_desktop.inference.silent_openvino import ov


def blocks_of_operations() -> some.SearchStrategy[tuple[Edge, ...]]:
    edges = [some.builds(Edge, some.sampled_from(OPERATIONS), some.integers(0, 1 + n // 2)) for n in range(8)]
    return some.tuples(*edges)


concats = some.lists(some.integers(2, 5), min_size=1, max_size=4, unique=True).map(tuple)
genotypes = some.builds(
    Genotype,
    normal=blocks_of_operations(),
    reduce=blocks_of_operations(),
    normal_concat=concats,
    reduce_concat=concats,
)


Lively = Callable[[NetworkConfig], UiacNetwork]


def plain_graph(config: ModelConfig, weights: Weights, batch: int = 1) -> ov.Model:
    return build_graph(config, weights, batch)


def blocked_graph(config: ModelConfig, weights: Weights, batch: int = 1) -> ov.Model:
    return blocked(build_graph(config, weights, batch, join=True))


GRAPHS = (plain_graph, blocked_graph)


def assert_equal_to_torch(
    network_config: NetworkConfig, lively: Lively, make: Callable[..., ov.Model], batch: int = 1
) -> None:
    channels, size = network_config.input_channels, network_config.size
    spec = PreprocessSpec(size=size, colour="grey" if channels == 1 else "rgb", mean=(0.4,), std=(0.2,))
    classes = tuple(f"P{number}" for number in range(network_config.classes))
    config = ModelConfig(network=network_config, classes=classes, preprocess=spec)
    network = lively(network_config)
    weights = {name: values.numpy() for name, values in network.state_dict().items()}
    compiled = ov.Core().compile_model(
        make(config, weights, batch), "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
    )
    images = np.random.default_rng(1).integers(0, 256, (batch, size, size, channels), dtype=np.uint8)
    scores = compiled([images])
    with torch.inference_mode():
        output = network(torch.from_numpy(normalise(images[..., 0] if channels == 1 else images, spec)))
    for name, expected in ((LOGITS, output.logits.numpy()), (MAPS, output.maps.numpy())):
        np.testing.assert_allclose(scores[name], expected, atol=1e-4 * max(1.0, float(np.abs(expected).max())))


@pytest.mark.parametrize(
    "plan",
    [
        NetworkConfig(genotype=UIAC, blocks=8, channels=4, size=32),
        NetworkConfig(genotype=DARTS_V2, blocks=8, channels=4, size=37, classes=3, input_channels=3),
        NetworkConfig(genotype=UIAC, blocks=4, channels=8, size=16, reduce_at=(1,), classes=2),
        NetworkConfig(genotype=UIAC, blocks=1, channels=3, size=8, reduce_at=(), classes=2),
        NetworkConfig(genotype=UIAC, blocks=2, channels=2, size=9, reduce_at=(0, 1), classes=2),
    ],
    ids=["paper's blocks", "odd size and colour", "whole blocks of channels", "one block", "reductions only"],
)
@pytest.mark.parametrize("make", GRAPHS)
def test_that_the_graph_computes_what_the_network_computes(
    plan: NetworkConfig, lively: Lively, make: Callable[..., ov.Model]
) -> None:
    assert_equal_to_torch(plan, lively, make, batch=2)


@given(genotype=genotypes, make=some.sampled_from(GRAPHS), channels=some.sampled_from((2, 8)))
@settings(max_examples=16, deadline=None)
def test_that_any_genotype_becomes_the_right_graph(
    genotype: Genotype, make: Callable[..., ov.Model], channels: int, lively: Lively
) -> None:
    assert_equal_to_torch(
        NetworkConfig(genotype=genotype, blocks=3, channels=channels, size=11, classes=2), lively, make
    )


def test_that_no_norm_and_no_second_relu_of_one_picture_is_left(lively: Lively) -> None:
    operations = build_graph(*small_model(lively, channels=2)).get_ordered_ops()
    assert not [node for node in operations if node.get_type_name() == "BatchNormInference"]
    rectified = [
        (node.input_value(0).get_node().get_name(), node.input_value(0).get_index())
        for node in operations
        if node.get_type_name() == "Relu"
    ]
    assert len(rectified) == len(set(rectified))


def small_model(lively: Lively, channels: int) -> tuple[ModelConfig, Weights]:
    plan = NetworkConfig(blocks=4, channels=channels, size=16, reduce_at=(), classes=2)
    config = ModelConfig(network=plan, classes=("A", "B"), preprocess=PreprocessSpec(size=16))
    return config, {name: values.numpy() for name, values in lively(plan).state_dict().items()}


def test_that_joined_convolutions_share_their_last_pointwise_one(lively: Lively) -> None:
    """The paper's block has three nodes of two convolutions each."""
    config, weights = small_model(lively, channels=2)
    plain, joined = (
        sum(node.get_type_name() == "Convolution" for node in build_graph(config, weights, join=join).get_ordered_ops())
        for join in (False, True)
    )
    assert plain - joined == 3 * config.network.blocks


@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="blocks of channels are for x86")
@pytest.mark.skipif(cpu_has_bf16(), reason="blocks of channels are for CPUs without AVX-512")
def test_that_channels_in_blocks_are_joined_without_a_copy(lively: Lively) -> None:
    compiled = ov.Core().compile_model(
        blocked_graph(*small_model(lively, channels=8)), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    told = [node.get_rt_info() for node in compiled.get_runtime_model().get_ordered_ops()]
    joins = [note["primitiveType"].astype(str) for note in told if note["layerType"].astype(str) == "Concatenation"]
    depthwise = [note["primitiveType"].astype(str) for note in told if "dw" in note["primitiveType"].astype(str)]
    assert joins
    assert not [kind for kind in joins if kind.startswith("ref")]
    assert set(depthwise) == {"jit_avx2_dw_f32"}
