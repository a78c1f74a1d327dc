"""The network as an OpenVINO graph, built straight from genotype and weights, so that live use needs no torch.

Three things make it quicker than a converted network: no batch norm is left; every ReLU that several operations share
is computed once; and since all that reads a block's output rectifies it first, each node is rectified where it is made,
as the last step of its convolution, and not in a pass of its own over the joined channels.
"""

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.genotype import Edge
from nas.model import Weights
from nas.model_config import ModelConfig
from nas.preprocess import gain_and_offset
from nas.space.layout import CONVOLUTIONS, BlockPlan, block_plans
from uiac_desktop.inference.folding import folded, folded_halves
from uiac_desktop.inference.silent_openvino import ops, ov

LOGITS: Final = "logits"
MAPS: Final = "maps"


class _Picture:
    """A tensor (N, C, H, W) of the graph with its rectified form, made once and only where something reads it."""

    def __init__(self, raw: ov.Output) -> None:
        self.raw: Final = raw

    @cached_property
    def rectified(self) -> ov.Output:
        return ops.relu(self.raw).output(0)


def build_graph(config: ModelConfig, weights: Weights, batch: int = 1) -> ov.Model:
    """Return the network of a model as a graph.

    Parameters
    ----------
    config, weights
        Of the model folder.
    batch
        N, frames at once, at least 1.

    Returns
    -------
    A graph from uint8 (N, S, S, C) fitted frames to ``logits`` float32 (N, K) and ``maps`` float32 (N, K, h, w):
    normalisation, stem, blocks, and the classifier as a 1x1 convolution whose mean plus bias is the logit.
    """
    return _Builder(config, weights, batch).graph()


class _Builder:
    def __init__(self, config: ModelConfig, weights: Weights, batch: int) -> None:
        self._config = config
        self._weights = weights
        self._batch = batch

    def graph(self) -> ov.Model:
        size, channels = self._config.network.size, self._config.network.input_channels
        frames = ops.parameter([self._batch, size, size, channels], np.uint8, name="frames")
        stem = folded(self._weights, "stem.convolution", "stem.norm")
        first = second = ops.relu(_convolution(self._normalised(frames), stem, padding=1)).output(0)
        plans = block_plans(self._config.network)
        for plan in plans[:-1]:
            nodes = self._nodes(plan, first, second)
            first, second = second, ops.concat([nodes[number].rectified for number in plan.concat], 1).output(0)
        nodes = self._nodes(plans[-1], first, second)
        features = ops.concat([nodes[number].raw for number in plans[-1].concat], 1).output(0)
        return ov.Model(list(self._scores(features)), [frames], self._config.name)

    def _normalised(self, frames: ov.Node) -> ov.Output:
        gain, offset = (part.reshape(1, -1, 1, 1) for part in gain_and_offset(self._config.preprocess))
        planes = ops.transpose(ops.convert(frames, "f32"), ops.constant(np.array([0, 3, 1, 2])))
        scaled = ops.multiply(planes, ops.constant(gain))
        return (ops.add(scaled, ops.constant(offset)) if offset.any() else scaled).output(0)

    def _scores(self, features: ov.Output) -> tuple[ov.Output, ov.Output]:
        weight, bias = self._weights["classifier.weight"], self._weights["classifier.bias"]
        maps = ops.convolution(
            features, ops.constant(weight[:, :, None, None]), [1, 1], [0, 0], [0, 0], [1, 1], name=MAPS
        ).output(0)
        means = ops.reduce_mean(maps, ops.constant(np.array([2, 3])), keep_dims=False)
        logits = ops.add(means, ops.constant(bias[None]), name=LOGITS).output(0)
        logits.get_tensor().set_names({LOGITS})
        maps.get_tensor().set_names({MAPS})
        return logits, maps

    def _nodes(self, plan: BlockPlan, first: ov.Output, second: ov.Output) -> list[_Picture]:
        """Return a block's two inputs and its four nodes, from the rectified outputs of the two blocks before it."""
        name = f"blocks.{plan.index}"
        enter = self._shrunk if plan.shrinks_first_input else self._pointwise
        nodes = [_Picture(enter(f"{name}.inputs.0", first)), _Picture(self._pointwise(f"{name}.inputs.1", second))]
        for number in range(0, len(plan.edges), 2):
            parts = [self._operation(f"{name}.edges.{n}", plan, plan.edges[n], nodes) for n in (number, number + 1)]
            nodes.append(_Picture(self._sum([part for part in parts if part is not None], plan)))
        return nodes

    def _sum(self, parts: list[ov.Output], plan: BlockPlan) -> ov.Output:
        if not parts:
            shape = (self._batch, plan.channels, plan.size, plan.size)
            return ops.constant(np.zeros(shape, np.float32)).output(0)
        return parts[0] if len(parts) == 1 else ops.add(*parts).output(0)

    def _operation(self, name: str, plan: BlockPlan, edge: Edge, nodes: list[_Picture]) -> ov.Output | None:
        """Return one edge's output; None for ``none``, which adds nothing."""
        picture, stride = nodes[edge.node], plan.stride(edge)
        if edge.operation in CONVOLUTIONS:
            return self._separable(name, edge.operation, picture, stride)
        match edge.operation:
            case "max_pool_3x3":
                pooled = ops.max_pool(picture.raw, [stride] * 2, [1, 1], [1, 1], [1, 1], [3, 3], "floor", "explicit")
                return pooled.output(0)
            case "avg_pool_3x3":
                return ops.avg_pool(picture.raw, [stride] * 2, [1, 1], [1, 1], [3, 3], True, "floor").output(0)
            case "skip_connect":
                return picture.raw if stride == 1 else self._shrunk(name, picture.rectified)
        return None

    def _separable(self, name: str, operation: str, picture: _Picture, stride: int) -> ov.Output:
        form = CONVOLUTIONS[operation]
        for stage in range(form.stages):
            prefix = f"{name}.stages.{stage}"
            kernel = self._weights[f"{prefix}.depthwise.weight"][:, :, None]
            spread = ops.group_convolution(
                picture.rectified,
                ops.constant(kernel),
                [stride if stage == 0 else 1] * 2,
                [form.padding] * 2,
                [form.padding] * 2,
                [form.dilation] * 2,
            ).output(0)
            picture = _Picture(_convolution(spread, folded(self._weights, f"{prefix}.pointwise", f"{prefix}.norm")))
        return picture.raw

    def _pointwise(self, name: str, rectified: ov.Output) -> ov.Output:
        return _convolution(rectified, folded(self._weights, f"{name}.convolution", f"{name}.norm"))

    def _shrunk(self, name: str, rectified: ov.Output) -> ov.Output:
        even, odd = folded_halves(self._weights, name)
        rows, columns = rectified.get_shape()[2:]
        shifted = ops.slice(
            rectified,
            ops.constant(np.array([1, 1])),
            ops.constant(np.array([rows, columns])),
            ops.constant(np.array([1, 1])),
            ops.constant(np.array([2, 3])),
        ).output(0)
        if rows % 2 or columns % 2:
            after = ops.constant(np.array([0, 0, rows % 2, columns % 2]))
            shifted = ops.pad(shifted, ops.constant(np.zeros(4, np.int64)), after, "constant").output(0)
        halves = [_convolution(rectified, even, stride=2), _convolution(shifted, odd, stride=2)]
        return ops.concat(halves, 1).output(0)


def _convolution(
    picture: ov.Output,
    weight_and_bias: tuple[NDArray[np.float32], NDArray[np.float32]],
    stride: int = 1,
    padding: int = 0,
) -> ov.Output:
    weight, bias = weight_and_bias
    swept = ops.convolution(picture, ops.constant(weight), [stride] * 2, [padding] * 2, [padding] * 2, [1, 1])
    return ops.add(swept, ops.constant(bias.reshape(1, -1, 1, 1))).output(0)
