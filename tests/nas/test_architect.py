"""Lambda's gradients against autograd and an exact second order, in float64 where digits matter."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from nas.architect import Architect, Batch

LR, MOMENTUM, DECAY = 0.05, 0.9, 0.01


@pytest.fixture(autouse=True)
def _in_double() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


class Mixture(nn.Module):
    """A smooth stand-in for a search network: two mixed layers of three smooth operations each."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.randn(3, 6, 6) / 3)
        self.second = nn.Parameter(torch.randn(3, 6, 6) / 3)
        self.last = nn.Linear(6, 4)

    def forward(self, frames: Tensor, normal: Tensor, reduce: Tensor) -> Tensor:
        return self.at(frames, normal, reduce, dict(self.named_parameters()))

    def at(self, frames: Tensor, normal: Tensor, reduce: Tensor, weights: dict[str, Tensor]) -> Tensor:
        x = frames.flatten(1)
        for strengths, matrices in ((normal, weights["first"]), (reduce, weights["second"])):
            x = sum(
                s * f(x @ m)
                for s, f, m in zip(strengths, (torch.tanh, torch.sin, functional.softplus), matrices, strict=True)
            )
        return functional.linear(x, weights["last.weight"], weights["last.bias"])


class Lambdas(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.normal = nn.Parameter(torch.randn(3) / 2)
        self.reduce = nn.Parameter(torch.randn(3) / 2)

    def forward(self) -> tuple[Tensor, Tensor]:
        return torch.softmax(self.normal, 0), torch.softmax(self.reduce, 0)


class Bench:
    """A small search after a few steps, so that momentum is there."""

    def __init__(self, order: int, **options: object) -> None:
        torch.manual_seed(3)
        self.network, self.lambdas = Mixture(), Lambdas()
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=LR, momentum=MOMENTUM, weight_decay=DECAY)
        adam = torch.optim.Adam(self.lambdas.parameters(), lr=1e-3, betas=(0.5, 0.999))
        self.architect = Architect(
            self.network,
            self.lambdas,
            self.optimiser,
            adam,
            functional.cross_entropy,
            order,
            **options,  # type: ignore[arg-type]
        )
        self.training, self.validation = (Batch(torch.randn(8, 1, 2, 3), torch.randint(0, 4, (8,))) for _ in range(2))
        for _ in range(3):
            self.architect.step_weights(self.training)

    def loss(self, batch: Batch, weights: dict[str, Tensor]) -> Tensor:
        return functional.cross_entropy(self.network.at(batch.frames, *self.lambdas(), weights), batch.labels)

    def exact(self) -> list[Tensor]:
        """Return lambda's gradient through one step of momentum SGD, by differentiating twice."""
        weights = dict(self.network.named_parameters())
        ahead = torch.autograd.grad(self.loss(self.training, weights), list(weights.values()), create_graph=True)
        lr = self.optimiser.param_groups[0]["lr"]
        moved = {
            name: weight - lr * (MOMENTUM * self.optimiser.state[weight]["momentum_buffer"] + gradient + DECAY * weight)
            for (name, weight), gradient in zip(weights.items(), ahead, strict=True)
        }
        return list(torch.autograd.grad(self.loss(self.validation, moved), list(self.lambdas.parameters())))


def relative(found: list[Tensor], right: list[Tensor]) -> float:
    ours, theirs = torch.cat(found), torch.cat(right)
    return float((ours - theirs).norm() / theirs.norm())


def test_that_the_first_order_is_the_gradient_at_the_weights_as_they_are() -> None:
    bench = Bench(1)
    weights = dict(bench.network.named_parameters())
    right = torch.autograd.grad(bench.loss(bench.validation, weights), list(bench.lambdas.parameters()))
    found, _ = bench.architect.lambda_gradients(bench.training, bench.validation)
    assert relative(found, list(right)) < 1e-14


def test_that_the_second_order_is_the_gradient_through_one_more_step() -> None:
    bench = Bench(2, reach=1e-4)
    exact = bench.exact()
    found, _ = bench.architect.lambda_gradients(bench.training, bench.validation)
    assert relative(found, exact) < 1e-6
    first, _ = Bench(1).architect.lambda_gradients(bench.training, bench.validation)
    assert relative(first, exact) > 1e-3


def test_that_the_unrolled_step_uses_the_learning_rate_of_the_moment() -> None:
    bench = Bench(2, reach=1e-4)
    bench.optimiser.param_groups[0]["lr"] = LR / 7
    assert relative(bench.architect.lambda_gradients(bench.training, bench.validation)[0], bench.exact()) < 1e-6


@pytest.mark.parametrize("order", [1, 2])
def test_that_a_lambda_step_leaves_weights_and_momentum_bit_for_bit(order: int) -> None:
    bench = Bench(order)
    before = [weight.clone() for weight in bench.network.parameters()]
    momenta = [bench.optimiser.state[weight]["momentum_buffer"].clone() for weight in bench.network.parameters()]
    lambdas = [number.clone() for number in bench.lambdas.parameters()]
    bench.architect.step_lambda(bench.training, bench.validation)
    assert all(torch.equal(a, b) for a, b in zip(before, bench.network.parameters(), strict=True))
    now = [bench.optimiser.state[weight]["momentum_buffer"] for weight in bench.network.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(momenta, now, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(lambdas, bench.lambdas.parameters(), strict=True))


def test_that_weights_come_back_where_the_second_order_breaks_half_way() -> None:
    bench = Bench(2)
    before = [weight.clone() for weight in bench.network.parameters()]
    broken = Batch(bench.validation.frames, torch.full((8,), 99))
    with pytest.raises(IndexError):
        bench.architect.step_lambda(bench.training, broken)
    assert all(torch.equal(a, b) for a, b in zip(before, bench.network.parameters(), strict=True))
    assert all(weight.requires_grad for weight in bench.network.parameters())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_that_the_second_order_of_a_loss_that_is_flat_is_the_first(dtype: torch.dtype) -> None:
    """Frames of D_val that are named with full certainty have no gradient left."""
    bench = Bench(2)
    bench.network.to(dtype)
    bench.lambdas.to(dtype)
    training = Batch(bench.training.frames.to(dtype), bench.training.labels)
    flat = Batch(torch.zeros_like(training.frames), torch.full((8,), -100))  # cross entropy leaves these labels out
    bench.architect._loss = lambda logits, labels: functional.cross_entropy(logits, labels, reduction="sum")
    found, _ = bench.architect.lambda_gradients(training, flat)
    assert all(torch.equal(gradient, torch.zeros_like(gradient)) for gradient in found)


def test_that_a_weight_step_leaves_lambda_alone() -> None:
    bench = Bench(1)
    lambdas = [number.clone() for number in bench.lambdas.parameters()]
    bench.architect.step_weights(bench.training)
    assert all(torch.equal(a, b) for a, b in zip(lambdas, bench.lambdas.parameters(), strict=True))
    assert all(number.grad is None for number in bench.lambdas.parameters())


@pytest.mark.parametrize("order", [1, 2])
def test_that_decay_moves_lambda_beside_the_step_that_frames_ask_for(order: int) -> None:
    plain = Bench(order)
    plain.architect.step_lambda(plain.training, plain.validation)
    bench = Bench(order)

    def decay(rate: float) -> None:
        with torch.no_grad():
            bench.lambdas.normal.sub_(3 * rate)

    bench.architect._decay = decay
    bench.architect.step_lambda(bench.training, bench.validation)
    torch.testing.assert_close(bench.lambdas.normal, plain.lambdas.normal - 3e-3)
    torch.testing.assert_close(bench.lambdas.reduce, plain.lambdas.reduce)


@pytest.mark.parametrize("order", [1, 2])
def test_that_parts_of_a_batch_are_averaged(order: int) -> None:
    whole, halves = Bench(order), Bench(order, parts=2)
    found, outcome = halves.architect.lambda_gradients(whole.training, whole.validation)
    right, told = whole.architect.lambda_gradients(whole.training, whole.validation)
    assert relative(found, right) < 1e-12
    assert int(outcome.right) == int(told.right)
    torch.testing.assert_close(outcome.loss, told.loss)


def test_that_lambda_among_the_weights_is_refused() -> None:
    network = Mixture()
    optimiser = torch.optim.SGD(network.parameters(), lr=LR)
    with pytest.raises(ValueError, match="lambda"):
        Architect(network, network, optimiser, optimiser, functional.cross_entropy)
