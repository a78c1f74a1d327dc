"""The network in plain numbers: blocks, layers, tensor names and shapes, without torch, so all loaders check alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Final, Literal

from nas.genotype import Edge
from nas.space.network_config import NetworkConfig

AUXILIARY_SQUEEZE: Final = 128
AUXILIARY_EXPAND: Final = 768
AUXILIARY_SIDE: Final = 2
_NORM_TENSORS: Final = ("weight", "bias", "running_mean", "running_var")


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution of the search space: ``stages`` times (ReLU, depthwise, pointwise, batch norm)."""

    kernel: int
    dilation: int
    stages: int

    @property
    def padding(self) -> int:
        """Pixels of zeros on each side that keep the picture's size at stride 1."""
        return self.dilation * (self.kernel - 1) // 2


CONVOLUTIONS: Final[dict[str, Convolution]] = {
    "sep_conv_3x3": Convolution(kernel=3, dilation=1, stages=2),
    "sep_conv_5x5": Convolution(kernel=5, dilation=1, stages=2),
    "dil_conv_3x3": Convolution(kernel=3, dilation=2, stages=1),
    "dil_conv_5x5": Convolution(kernel=5, dilation=2, stages=1),
}


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """Where a block stands and what it is fed.

    Attributes
    ----------
    index
        0-based number.
    reduction
        Whether it halves the picture.
    shrinks_first_input
        Whether its first input, the output of the block before last, is twice as large as the second.
    inputs
        Channels of the two inputs.
    channels
        Channels of a node.
    outputs
        Channels of the output: ``channels`` times the joined nodes.
    size_in, size
        Side of the second input and of the output in pixels.
    edges, concat
        The block of the genotype that it follows.
    """

    index: int
    reduction: bool
    shrinks_first_input: bool
    inputs: tuple[int, int]
    channels: int
    outputs: int
    size_in: int
    size: int
    edges: tuple[Edge, ...]
    concat: tuple[int, ...]

    def stride(self, edge: Edge) -> int:
        """Return 2 for an edge that reads an input of a reduction block, else 1."""
        return 2 if self.reduction and edge.node < 2 else 1


def block_plans(config: NetworkConfig) -> tuple[BlockPlan, ...]:
    """Return the plan of every block in order."""
    stem = config.stem_multiplier * config.channels
    inputs, channels, size, reduced = (stem, stem), config.channels, config.size, False
    plans = []
    for index in range(config.blocks):
        reduction = index in config.reduce_at
        genotype = config.genotype
        edges = genotype.reduce if reduction else genotype.normal
        concat = genotype.reduce_concat if reduction else genotype.normal_concat
        channels *= 2 if reduction else 1
        size_in, size = size, halved(size) if reduction else size
        outputs = channels * len(concat)
        plans.append(BlockPlan(index, reduction, reduced, inputs, channels, outputs, size_in, size, edges, concat))
        inputs, reduced = (inputs[1], outputs), reduction
    return tuple(plans)


def auxiliary_block(config: NetworkConfig) -> int:
    """Return the block after which the auxiliary head stands: the last reduction, as in DARTS and the paper."""
    return config.reduce_at[-1] if config.reduce_at else 2 * config.blocks // 3


def halved(size: int) -> int:
    """Return the side of a picture after a step of two pixels: half of it, rounded up."""
    return (size + 1) // 2


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer with weights.

    Attributes
    ----------
    name
        Its place in the network, as in the state dict.
    kind
        ``convolution`` (no bias), ``norm`` (batch normalisation) or ``linear`` (with bias).
    shape
        Shape of its weight: (out, in / groups, k, k), (channels,) or (out, in).
    size
        Side of its output in pixels.
    affine
        Whether a norm has a weight and a bias.
    """

    name: str
    kind: Literal["convolution", "norm", "linear"]
    shape: tuple[int, ...]
    size: int = 1
    affine: bool = True

    @property
    def parameters(self) -> int:
        """Number of learned numbers."""
        if self.kind == "norm":
            return 2 * self.shape[0] if self.affine else 0
        return prod(self.shape) + (self.shape[0] if self.kind == "linear" else 0)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one frame; a norm has none, since it folds into the convolution before it."""
        return 0 if self.kind == "norm" else prod(self.shape) * self.size**2

    @property
    def bytes(self) -> int:
        """Size of its tensors: float32, and int64 for the counter of a norm."""
        return sum(4 * prod(shape) if shape else 8 for _, shape in self.tensors())

    def tensors(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield name and shape of every tensor that the state dict holds for it."""
        if self.kind == "norm":
            names = _NORM_TENSORS if self.affine else _NORM_TENSORS[2:]
            yield from ((f"{self.name}.{name}", self.shape) for name in names)
            yield f"{self.name}.num_batches_tracked", ()
            return
        yield f"{self.name}.weight", self.shape
        if self.kind == "linear":
            yield f"{self.name}.bias", self.shape[:1]


def stem_layers(config: NetworkConfig) -> Iterator[Layer]:
    """Yield the layers before the first block: a 3x3 convolution and its norm."""
    outputs = config.stem_multiplier * config.channels
    yield Layer("stem.convolution", "convolution", (outputs, config.input_channels, 3, 3), config.size)
    yield Layer("stem.norm", "norm", (outputs,), config.size)


def block_layers(plan: BlockPlan) -> Iterator[Layer]:
    """Yield the layers of one block: its two input convolutions, then its edges in the genotype's order."""
    name = f"blocks.{plan.index}"
    yield from input_layers(plan)
    for number, edge in enumerate(plan.edges):
        yield from operation_layers(
            f"{name}.edges.{number}", edge.operation, plan.channels, plan.size, plan.stride(edge)
        )


def input_layers(plan: BlockPlan, affine: bool = True) -> Iterator[Layer]:
    """Yield the layers that bring the two inputs of a block to its own channels and size."""
    name = f"blocks.{plan.index}.inputs"
    first, second = plan.inputs
    entrance = shrink_layers if plan.shrinks_first_input else pointwise_layers
    yield from entrance(f"{name}.0", first, plan.channels, plan.size_in, affine)
    yield from pointwise_layers(f"{name}.1", second, plan.channels, plan.size_in, affine)


def operation_layers(
    name: str, operation: str, channels: int, size: int, stride: int, affine: bool = True
) -> Iterator[Layer]:
    """Yield the layers with weights of one operation whose output has ``size`` pixels a side; pools have none."""
    if operation == "skip_connect" and stride == 2:
        yield from shrink_layers(name, channels, channels, size, affine)
    convolution = CONVOLUTIONS.get(operation)
    for stage in range(convolution.stages if convolution else 0):
        kernel = CONVOLUTIONS[operation].kernel
        prefix = f"{name}.stages.{stage}"
        yield Layer(f"{prefix}.depthwise", "convolution", (channels, 1, kernel, kernel), size)
        yield Layer(f"{prefix}.pointwise", "convolution", (channels, channels, 1, 1), size)
        yield Layer(f"{prefix}.norm", "norm", (channels,), size, affine)


def pointwise_layers(name: str, inputs: int, outputs: int, size: int, affine: bool = True) -> Iterator[Layer]:
    """Yield a 1x1 convolution and its norm."""
    yield Layer(f"{name}.convolution", "convolution", (outputs, inputs, 1, 1), size)
    yield Layer(f"{name}.norm", "norm", (outputs,), size, affine)


def shrink_layers(name: str, inputs: int, outputs: int, size: int, affine: bool = True) -> Iterator[Layer]:
    """Yield the two 1x1 convolutions of a factorised reduction, each for half of the channels, and their norm."""
    yield Layer(f"{name}.even", "convolution", (outputs // 2, inputs, 1, 1), size)
    yield Layer(f"{name}.odd", "convolution", (outputs - outputs // 2, inputs, 1, 1), size)
    yield Layer(f"{name}.norm", "norm", (outputs,), size, affine)


def classifier_layers(config: NetworkConfig) -> Iterator[Layer]:
    """Yield the one linear layer; it is counted once a frame, as after global average pooling."""
    yield Layer("classifier", "linear", (config.classes, block_plans(config)[-1].outputs))


def auxiliary_layers(config: NetworkConfig) -> Iterator[Layer]:
    """Yield the layers of the auxiliary head, which exists only while training."""
    inputs = block_plans(config)[auxiliary_block(config)].outputs
    side = AUXILIARY_SIDE
    yield Layer("auxiliary.squeeze", "convolution", (AUXILIARY_SQUEEZE, inputs, 1, 1), side)
    yield Layer("auxiliary.squeeze_norm", "norm", (AUXILIARY_SQUEEZE,), side)
    yield Layer("auxiliary.expand", "convolution", (AUXILIARY_EXPAND, AUXILIARY_SQUEEZE, side, side), 1)
    yield Layer("auxiliary.expand_norm", "norm", (AUXILIARY_EXPAND,), 1)
    yield Layer("auxiliary.classifier", "linear", (config.classes, AUXILIARY_EXPAND))


def network_layers(config: NetworkConfig) -> Iterator[Layer]:
    """Yield every layer with weights of the network without its auxiliary head, in the order of the state dict."""
    yield from stem_layers(config)
    for plan in block_plans(config):
        yield from block_layers(plan)
    yield from classifier_layers(config)


def tensor_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor of a model's weights.

    Those whose names end in ``num_batches_tracked`` are int64 scalars, all others float32.
    """
    return {name: shape for layer in network_layers(config) for name, shape in layer.tensors()}
