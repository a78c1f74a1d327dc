"""The search network against the plain one: the same losses and gradients, in every memory mode; and its counts."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from nas.config.search import thirds
from nas.errors import NasError
from nas.genotype import OPERATIONS
from nas.space.architecture import Architecture
from nas.space.network import count_parameters
from nas.space.network_config import NetworkConfig
from nas.space.supernet import Memory, Supernet
from nas.space.supernet_layout import SUPERNET_EDGES
from tests.benchmarks.plain_supernet import PlainSupernet

SMALL = NetworkConfig(blocks=3, channels=4, reduce_at=(1,), classes=5, size=16)


def lambdas(partial: bool = False, dtype: torch.dtype = torch.float64) -> Architecture:
    found = Architecture(len(OPERATIONS), partial).to(dtype)
    for parameter in found.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return found


def batch(config: NetworkConfig, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    frames = torch.randn(4, config.input_channels, config.size, config.size, dtype=dtype)
    return frames, torch.randint(0, config.classes, (4,))


def loss_and_gradients(
    network: torch.nn.Module, architecture: Architecture, frames: Tensor, labels: Tensor
) -> tuple[float, list[Tensor]]:
    loss = functional.cross_entropy(network(frames, *architecture()), labels)
    wanted = [*network.parameters(), *architecture.parameters()]
    return float(loss.detach()), list(torch.autograd.grad(loss, wanted))


@pytest.mark.parametrize("memory", ["exact", "lean"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-11), (torch.float32, 1e-5)])
def test_that_loss_and_all_gradients_equal_the_plain_network(
    memory: Memory, dtype: torch.dtype, tolerance: float
) -> None:
    torch.manual_seed(1)
    ours = Supernet(SMALL, memory=memory).to(dtype).to(memory_format=torch.channels_last)
    plain = PlainSupernet(SMALL).to(dtype)
    plain.load(ours.parameters())
    architecture, (frames, labels) = lambdas(dtype=dtype), batch(SMALL, dtype)
    loss, found = loss_and_gradients(ours, architecture, frames, labels)
    right, expected = loss_and_gradients(plain, architecture, frames, labels)
    assert loss == pytest.approx(right, rel=tolerance)
    for one, other in zip(found, expected, strict=True):
        assert float((one - other).norm()) <= tolerance * float(other.norm() + 1)


@pytest.mark.parametrize("channels", [4, 16])
def test_that_partial_channels_equal_edges_taken_one_by_one(channels: int) -> None:
    torch.manual_seed(2)
    config = NetworkConfig(blocks=3, channels=channels, reduce_at=(1,), classes=5, size=16)
    together = Supernet(config, partial=4).double().to(memory_format=torch.channels_last)
    architecture, (frames, labels) = lambdas(True), batch(config)
    loss, found = loss_and_gradients(together, architecture, frames, labels)
    for block in together.blocks:
        for outgoing in block._outgoing:
            outgoing._groups = [[edge] for group in outgoing._groups for edge in group]
    right, expected = loss_and_gradients(together, architecture, frames, labels)
    assert loss == pytest.approx(right, rel=1e-12)
    torch.testing.assert_close(found, expected, rtol=1e-8, atol=1e-10)


def test_that_partial_channels_follow_the_paper_edge_by_edge() -> None:
    """Xu et al. 2020: mix the first quarter, join the rest, shuffle; nodes add edges by their own softmax."""
    torch.manual_seed(3)
    config = NetworkConfig(blocks=1, channels=8, reduce_at=(), classes=5, size=8)
    network = Supernet(config, partial=4).double().to(memory_format=torch.channels_last)
    architecture = lambdas(True)
    block = network.blocks[0]
    first = torch.randn(2, 24, 8, 8, dtype=torch.float64).relu()
    nodes = [block.inputs[0](first), block.inputs[1](first)]
    shares = torch.softmax(architecture.normal, 1)
    for node in range(2, 6):
        numbers = [number for number, edge in enumerate(SUPERNET_EDGES) if edge[1] == node]
        assert architecture.normal_edges is not None
        edge_shares = torch.softmax(architecture.normal_edges[numbers], 0)
        total: Tensor | int = 0
        for number, share in zip(numbers, edge_shares, strict=True):
            source = nodes[SUPERNET_EDGES[number][0]]
            mixture: Tensor | int = 0
            for operation, weight, candidate in zip(
                OPERATIONS, shares[number], block.edges[number].candidates, strict=True
            ):
                x = source[:, :2]
                result = candidate(x.relu() if "conv" in operation else x)
                if "pool" in operation:
                    result = functional.batch_norm(result, None, None, training=True)
                mixture = mixture + weight * result
            joined = torch.cat([mixture, source[:, 2:]], dim=1)
            shuffled = joined.view(2, 4, 2, 8, 8).transpose(1, 2).reshape(2, 8, 8, 8)
            total = total + share * shuffled
        nodes.append(total)
    torch.testing.assert_close(block(first, first, architecture()[0]), torch.cat(nodes[2:], 1))


def test_that_the_counts_are_those_of_the_public_networks() -> None:
    eight = NetworkConfig(blocks=8, channels=16, reduce_at=thirds(8), classes=10, input_channels=3)
    assert count_parameters(Supernet(eight)) == 1_930_618
    assert count_parameters(Supernet(eight, partial=4)) == 299_578
    paper = NetworkConfig(blocks=8, channels=32, reduce_at=thirds(8), classes=11, input_channels=3)
    assert count_parameters(Supernet(paper)) == 6_801_131


def test_that_judging_changes_nothing_and_uses_the_statistics_of_the_batch() -> None:
    torch.manual_seed(4)
    network = Supernet(SMALL).double()
    architecture, (frames, _) = lambdas(), batch(SMALL)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    trained = network.train()(frames, *architecture())
    judged = network.eval()(frames, *architecture())
    torch.testing.assert_close(trained, judged)
    after = network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any("running" in name for name in before)


def test_that_no_gradient_is_kept_where_none_is_asked_for() -> None:
    network, architecture, (frames, _) = Supernet(SMALL).double(), lambdas(), batch(SMALL)
    with torch.no_grad():
        assert not network(frames, *architecture()).requires_grad


@pytest.mark.parametrize("side", [13, 16])
@pytest.mark.parametrize("partial", [1, 2])
def test_that_sides_that_do_not_halve_are_rounded_up(side: int, partial: int) -> None:
    config = NetworkConfig(blocks=3, channels=4, reduce_at=(1,), classes=5, size=side)
    network, architecture, (frames, _) = Supernet(config, partial=partial).double(), lambdas(partial > 1), batch(config)
    assert network(frames, *architecture()).shape == (4, 5)


def test_that_channels_which_cannot_be_dealt_out_are_refused() -> None:
    with pytest.raises(NasError, match="6 channels"):
        Supernet(NetworkConfig(blocks=3, channels=6, classes=5, size=16), partial=4)


def test_that_strengths_start_equal_and_weighed_edges_share_their_node() -> None:
    normal, reduce = Architecture(8)()
    torch.testing.assert_close(normal, torch.full((14, 8), 1 / 8))
    assert torch.equal(normal, reduce)
    weighed, _ = Architecture(8, weighs_edges=True)()
    sources = torch.tensor([float(node) for _, node in SUPERNET_EDGES])
    torch.testing.assert_close(weighed.sum(1), 1 / sources)
