"""Depthwise convolution whose backward pass on the CPU is several times faster than the library's for large kernels.

oneDNN has a fast kernel for the weight gradient of undilated 3x3 depthwise convolutions only; 5x5 and dilated ones, of
which the UIAC network consists, fall back to a slow path that takes most of a training step. Both gradients are
therefore brought back to fast kernels: the input's is a convolution with the turned kernel, the weights' is gathered
from 3x3 windows, after a dilated picture was dealt out to its undilated phases.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class DepthwiseConvolution(nn.Conv2d):
    """A depthwise convolution without bias; same parameters, forward pass and gradients as `torch.nn.Conv2d`.

    Parameters
    ----------
    channels
        C of input and output, one kernel each.
    kernel, stride, padding, dilation
        As in `torch.nn.Conv2d`, the same both ways.
    """

    def __init__(self, channels: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
        super().__init__(channels, channels, kernel, stride, padding, dilation, groups=channels, bias=False)

    def forward(self, picture: Tensor) -> Tensor:
        """Turn (N, C, H, W) into (N, C, ceil(H/stride), ceil(W/stride))."""
        return depthwise(picture, self.weight, int(self.stride[0]), int(self.dilation[0]))


def depthwise(picture: Tensor, weight: Tensor, stride: int, dilation: int) -> Tensor:
    """Convolve each channel of (N, C, H, W) with its own kernel, (C, 1, k, k); the size stays at stride 1."""
    kernel = weight.shape[2]
    even = picture.shape[2] % 2 == 0 and picture.shape[3] % 2 == 0
    gains = stride == 1 and kernel in (3, 5) and dilation in (1, 2) and (kernel, dilation) != (3, 1) and even
    if not (gains and torch.is_grad_enabled() and picture.device.type == "cpu"):
        padding = dilation * (kernel // 2)
        return functional.conv2d(picture, weight, None, stride, padding, dilation, weight.shape[0])
    if torch.is_autocast_enabled("cpu"):
        low = torch.get_autocast_dtype("cpu")
        picture, weight = picture.to(low), weight.to(low)
    result: Tensor = _Depthwise.apply(picture, weight, dilation)
    return result


class _Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, picture: Tensor, weight: Tensor, dilation: int) -> Tensor:
        ctx.save_for_backward(picture, weight)
        ctx.dilation = dilation
        return _convolve(picture, weight, dilation)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor | None, Tensor | None, None]:
        picture, weight = ctx.saved_tensors
        dilation, (gradient,) = ctx.dilation, gradients
        by_input = _convolve(gradient, weight.flip(2, 3), dilation) if ctx.needs_input_grad[0] else None
        if not ctx.needs_input_grad[1]:
            return by_input, None, None
        if dilation == 2:
            picture, gradient = _phases(picture), _phases(gradient)
        by_weight = _of_3x3(picture, gradient, 1) if weight.shape[2] == 3 else _of_5x5(picture, gradient)
        return by_input, by_weight, None


def _convolve(picture: Tensor, weight: Tensor, dilation: int) -> Tensor:
    padding = dilation * (weight.shape[2] // 2)
    return functional.conv2d(picture, weight, None, 1, padding, dilation, weight.shape[0])


def _phases(picture: Tensor) -> Tensor:
    """Deal (N, C, H, W) out to (4N, C, H/2, W/2): even and odd rows and columns, which dilation 2 never mixes."""
    count, channels, rows, columns = picture.shape
    cells = picture.permute(0, 2, 3, 1).reshape(count, rows // 2, 2, columns // 2, 2, channels)
    dealt = cells.permute(2, 4, 0, 1, 3, 5).reshape(4 * count, rows // 2, columns // 2, channels)
    return dealt.permute(0, 3, 1, 2)


def _of_3x3(picture: Tensor, gradient: Tensor, padding: int) -> Tensor:
    channels = picture.shape[1]
    kernel = picture.new_empty(channels, 1, 3, 3)
    by_weight: Tensor = torch.ops.aten.convolution_backward(
        gradient, picture, kernel, None, [1, 1], [padding] * 2, [1, 1], False, [0, 0], channels, [False, True, False]
    )[1]
    return by_weight


def _of_5x5(picture: Tensor, gradient: Tensor) -> Tensor:
    """Gather the 25 sums from four overlapping 3x3 windows of the kernel."""
    rows, columns = picture.shape[2:]
    padded = functional.pad(picture, (2, 2, 2, 2))
    by_weight = picture.new_empty(picture.shape[1], 1, 5, 5)
    for top in (0, 2):
        for left in (0, 2):
            window = padded[:, :, top : top + rows + 2, left : left + columns + 2]
            dense = window.contiguous(memory_format=torch.channels_last)
            by_weight[:, :, top : top + 3, left : left + 3] = _of_3x3(dense, gradient, 0)
    return by_weight


class DenseGradient(torch.autograd.Function):
    """The identity, whose gradient is made dense again.

    The gradient of joined channels comes in strided slices, on which batch norm's backward pass is ten times slower.
    """

    @staticmethod
    def forward(_: Any, picture: Tensor) -> Tensor:
        """Return (N, C, H, W) as it is."""
        return picture.view_as(picture)

    @staticmethod
    def backward(_: Any, *gradients: Any) -> Tensor:
        """Return the gradient in channels-last order without gaps."""
        dense: Tensor = gradients[0].contiguous(memory_format=torch.channels_last)
        return dense
