"""The UIAC network: published counts, its maps, and its arithmetic against a plain reading of DARTS' blocks."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import Tensor, nn
from torch.nn import functional

from nas.config.search import thirds
from nas.errors import NasError
from nas.genotype import DARTS_V1, DARTS_V2, OPERATIONS, UIAC, Edge, Genotype
from nas.space.cells import DropPath
from nas.space.layout import auxiliary_block, auxiliary_layers, block_plans, network_layers, tensor_shapes
from nas.space.network import UiacNetwork, count_parameters
from nas.space.network_config import NetworkConfig
from nas.space.supernet_layout import SUPERNET_EDGES, supernet_layers

SMALL = NetworkConfig(blocks=5, channels=4, reduce_at=(1, 3), classes=3, size=16)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def lively(network: UiacNetwork) -> UiacNetwork:
    """Give all norms other numbers than those of birth."""
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            assert part.running_mean is not None
            assert part.running_var is not None
            part.running_mean.uniform_(-0.3, 0.3)
            part.running_var.uniform_(0.5, 1.5)
            nn.init.uniform_(part.weight, 0.7, 1.4)
            nn.init.uniform_(part.bias, -0.3, 0.3)
    return network.eval()


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (NetworkConfig(genotype=DARTS_V1, channels=36, classes=10, input_channels=3, reduce_at=(6, 13)), 3_169_414),
        (NetworkConfig(genotype=DARTS_V2, channels=36, classes=10, input_channels=3, reduce_at=(6, 13)), 3_349_342),
        (NetworkConfig(input_channels=3), 6_509_387),
        (NetworkConfig(), 6_509_387 - 2 * 9 * 96),
    ],
)
def test_that_parameters_are_those_that_were_published_or_counted(config: NetworkConfig, parameters: int) -> None:
    """DARTS: its authors' logs (3.17 M, 3.35 M); UIAC: the paper's standard block and a reduction without weights."""
    with torch.device("meta"):
        network = UiacNetwork(config)
    assert count_parameters(network) == parameters
    assert sum(layer.parameters for layer in network_layers(config)) == parameters


def test_that_the_auxiliary_head_of_the_paper_has_its_count() -> None:
    config = NetworkConfig()
    with torch.device("meta"):
        network = UiacNetwork(config, auxiliary=True)
    assert network.auxiliary is not None
    assert count_parameters(network.auxiliary) == 534_539
    assert sum(layer.parameters for layer in auxiliary_layers(config)) == 534_539
    assert auxiliary_block(config) == 15


def test_that_a_frame_costs_what_the_paper_network_is_known_to_cost() -> None:
    for channels in (1, 3):
        layers = network_layers(NetworkConfig(input_channels=channels))
        assert round(sum(layer.multiply_adds for layer in layers) / 1e9, 2) == 1.58


@pytest.mark.parametrize(("channels", "classes", "parameters"), [(32, 11, 6_801_131), (16, 10, 1_930_618)])
def test_that_the_search_network_has_the_known_count(channels: int, classes: int, parameters: int) -> None:
    """The count of 1,930,618 for 16 channels is that of DARTS and of a second, independent package."""
    config = NetworkConfig(blocks=8, channels=channels, classes=classes, reduce_at=thirds(8), input_channels=3, size=64)
    assert thirds(8) == (2, 5)
    assert len(SUPERNET_EDGES) == 14
    assert sum(layer.parameters for layer in supernet_layers(config)) == parameters


def test_that_the_shapes_of_the_paper_network_are_those_of_its_figure() -> None:
    plans = block_plans(NetworkConfig())
    assert [plan.index for plan in plans if plan.reduction] == [5, 10, 15]
    assert {(plan.outputs, plan.size) for plan in plans} == {(128, 64), (256, 32), (512, 16), (1024, 8)}
    assert (plans[15].outputs, plans[15].size) == (1024, 8)


edges = st.tuples(
    *(st.builds(Edge, st.sampled_from(OPERATIONS), st.integers(0, node - 1)) for node in (2, 2, 3, 3, 4, 4, 5, 5))
)
concats = st.sets(st.integers(2, 5), min_size=1).map(lambda nodes: tuple(sorted(nodes)))
configs = st.builds(
    NetworkConfig,
    genotype=st.builds(Genotype, normal=edges, reduce=edges, normal_concat=concats, reduce_concat=concats),
    blocks=st.just(5),
    channels=st.integers(1, 5),
    reduce_at=st.sets(st.integers(0, 4), max_size=3).map(lambda blocks: tuple(sorted(blocks))),
    classes=st.integers(2, 4),
    input_channels=st.sampled_from([1, 3]),
    size=st.integers(8, 19),
    stem_multiplier=st.integers(1, 3),
)


@given(configs)
@settings(max_examples=40)
def test_that_layout_and_torch_agree_for_any_network(config: NetworkConfig) -> None:
    network = lively(UiacNetwork(config))
    shapes = {name: tuple(values.shape) for name, values in network.state_dict().items()}
    assert list(shapes.items()) == list(tensor_shapes(config).items())
    last = block_plans(config)[-1]
    output = network(torch.rand(2, config.input_channels, config.size, config.size))
    assert output.maps.shape == (2, config.classes, last.size, last.size)
    assert output.logits.shape == (2, config.classes)
    assert output.logits.isfinite().all()


@given(configs)
@settings(max_examples=25)
def test_that_the_answer_is_that_of_a_plain_reading_of_the_blocks(config: NetworkConfig) -> None:
    network = lively(UiacNetwork(config))
    frames = torch.randn(2, config.input_channels, config.size, config.size)
    with torch.no_grad():
        maps = network(frames).maps
        expected = functional.conv2d(PlainReading(network)(frames), network.classifier.weight[:, :, None, None])
    torch.testing.assert_close(maps, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("genotype", [UIAC, DARTS_V1, DARTS_V2], ids=["uiac", "darts_v1", "darts_v2"])
def test_that_gradients_are_those_of_a_plain_reading_of_the_blocks(genotype: Genotype) -> None:
    network = lively(UiacNetwork(SMALL.model_copy(update={"genotype": genotype})))
    frames = torch.randn(3, 1, 16, 16)
    parameters = list(network.parameters())[:-2]
    ours, plain = (
        torch.autograd.grad(answer.square().mean(), parameters)
        for answer in (network.features(frames), PlainReading(network)(frames))
    )
    for one, other in zip(ours, plain, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-6)


class PlainReading:
    """DARTS' evaluation network as its paper tells it: every operation with its own ReLU, nothing shared."""

    def __init__(self, network: UiacNetwork) -> None:
        self._network = network
        self._state = dict(network.named_parameters()) | dict(network.named_buffers())

    def __call__(self, frames: Tensor) -> Tensor:
        config, genotype = self._network.config, self._network.config.genotype
        stem = self._norm(self._convolve(frames, "stem.convolution", padding=1), "stem.norm")
        before, last, reduced = stem, stem, False
        for index in range(config.blocks):
            reduction = index in config.reduce_at
            chosen = genotype.reduce if reduction else genotype.normal
            concat = genotype.reduce_concat if reduction else genotype.normal_concat
            name = f"blocks.{index}"
            nodes = [
                self._shrink(before, f"{name}.inputs.0") if reduced else self._pointwise(before, f"{name}.inputs.0"),
                self._pointwise(last, f"{name}.inputs.1"),
            ]
            for first in range(0, 8, 2):
                one, other = (
                    self._operation(chosen[edge], nodes, f"{name}.edges.{edge}", reduction)
                    for edge in (first, first + 1)
                )
                nodes.append(one + other)
            before, last, reduced = last, torch.cat([nodes[node] for node in concat], 1), reduction
        return last

    def _operation(self, edge: Edge, nodes: list[Tensor], name: str, reduction: bool) -> Tensor:
        picture = nodes[edge.node]
        stride = 2 if reduction and edge.node < 2 else 1
        match edge.operation.split("_"):
            case ["none"]:
                return 0 * functional.max_pool2d(picture, 3, stride, 1)
            case ["max", *_]:
                return functional.max_pool2d(picture, 3, stride, 1)
            case ["avg", *_]:
                return functional.avg_pool2d(picture, 3, stride, 1, count_include_pad=False)
            case ["skip", *_]:
                return picture if stride == 1 else self._shrink(picture, name)
            case ["sep", _, size]:
                padding = int(size[0]) // 2
                once = self._separable(picture, f"{name}.stages.0", stride, padding, 1)
                return self._separable(once, f"{name}.stages.1", 1, padding, 1)
            case ["dil", _, size]:
                return self._separable(picture, f"{name}.stages.0", stride, int(size[0]) - 1, 2)
        raise AssertionError(edge)

    def _separable(self, picture: Tensor, name: str, stride: int, padding: int, dilation: int) -> Tensor:
        rectified = functional.relu(picture)
        deep = self._convolve(
            rectified, f"{name}.depthwise", stride=stride, padding=padding, dilation=dilation, groups=picture.shape[1]
        )
        return self._norm(self._convolve(deep, f"{name}.pointwise"), f"{name}.norm")

    def _pointwise(self, picture: Tensor, name: str) -> Tensor:
        return self._norm(self._convolve(functional.relu(picture), f"{name}.convolution"), f"{name}.norm")

    def _shrink(self, picture: Tensor, name: str) -> Tensor:
        rectified = functional.relu(picture)
        even = self._convolve(rectified, f"{name}.even", stride=2)
        padded = functional.pad(rectified[:, :, 1:, 1:], (0, picture.shape[3] % 2, 0, picture.shape[2] % 2))
        return self._norm(torch.cat((even, self._convolve(padded, f"{name}.odd", stride=2)), 1), f"{name}.norm")

    def _convolve(self, picture: Tensor, name: str, **options: Any) -> Tensor:
        return functional.conv2d(picture, self._state[f"{name}.weight"], None, **options)

    def _norm(self, picture: Tensor, name: str) -> Tensor:
        parts = (self._state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return functional.batch_norm(picture, *parts)


def test_that_a_logit_is_the_mean_of_its_map_plus_the_bias() -> None:
    network = lively(UiacNetwork(SMALL))
    frames = torch.randn(3, 1, 16, 16)
    output = network(frames)
    torch.testing.assert_close(output.logits, output.maps.mean((2, 3)) + network.classifier.bias)
    torch.testing.assert_close(output.logits, network.forward_logits(frames), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(output.logits, network.classifier(network.features(frames).mean((2, 3))))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_that_maps_agree_with_torchcam_on_the_same_weights() -> None:
    from torchcam.methods import CAM

    network = lively(UiacNetwork(SMALL))

    class Scores(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, frames: Tensor) -> Tensor:
            return self.network.forward_logits(frames)

    scores = Scores().eval()
    with torch.no_grad(), CAM(scores, "network.blocks.4", "network.classifier") as extractor:
        frames = torch.randn(1, 1, 16, 16)
        logits = scores(frames)
        theirs = torch.cat([extractor(k, logits, normalized=False)[0] for k in range(3)])
        ours = network(frames).maps[0]
    assert theirs.shape == (3, 4, 4)
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


def test_that_channels_last_and_one_frame_at_a_time_change_nothing() -> None:
    network = lively(UiacNetwork(SMALL))
    frames = torch.randn(4, 1, 16, 16)
    with torch.no_grad():
        expected = network(frames)
        last = network.to(memory_format=torch.channels_last)(frames.to(memory_format=torch.channels_last))
        single = torch.cat([network(frame[None]).maps for frame in frames])
    torch.testing.assert_close(last.maps, expected.maps, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(single, expected.maps, rtol=1e-4, atol=1e-5)


def test_that_channels_last_is_kept_from_block_to_block() -> None:
    network = lively(UiacNetwork(SMALL)).to(memory_format=torch.channels_last)
    formats = []
    for block in network.blocks:
        block.register_forward_hook(
            lambda _, __, answer: formats.append(answer.is_contiguous(memory_format=torch.channels_last))
        )
    with torch.no_grad():
        network(torch.randn(2, 1, 16, 16).to(memory_format=torch.channels_last))
    assert formats == [True] * 5


def test_that_the_whole_network_is_one_graph_without_breaks() -> None:
    network = lively(UiacNetwork(NetworkConfig(blocks=3, channels=2, reduce_at=(1,), classes=2, size=8)))
    frames = torch.randn(1, 1, 8, 8)
    with torch.no_grad():
        exported = torch.export.export(network, (frames,))
        torch.testing.assert_close(exported.module()(frames).maps, network(frames).maps)


@pytest.mark.parametrize("size", [64, 40])
def test_that_the_auxiliary_head_answers_while_training_at_any_size(size: int) -> None:
    config = SMALL.model_copy(update={"size": size, "reduce_at": (1, 2, 3)})
    network = UiacNetwork(config, auxiliary=True)
    frames = torch.randn(4, 1, size, size)
    output = network.train()(frames)
    assert output.auxiliary is not None
    assert output.auxiliary.shape == (4, 3)
    (output.logits.sum() + output.auxiliary.sum()).backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    assert network.eval()(frames).auxiliary is None


def test_that_a_network_without_reductions_has_its_head_at_two_thirds() -> None:
    config = NetworkConfig(blocks=3, channels=2, reduce_at=(), classes=2, size=8)
    assert auxiliary_block(config) == 2
    assert UiacNetwork(config, auxiliary=True)(torch.randn(2, 1, 8, 8)).auxiliary is not None


def test_that_drop_path_zeroes_whole_frames_and_keeps_the_mean() -> None:
    drop_path = DropPath()
    drop_path.probability.fill_(0.25)
    answer = drop_path(torch.ones(4000, 2, 1, 1))
    kept = answer[:, 0, 0, 0] != 0
    assert torch.equal(answer[:, 0], answer[:, 1])
    torch.testing.assert_close(answer[kept], torch.full_like(answer[kept], 1 / 0.75))
    assert abs(kept.float().mean().item() - 0.75) < 0.03


def test_that_drop_path_spares_identities_and_rests_outside_training() -> None:
    skips = tuple(Edge("skip_connect", edge.node) for edge in UIAC.normal)
    only_skips = NetworkConfig(
        genotype=Genotype(normal=skips, reduce=UIAC.reduce), blocks=2, channels=2, reduce_at=(), classes=2, size=8
    )
    frames = torch.randn(8, 1, 8, 8)
    for config, changes in ((only_skips, False), (only_skips.model_copy(update={"genotype": UIAC}), True)):
        network = UiacNetwork(config, drop_path=0.5).train()
        dropped = [network(frames).logits.detach() for _ in range(2)]
        assert (not torch.equal(*dropped)) == changes
        network.set_drop_path(0)
        assert torch.equal(network(frames).logits, network(frames).logits)
        network.set_drop_path(0.5)
        network.eval()
        assert torch.equal(network(frames).logits, network(frames).logits)


def test_that_gradients_flow_with_drop_path() -> None:
    network = UiacNetwork(SMALL, drop_path=0.3).train()
    network(torch.randn(4, 1, 16, 16)).logits.sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.parametrize("probability", [-0.1, 1.0])
def test_that_drop_path_is_a_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        UiacNetwork(SMALL, drop_path=probability)


@pytest.mark.parametrize("shape", [(1, 3, 16, 16), (1, 16, 16)])
def test_that_frames_of_other_channels_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(NasError, match="1 channel"):
        UiacNetwork(SMALL)(torch.randn(shape))


def test_that_reductions_stand_at_the_quarters_unless_told() -> None:
    assert NetworkConfig().reduce_at == (5, 10, 15)
    assert NetworkConfig(blocks=8).reduce_at == (2, 4, 6)
    assert NetworkConfig(blocks=1).reduce_at == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"blocks": 8, "reduce_at": (5, 10)},
        {"reduce_at": (10, 5)},
        {"reduce_at": (5, 5)},
        {"reduce_at": (-1,)},
        {"size": 8, "reduce_at": (1, 2, 3, 4)},
        {"size": 7},
        {"channels": 0},
        {"classes": 1},
        {"width": 3},
    ],
)
def test_that_plans_which_cannot_hold_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NetworkConfig.model_validate(fields)
