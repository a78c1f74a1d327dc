"""The operations of the search space in torch, fed with already rectified pictures where they start with a ReLU.

Several operations of a block read the same node, and all convolutions start with a ReLU; the block computes it once for
all of them, which is the same number for number and saves a pass over memory each.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from nas.genotype import OPERATIONS
from nas.space.depthwise import DepthwiseConvolution
from nas.space.layout import CONVOLUTIONS, halved

_STARTS_WITH_RELU: Final = frozenset(CONVOLUTIONS)


class Pointwise(nn.Module):
    """A 1x1 convolution with batch norm."""

    def __init__(self, inputs: int, outputs: int, affine: bool = True) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs, affine=affine)

    def forward(self, rectified: Tensor) -> Tensor:
        """Turn a rectified (N, inputs, H, W) into (N, outputs, H, W)."""
        normed: Tensor = self.norm(self.convolution(rectified))
        return normed


class Shrink(nn.Module):
    """Factorised reduction: halves the picture.

    Half of the output channels see the pixels in even rows and columns, the other half those in odd ones. Odd sides get
    one row and column of zeros at the lower right, so that both halves have the rounded-up size.
    """

    def __init__(self, inputs: int, outputs: int, affine: bool = True) -> None:
        super().__init__()
        self.even = nn.Conv2d(inputs, outputs // 2, 1, bias=False)
        self.odd = nn.Conv2d(inputs, outputs - outputs // 2, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs, affine=affine)

    def forward(self, rectified: Tensor) -> Tensor:
        """Turn a rectified (N, inputs, H, W) into (N, outputs, ceil(H/2), ceil(W/2)).

        Pixels are picked before they are projected: on a CPU, torch's own 1x1 convolution with a step of two is slow,
        and with few channels its backward pass writes past its memory (torch 2.14.1).
        """
        even, odd = rectified[:, :, ::2, ::2], rectified[:, :, 1::2, 1::2]
        rows, columns = rectified.shape[2] % 2, rectified.shape[3] % 2
        if rows or columns:
            odd = functional.pad(odd, (0, columns, 0, rows))
        normed: Tensor = self.norm(torch.cat((self.even(dense(even)), self.odd(dense(odd))), dim=1))
        return normed


def dense(picture: Tensor) -> Tensor:
    """Return (N, C, H, W) without gaps in memory, channels last."""
    return picture.contiguous(memory_format=torch.channels_last)


class SeparableStage(nn.Module):
    """Depthwise convolution, pointwise convolution, batch norm."""

    def __init__(self, channels: int, kernel: int, stride: int, padding: int, dilation: int, affine: bool) -> None:
        super().__init__()
        self.depthwise = DepthwiseConvolution(channels, kernel, stride, padding, dilation)
        self.pointwise = nn.Conv2d(channels, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels, affine=affine)

    def forward(self, rectified: Tensor) -> Tensor:
        """Turn a rectified (N, C, H, W) into (N, C, ceil(H/stride), ceil(W/stride))."""
        normed: Tensor = self.norm(self.pointwise(self.depthwise(rectified)))
        return normed


class SeparableConvolution(nn.Module):
    """One or two separable stages; a separable convolution has two (the second at stride 1), a dilated one has one.

    Parameters
    ----------
    operation
        A key of `nas.space.layout.CONVOLUTIONS`.
    channels
        Of input and output.
    stride
        1 or 2, of the first stage.
    affine
        Whether the norms learn scale and shift; a supernet's do not.
    """

    def __init__(self, operation: str, channels: int, stride: int, affine: bool = True) -> None:
        super().__init__()
        form = CONVOLUTIONS[operation]
        self.stages = nn.ModuleList(
            SeparableStage(channels, form.kernel, stride if stage == 0 else 1, form.padding, form.dilation, affine)
            for stage in range(form.stages)
        )

    def forward(self, rectified: Tensor) -> Tensor:
        """Turn a rectified (N, C, H, W) into (N, C, ceil(H/stride), ceil(W/stride)), not rectified."""
        picture = rectified
        for number, stage in enumerate(self.stages):
            picture = stage(functional.relu_(picture) if number else picture)
        return picture


class Zero(nn.Module):
    """The operation ``none``: zeros of the output's size."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride

    def forward(self, picture: Tensor) -> Tensor:
        """Turn any (N, C, H, W) into zeros (N, C, ceil(H/stride), ceil(W/stride))."""
        count, channels, rows, columns = picture.shape
        if self.stride == 2:
            rows, columns = halved(rows), halved(columns)
        return picture.new_zeros(count, channels, rows, columns)


def starts_with_relu(operation: str, stride: int) -> bool:
    """Return whether an operation reads the rectified node; pools, ``none`` and the identity read the node itself."""
    return operation in _STARTS_WITH_RELU or (operation == "skip_connect" and stride == 2)


def build_operation(operation: str, channels: int, stride: int, affine: bool = True) -> nn.Module:
    """Return one of the eight operations.

    Parameters
    ----------
    operation
        A name of `nas.genotype.OPERATIONS`.
    channels
        C of the input (N, C, H, W) and of the output.
    stride
        1, or 2 on edges that read an input of a reduction block: (H, W) becomes (ceil(H/2), ceil(W/2)).
    affine
        Whether batch norms learn scale and shift.

    Raises
    ------
    ValueError
        For an unknown name; a `Genotype` cannot hold one.

    References
    ----------
    Liu, Simonyan, Yang, ICLR 2019, section 3.1.1. The mean of a pool leaves the padding out; pools have no norm here,
    as in DARTS' evaluation network (its search network puts one after them).
    """
    if operation in CONVOLUTIONS:
        return SeparableConvolution(operation, channels, stride, affine)
    match operation:
        case "max_pool_3x3":
            return nn.MaxPool2d(3, stride, padding=1)
        case "avg_pool_3x3":
            return nn.AvgPool2d(3, stride, padding=1, count_include_pad=False)
        case "skip_connect":
            return nn.Identity() if stride == 1 else Shrink(channels, channels, affine)
        case "none":
            return Zero(stride)
    raise ValueError(f"unknown operation {operation!r}; known are {', '.join(OPERATIONS)}")
