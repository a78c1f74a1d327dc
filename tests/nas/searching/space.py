"""Small search spaces of our own with an engine on tensors, to see what a search prefers and why."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from nas.config.search import SearchConfig
from nas.data.augment import Scale
from nas.learning.device import place
from nas.preprocess import PreprocessSpec
from nas.search.engine import Drawn, SearchEngine
from nas.search.record import search_plan
from nas.space.derivation import DerivedBlock
from nas.space.operations import build_operation

_NEVER = -1e4


class Noise(nn.Module):
    """Adds what carries no information: noise of the picture's shape."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self._stride = stride

    def forward(self, picture: Tensor) -> Tensor:
        return torch.randn_like(picture[:, :, :: self._stride, :: self._stride])


def build(operation: str, channels: int, stride: int, affine: bool) -> nn.Module:
    """Make `noise`, a 1x1 convolution, or one of the usual operations."""
    if operation == "noise":
        return Noise(stride)
    if operation == "pointwise":
        return nn.Sequential(
            nn.Conv2d(channels, channels, 1, stride, bias=False), nn.BatchNorm2d(channels, affine=False)
        )
    return build_operation(operation, channels, stride, affine)


def engine_of(operations: Sequence[str], config: SearchConfig) -> SearchEngine:
    """Return an engine on a space of two classes that has learned nothing yet."""
    placement = place("cpu", "fp32", threads=1)
    scale = Scale.of(PreprocessSpec(colour="grey", fit="stretch", size=config.size), placement.device)
    return SearchEngine(config, search_plan(config, 2), [1, 1], scale, placement, operations, build)


def searched(
    training: Drawn, validation: Drawn, operations: Sequence[str], config: SearchConfig, steps: int
) -> SearchEngine:
    """Return an engine that has learned for the config's epochs of so many steps on whole halves dealt out in turn."""
    engine = engine_of(operations, config)
    for epoch in range(config.epochs):
        order = [torch.randperm(len(half.labels)).chunk(steps) for half in (training, validation)]
        for index in range(steps):
            drawn = [
                Drawn(half.frames[part[index]], half.labels[part[index]])
                for half, part in zip((training, validation), order, strict=True)
            ]
            learns = epoch >= config.warmup_epochs
            engine.step(drawn[0], drawn[1], epoch + index / steps, epoch * steps + index, learns)
    return engine


def learned_anew(
    block: DerivedBlock, operations: Sequence[str], training: Drawn, config: SearchConfig, steps: int
) -> SearchEngine:
    """Return an engine whose network has a block alone, lambda being fixed on it, and has learned the weights anew."""
    names = ("none", *(name for name in operations if name != "none"))
    engine = engine_of(names, config)
    with torch.no_grad():
        engine.architecture.normal.fill_(_NEVER)[:, 0] = 0
        first = 0
        for node in range(4):
            for edge in block.edges[2 * node : 2 * node + 2]:
                engine.architecture.normal[first + edge.node] = _NEVER
                engine.architecture.normal[first + edge.node, names.index(edge.operation)] = 0
            first += node + 2
    for epoch in range(config.epochs):
        for index, part in enumerate(torch.randperm(len(training.labels)).chunk(steps)):
            drawn = Drawn(training.frames[part], training.labels[part])
            engine.step(drawn, drawn, epoch + index / steps, epoch * steps + index, learns_lambda=False)
    return engine


def config(**changes: Any) -> SearchConfig:
    """Return the config of a search of one standard block."""
    fields: dict[str, Any] = {
        "channels": 8, "blocks": 1, "reduce_at": (), "size": 16, "order": 1, "lr_w": 0.1, "lr_lambda": 0.02,
        "lambda_decay": 0.0, "epochs": 8,
    }  # fmt: skip
    return SearchConfig(**{**fields, **changes})
