"""A training step of the 20-block network against the same step as plain torch takes it, in each arithmetic.

Plain: rows by columns by channels as torch lays them by default, torch's own depthwise convolutions, float32.
"""

from collections.abc import Callable
from typing import Any, Final, Literal
from unittest.mock import patch

import torch
from torch import nn
from torch.nn import functional

from nas.genotype import UIAC
from nas.learning.device import place, placed
from nas.space import depthwise
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig
from tests.benchmarks.figure import Figure, interleaved_ms

BATCH: Final = 8
ROUNDS: Final = 2
PLAN: Final = NetworkConfig(
    genotype=UIAC, blocks=20, channels=32, reduce_at=(5, 10, 15), classes=11, input_channels=1, size=64
)


def figures() -> list[Figure]:
    able = torch.cpu.get_capabilities()
    kinds: list[Literal["fp32", "bf16"]] = ["fp32"]
    if able.get("avx512_bf16") or able.get("amx_bf16"):
        kinds.append("bf16")
    place("cpu", "fp32")
    jobs = {"plain": _plain_step(), **{kind: _step(kind) for kind in kinds}}
    times = interleaved_ms(jobs, ROUNDS, warm_up=1)
    remark = f"plain {times['plain'] / 1000:.1f} s a step of {BATCH} frames, {torch.get_num_threads()} threads"
    return [
        Figure(f"train_step_{kind}", times["plain"] / times[kind], "x", _goal(kind, kinds), remark=remark)
        for kind in kinds
    ]


def _goal(kind: str, kinds: list[Any]) -> float | None:
    """Return the goal for the arithmetic that a run takes by itself here; of others the figure is only told."""
    return 1.8 if kind == kinds[-1] else None


def _step(precision: Literal["fp32", "bf16"]) -> Callable[[], None]:
    placement = place("cpu", precision)
    torch.manual_seed(0)
    network = placed(UiacNetwork(PLAN, auxiliary=True), placement)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    learner, optimiser = placement.fabric.setup(network, optimiser)
    frames, labels = _batch()
    frames = frames.contiguous(memory_format=torch.channels_last)

    def step() -> None:
        optimiser.zero_grad()
        placement.fabric.backward(_loss(learner(frames), labels))
        optimiser.step()

    return step


def _plain_step() -> Callable[[], None]:
    torch.manual_seed(0)
    network = UiacNetwork(PLAN, auxiliary=True)
    for parent in list(network.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, depthwise.DepthwiseConvolution):
                setattr(parent, name, _torchs_own(layer))
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    frames, labels = _batch()

    def step() -> None:
        with patch("nas.space.cells.DenseGradient.apply", lambda picture: picture):
            optimiser.zero_grad()
            _loss(network(frames), labels).backward()
            optimiser.step()

    return step


def _torchs_own(layer: nn.Conv2d) -> nn.Conv2d:
    own = nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel_size,
        layer.stride,
        layer.padding,
        layer.dilation,
        groups=layer.groups,
        bias=False,
    )
    own.load_state_dict(layer.state_dict())
    return own


def _loss(output: Any, labels: torch.Tensor) -> torch.Tensor:
    main, auxiliary = (functional.cross_entropy(head, labels) for head in (output.logits, output.auxiliary))
    return main + 0.25 * auxiliary


def _batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    frames = torch.randn(BATCH, PLAN.input_channels, PLAN.size, PLAN.size, generator=generator)
    return frames, torch.randint(0, PLAN.classes, (BATCH,), generator=generator)
