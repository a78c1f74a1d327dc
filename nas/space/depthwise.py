"""Depthwise convolution whose backward pass on the CPU is several times faster than the library's for large kernels.

oneDNN has a fast kernel for the weight gradient of undilated 3x3 depthwise convolutions only; 5x5 and dilated ones, of
which the UIAC network consists, fall back to a slow path that takes most of a training step. Both gradients are
therefore brought back to fast kernels: the input's is a convolution with the turned kernel, the weights' is gathered
from 3x3 windows, after a dilated picture was dealt out to its undilated phases.
"""

import math
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

_MARGIN: Final = 2  # half of the largest kernel


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
        of_kernel = _of_3x3 if weight.shape[2] == 3 else _of_5x5
        return by_input, of_kernel(_Framed(picture, dilation), _Framed(gradient, dilation)), None


def _convolve(picture: Tensor, weight: Tensor, dilation: int) -> Tensor:
    padding = dilation * (weight.shape[2] // 2)
    return functional.conv2d(picture, weight, None, 1, padding, dilation, weight.shape[0])


class _Framed:
    """A picture in a frame of zeros, channels last, and more zeros before and after it in memory.

    Dilation 2 never mixes even and odd rows and columns, so such a picture is dealt out to four quarters of the size.

    Attributes
    ----------
    shape
        (N, rows, columns, C) with the frame, or (4N, ...).
    """

    def __init__(self, picture: Tensor, dilation: int) -> None:
        count, channels, height, width = picture.shape
        rows, columns = height // dilation, width // dilation
        self.shape = (dilation**2 * count, rows + 2 * _MARGIN, columns + 2 * _MARGIN, channels)
        self._reach = (self.shape[2] + 1) * channels
        self._numbers = math.prod(self.shape)
        self._line = picture.new_zeros(self._numbers + 2 * self._reach)
        inner = self.at(0, 0)[:, :, _MARGIN : _MARGIN + rows, _MARGIN : _MARGIN + columns]
        for phase in range(dilation**2):
            top, left = divmod(phase, dilation)
            inner[phase * count : (phase + 1) * count].copy_(picture[:, :, top::dilation, left::dilation])

    def at(self, down: int, right: int) -> Tensor:
        """Return (N, C, rows, columns), moved up and left by at most a pixel each; not copied.

        A move by rows and columns is a move in memory: what runs over the end of a line takes zeros of the frame.
        """
        first = self._reach + (down * self.shape[2] + right) * self.shape[3]
        return self._line[first : first + self._numbers].view(self.shape).permute(0, 3, 1, 2)


def _of_3x3(picture: _Framed, gradient: _Framed, down: int = 0, right: int = 0) -> Tensor:
    seen, channels = picture.at(down, right), picture.shape[3]
    kernel = seen.new_empty(channels, 1, 3, 3)
    by_weight: Tensor = torch.ops.aten.convolution_backward(
        gradient.at(0, 0), seen, kernel, None, [1, 1], [1, 1], [1, 1], False, [0, 0], channels, [False, True, False]
    )[1]
    return by_weight


def _of_5x5(picture: _Framed, gradient: _Framed) -> Tensor:
    """Gather the 25 sums from four overlapping 3x3 windows of the kernel."""
    by_weight = picture.at(0, 0).new_empty(picture.shape[3], 1, 5, 5)
    for top in (0, 2):
        for left in (0, 2):
            by_weight[:, :, top : top + 3, left : left + 3] = _of_3x3(picture, gradient, top - 1, left - 1)
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
