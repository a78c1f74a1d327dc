"""The depthwise convolution against torch's own, number for number."""

import pytest
import torch
from torch.nn import functional

from nas.space.depthwise import DenseGradient, DepthwiseConvolution


@pytest.mark.parametrize("size", [8, 7])
@pytest.mark.parametrize(("kernel", "dilation", "stride"), [(3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (5, 2, 2)])
def test_that_gradients_equal_those_of_the_plain_convolution(
    kernel: int, dilation: int, stride: int, size: int
) -> None:
    torch.manual_seed(0)
    padding = dilation * (kernel // 2)
    ours = DepthwiseConvolution(6, kernel, stride, padding, dilation)
    picture = torch.randn(3, 6, size, size).contiguous(memory_format=torch.channels_last).requires_grad_()
    answer = ours(picture)
    plain = functional.conv2d(picture, ours.weight, None, stride, padding, dilation, 6)
    gradient = torch.randn_like(answer)
    torch.testing.assert_close(answer, plain)
    expected = torch.autograd.grad(plain, (picture, ours.weight), gradient)
    torch.testing.assert_close(
        torch.autograd.grad(answer, (picture, ours.weight), gradient), expected, rtol=1e-5, atol=1e-5
    )


def test_that_low_precision_gradients_stay_near_the_exact_ones() -> None:
    torch.manual_seed(1)
    ours = DepthwiseConvolution(16, 5, 1, 4, 2)
    picture = torch.randn(4, 16, 16, 16).contiguous(memory_format=torch.channels_last)
    ours(picture).square().sum().backward()
    exact = ours.weight.grad
    ours.weight.grad = None
    with torch.autocast("cpu", torch.bfloat16):
        low = ours(picture)
    low.float().square().sum().backward()
    assert low.dtype == torch.bfloat16
    assert exact is not None
    assert ours.weight.grad is not None
    assert float((ours.weight.grad - exact).norm() / exact.norm()) < 0.02


def test_that_a_gradient_in_slices_is_made_dense() -> None:
    pictures = [
        torch.randn(2, 4, 6, 6).contiguous(memory_format=torch.channels_last).requires_grad_() for _ in range(2)
    ]
    seen: list[torch.Tensor] = []
    for picture in pictures:
        picture.register_hook(seen.append)
    torch.cat([DenseGradient.apply(picture) for picture in pictures], dim=1).sin().sum().backward()
    assert all(gradient.is_contiguous(memory_format=torch.channels_last) for gradient in seen)
