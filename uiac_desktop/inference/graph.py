"""The network as an OpenVINO graph, built straight from genotype and weights, so that live use needs no torch.

Three things make it quicker than a converted network: no batch norm is left; every ReLU that several operations share
is computed once; and since all that reads a block's output rectifies it first, each node is rectified where it is made,
as the last step of its convolution, and not in a pass of its own over the joined channels. Where joining channels is
free (see `blocked`), two convolutions that end in one node also share their last, pointwise one.
"""

from functools import cached_property
from typing import Final

import numpy as np

from nas.genotype import Edge
from nas.model import Weights
from nas.model_config import ModelConfig
from nas.preprocess import gain_and_offset
from nas.space.layout import CONVOLUTIONS, BlockPlan, Convolution, block_plans
from uiac_desktop.inference.folding import Floats, folded, folded_halves
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


def build_graph(config: ModelConfig, weights: Weights, batch: int = 1, join: bool = False) -> ov.Model:
    """Return the network of a model as a graph.

    Parameters
    ----------
    config, weights
        Of the model folder.
    batch
        N, frames at once, at least 1.
    join
        Whether two convolutions that end in one node share one pointwise convolution of both their joined channels.

    Returns
    -------
    A graph from uint8 (N, S, S, C) fitted frames to ``logits`` float32 (N, K) and ``maps`` float32 (N, K, h, w):
    normalisation, stem, blocks, and the classifier as a 1x1 convolution whose mean plus bias is the logit.
    """
    return _Builder(config, weights, batch, join).graph()


class _Builder:
    def __init__(self, config: ModelConfig, weights: Weights, batch: int, join: bool) -> None:
        self._config = config
        self._weights = weights
        self._batch = batch
        self._join = join

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
            pair = {f"{name}.edges.{n}": plan.edges[n] for n in (number, number + 1)}
            if self._join and all(edge.operation in CONVOLUTIONS for edge in pair.values()):
                nodes.append(_Picture(self._joined(pair, plan, nodes)))
                continue
            parts = [self._operation(edge_name, plan, edge, nodes) for edge_name, edge in pair.items()]
            nodes.append(_Picture(self._sum([part for part in parts if part is not None], plan)))
        return nodes

    def _joined(self, pair: dict[str, Edge], plan: BlockPlan, nodes: list[_Picture]) -> ov.Output:
        """Return the sum of two convolutions, A x + B y, as one of the joined channels, [A B] [x; y]."""
        ends = [
            self._up_to_the_last_pointwise(name, edge.operation, nodes[edge.node], plan.stride(edge))
            for name, edge in pair.items()
        ]
        weight = np.concatenate([weight for _, (weight, _) in ends], 1)
        bias = np.sum([bias for _, (_, bias) in ends], 0)
        return _convolution(ops.concat([spread for spread, _ in ends], 1).output(0), (weight, bias))

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
        return _convolution(*self._up_to_the_last_pointwise(name, operation, picture, stride))

    def _up_to_the_last_pointwise(
        self, name: str, operation: str, picture: _Picture, stride: int
    ) -> tuple[ov.Output, tuple[Floats, Floats]]:
        """Return what the last pointwise convolution of an operation reads, with its weight and bias."""
        form = CONVOLUTIONS[operation]
        spread, pointwise = self._stage(f"{name}.stages.0", form, picture, stride)
        for number in range(1, form.stages):
            picture = _Picture(_convolution(spread, pointwise))
            spread, pointwise = self._stage(f"{name}.stages.{number}", form, picture)
        return spread, pointwise

    def _stage(
        self, name: str, form: Convolution, picture: _Picture, stride: int = 1
    ) -> tuple[ov.Output, tuple[Floats, Floats]]:
        kernel = ops.constant(self._weights[f"{name}.depthwise.weight"][:, :, None])
        padding, dilation = [form.padding] * 2, [form.dilation] * 2
        spread = ops.group_convolution(picture.rectified, kernel, [stride] * 2, padding, padding, dilation).output(0)
        return spread, folded(self._weights, f"{name}.pointwise", f"{name}.norm")

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
    weight_and_bias: tuple[Floats, Floats],
    stride: int = 1,
    padding: int = 0,
) -> ov.Output:
    weight, bias = weight_and_bias
    swept = ops.convolution(picture, ops.constant(weight), [stride] * 2, [padding] * 2, [padding] * 2, [1, 1])
    return ops.add(swept, ops.constant(bias.reshape(1, -1, 1, 1))).output(0)
