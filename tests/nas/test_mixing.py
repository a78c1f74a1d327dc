"""The sum of normalised candidates by moments against the same sum one candidate after another."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from nas.space import mixing
from nas.space.mixing import Term, mixed, normed_projection


def picture(channels: int, *size: int) -> Tensor:
    found = torch.randn(2, channels, *size, dtype=torch.float64) * 3 + 1
    return found.contiguous(memory_format=torch.channels_last).requires_grad_()


@given(
    st.integers(0, 10_000),
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(2, 5),
)
def test_that_moments_give_the_sum_and_every_gradient(
    seed: int, terms: int, plain: int, width: int, parts: int, side: int
) -> None:
    if terms + plain == 0:
        return
    torch.manual_seed(seed)
    channels = width * parts
    pictures = [picture(channels, side, side + 1) for _ in range(terms)]
    projections = [torch.randn(channels, channels, dtype=torch.float64, requires_grad=True) for _ in range(terms)]
    shared = [picture(width if index else channels, side, side + 1) for index in range(plain)]
    weights = torch.rand(terms, parts, dtype=torch.float64, requires_grad=True)
    others = torch.rand(plain, parts, dtype=torch.float64, requires_grad=True)
    inputs = [*pictures, *projections, *shared, weights, others]
    pairs = [Term(*pair) for pair in zip(pictures, projections, strict=True)]
    ours = mixed(pairs, shared, weights, others, channels)
    right = mixing._mixed_singly(pairs, shared, weights, others, channels)
    torch.testing.assert_close(ours, right)
    gradient = torch.randn_like(right)
    found = torch.autograd.grad(ours, inputs, gradient, materialize_grads=True)
    expected = torch.autograd.grad(right, inputs, gradient, materialize_grads=True)
    torch.testing.assert_close(found, expected, rtol=1e-7, atol=1e-9)


def test_that_a_projection_is_normalised_as_batch_norm_does() -> None:
    torch.manual_seed(0)
    convolution = torch.nn.Conv2d(4, 4, 1, bias=False, dtype=torch.float64)
    norm = torch.nn.BatchNorm2d(4, affine=False, dtype=torch.float64)
    frames = picture(4, 5, 6)
    torch.testing.assert_close(
        normed_projection(Term(frames, convolution.weight[:, :, 0, 0])), norm(convolution(frames))
    )


def test_that_a_constant_picture_is_normalised_to_nothing() -> None:
    flat = torch.full((2, 3, 4, 4), 7.0).contiguous(memory_format=torch.channels_last)
    found = normed_projection(Term(flat, torch.eye(3)))
    assert torch.isfinite(found).all()
    assert found.abs().max() < 0.1


def test_that_a_gradient_of_a_gradient_is_refused_instead_of_wrong() -> None:
    frames, projection = picture(2, 3, 3), torch.randn(2, 2, dtype=torch.float64, requires_grad=True)
    loss = normed_projection(Term(frames, projection)).pow(3).sum()
    (first,) = torch.autograd.grad(loss, projection, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.sum().backward()
