"""The search network as papers write it, one operation after another: what ours is measured against.

Every candidate rectifies, convolves, normalises and is weighed by itself, ``none`` makes its zeros, channels lie first
in memory. Public implementations do so, and compute the gradients of weights and lambda alike in every pass.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from nas.genotype import OPERATIONS
from nas.space.layout import BlockPlan, block_plans
from nas.space.network_config import NetworkConfig
from nas.space.supernet_layout import SUPERNET_EDGES


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, affine=False, track_running_stats=False)


def _convolution(channels: int, kernel: int, stride: int, dilation: int) -> list[nn.Module]:
    padding = dilation * (kernel // 2)
    return [
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel, stride, padding, dilation, groups=channels, bias=False),
        nn.Conv2d(channels, channels, 1, bias=False),
        _norm(channels),
    ]


class Zeros(nn.Module):
    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, :: self.stride, :: self.stride] * 0.0


class Halving(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.even = nn.Conv2d(inputs, outputs // 2, 1, stride=2, bias=False)
        self.odd = nn.Conv2d(inputs, outputs - outputs // 2, 1, stride=2, bias=False)
        self.norm = _norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(x)
        return self.norm(torch.cat([self.even(x), self.odd(x[:, :, 1:, 1:])], dim=1))


def _operation(name: str, channels: int, stride: int) -> nn.Module:
    match name.split("_"):
        case ["none"]:
            return Zeros(stride)
        case ["max", *_]:
            return nn.Sequential(nn.MaxPool2d(3, stride, 1), _norm(channels))
        case ["avg", *_]:
            return nn.Sequential(nn.AvgPool2d(3, stride, 1, count_include_pad=False), _norm(channels))
        case ["skip", _]:
            return nn.Identity() if stride == 1 else Halving(channels, channels)
        case ["sep", _, size]:
            kernel = int(size[0])
            return nn.Sequential(*_convolution(channels, kernel, stride, 1), *_convolution(channels, kernel, 1, 1))
        case ["dil", _, size]:
            return nn.Sequential(*_convolution(channels, int(size[0]), stride, 2))
    raise ValueError(name)


class PlainBlock(nn.Module):
    def __init__(self, plan: BlockPlan) -> None:
        super().__init__()
        first, second = plan.inputs
        entrance = Halving(first, plan.channels) if plan.shrinks_first_input else self._entrance(first, plan.channels)
        self.inputs = nn.ModuleList([entrance, self._entrance(second, plan.channels)])
        self.edges = nn.ModuleList()
        for source, _ in SUPERNET_EDGES:
            stride = 2 if plan.reduction and source < 2 else 1
            self.edges.append(nn.ModuleList(_operation(name, plan.channels, stride) for name in OPERATIONS))

    @staticmethod
    def _entrance(inputs: int, outputs: int) -> nn.Module:
        return nn.Sequential(nn.ReLU(), nn.Conv2d(inputs, outputs, 1, bias=False), _norm(outputs))

    def forward(self, first: Tensor, second: Tensor, strengths: Tensor) -> Tensor:
        nodes = [self.inputs[0](first), self.inputs[1](second)]
        for target in range(2, 6):
            arriving = []
            for number, (source, node) in enumerate(SUPERNET_EDGES):
                if node == target:
                    arriving.append(
                        sum(
                            weight * operation(nodes[source])
                            for weight, operation in zip(strengths[number], self.edges[number], strict=True)
                        )
                    )
            nodes.append(sum(arriving))
        return torch.cat(nodes[2:], dim=1)


class PlainSupernet(nn.Module):
    """Takes the same plan and, by `load`, the same weights as `nas.space.supernet.Supernet`; forward as there."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        plans = block_plans(config)
        stem = config.stem_multiplier * config.channels
        self.stem = nn.Sequential(
            nn.Conv2d(config.input_channels, stem, 3, padding=1, bias=False),
            nn.BatchNorm2d(stem, track_running_stats=False),
        )
        self.blocks = nn.ModuleList(PlainBlock(plan) for plan in plans)
        self.reductions = [plan.reduction for plan in plans]
        self.classifier = nn.Linear(4 * plans[-1].channels, config.classes)

    def load(self, parameters: Iterable[Tensor]) -> None:
        """Take the weights, given in the order of the network."""
        with torch.no_grad():
            for mine, other in zip(self.parameters(), parameters, strict=True):
                mine.copy_(other)

    def forward(self, frames: Tensor, normal: Tensor, reduce: Tensor) -> Tensor:
        first = second = self.stem(frames)
        for reduction, block in zip(self.reductions, self.blocks, strict=True):
            first, second = second, block(first, second, reduce if reduction else normal)
        return self.classifier(second.mean((2, 3)))
