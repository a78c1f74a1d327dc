"""All candidates on the edges that leave one node, evaluated together, so that what they share is computed once.

Every edge from a node pools the same picture, rectifies the same picture and, where channels are few, convolves it in
one go. The numbers are those of fourteen edges evaluated one by one.
"""

from collections.abc import Callable, Sequence
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from nas.space.depthwise import depthwise
from nas.space.layout import CONVOLUTIONS
from nas.space.mixing import EPSILON, Term, mixed, normed_projection
from nas.space.operations import SeparableConvolution, SeparableStage, Shrink, build_operation

_TOGETHER: Final = 32  # channels up to which edges are cheaper together than one by one
Builder = Callable[[str, int, int, bool], nn.Module]
"""Makes an operation from its name, channels, stride and whether its norms are affine, as `build_operation` does."""


class Candidates(nn.Module):
    """The candidates of one edge; they hold the weights, `Outgoing` evaluates them.

    Parameters
    ----------
    operations
        Names, in the order of lambda's columns.
    channels
        C of every picture.
    stride
        1 or 2.
    build
        Makes each operation.
    """

    def __init__(self, operations: Sequence[str], channels: int, stride: int, build: Builder = build_operation) -> None:
        super().__init__()
        self.candidates = nn.ModuleList(build(operation, channels, stride, False) for operation in operations)


class Outgoing:
    """Evaluates all edges that leave one node.

    Parameters
    ----------
    operations
        Names, in the order of lambda's columns.
    edges
        The edges' candidates.
    channels
        C.
    stride
        1 or 2, the same for all.
    """

    def __init__(self, operations: Sequence[str], edges: Sequence[Candidates], channels: int, stride: int) -> None:
        self._operations = tuple(operations)
        self._stride = stride
        together = max(_TOGETHER // channels, 1) if len(edges) * channels <= _TOGETHER else 1
        self._groups = [list(edges[first : first + together]) for first in range(0, len(edges), together)]

    def __call__(self, picture: Tensor, strengths: Tensor) -> list[Tensor]:
        """Return what each edge adds to its target.

        Parameters
        ----------
        picture
            (N, C, H, W), not rectified.
        strengths
            (E, O): what each operation of each edge counts.

        Returns
        -------
        list of Tensor
            E pictures (N, C, ceil(H/stride), ceil(W/stride)).
        """
        rectified = functional.relu(picture)
        pooled = ((index, self._shared(name, picture)) for index, name in enumerate(self._operations))
        shared = {index: result for index, result in pooled if result is not None}
        results: list[Tensor] = []
        for group in self._groups:
            rows = strengths[len(results) : len(results) + len(group)]
            wide = rectified if len(group) == 1 else rectified.repeat(1, len(group), 1, 1)
            result = self._group(group, picture, wide, shared, rows)
            results += [result] if len(group) == 1 else result.chunk(len(group), dim=1)
        return results

    def _group(
        self, group: list[Candidates], picture: Tensor, wide: Tensor, shared: dict[int, Tensor], strengths: Tensor
    ) -> Tensor:
        terms: list[Term] = []
        plain: list[Tensor] = []
        of_terms, of_plain = [], []
        for index, name in enumerate(self._operations):
            modules = [edge.candidates[index] for edge in group]
            if name in CONVOLUTIONS:
                terms.append(_separable(cast(list[SeparableConvolution], modules), wide))
                of_terms.append(index)
            elif name != "none":
                plain.append(shared[index] if index in shared else _singly(modules, picture, wide))
                of_plain.append(index)
        by_candidate = strengths.t()
        return mixed(terms, plain, by_candidate[of_terms], by_candidate[of_plain], wide.shape[1])

    def _shared(self, name: str, picture: Tensor) -> Tensor | None:
        """Return what an operation without weights makes of the picture, the same for every edge; None for others."""
        match name:
            case "max_pool_3x3":
                return _normed(functional.max_pool2d(picture, 3, self._stride, padding=1))
            case "avg_pool_3x3":
                return _normed(average_pool(picture, self._stride))
            case "skip_connect":
                return picture if self._stride == 1 else None
        return None


def average_pool(picture: Tensor, stride: int) -> Tensor:
    """Return the mean of 3x3 windows of (N, C, H, W) without their padding, (N, C, ceil(H/stride), ceil(W/stride)).

    It is a depthwise convolution, which is faster on the CPU than the library's pooling.
    """
    channels, height, width = picture.shape[1:]
    kernel = picture.new_ones((channels, 1, 3, 3))
    sums = functional.conv2d(picture, kernel, None, stride, 1, 1, channels)
    rows, columns = (_window_sizes(side, stride, picture) for side in (height, width))
    return sums * (1 / (rows[:, None] * columns[None, :]))


def _window_sizes(side: int, stride: int, like: Tensor) -> Tensor:
    """Return how many of three neighbours lie inside, for every output of one line."""
    sizes = torch.full((side,), 3, dtype=like.dtype, device=like.device)
    sizes[0] -= 1
    sizes[-1] -= 1
    return sizes[::stride]


def _normed(picture: Tensor) -> Tensor:
    return functional.batch_norm(picture, None, None, training=True, eps=EPSILON)


def _singly(modules: list[nn.Module], picture: Tensor, wide: Tensor) -> Tensor:
    """Return the operations of each edge, joined along the channels."""
    rectified = wide[:, : picture.shape[1]]
    found = [module(rectified if isinstance(module, Shrink) else picture) for module in modules]
    return found[0] if len(found) == 1 else torch.cat(found, dim=1)


def _separable(modules: list[SeparableConvolution], rectified: Tensor) -> Term:
    """Return the operation up to its last projection."""
    stages = [[cast(SeparableStage, stage) for stage in module.stages] for module in modules]
    picture = rectified
    for together in list(zip(*stages, strict=True))[:-1]:
        picture = functional.relu_(normed_projection(_stage(together, picture)))
    return _stage([stage[-1] for stage in stages], picture)


def _stage(stages: Sequence[SeparableStage], picture: Tensor) -> Term:
    kernels = [stage.depthwise.weight for stage in stages]
    projections = [stage.pointwise.weight[:, :, 0, 0] for stage in stages]
    first = stages[0].depthwise
    weight = kernels[0] if len(kernels) == 1 else torch.cat(kernels)
    spread = depthwise(picture, weight, int(first.stride[0]), int(first.dilation[0]))
    return Term(spread, projections[0] if len(projections) == 1 else torch.block_diag(*projections))  # type: ignore[no-untyped-call]
