"""Frames a second of every model on this machine, measured in turns, so that a busy moment meets all alike."""

import time
from collections.abc import Generator, Mapping
from statistics import median
from typing import Final

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor, nn

from nas.data.augment import Scale
from nas.events import Event, Progress
from nas.learning.device import Placement
from nas.learning.prediction import predict

ONE, MANY = 1, 96
_ROUNDS: Final = 5
_PASSES: Final = {ONE: 8, MANY: 1}


class Speed(BaseModel):
    """Frames a second, normalisation included, frame by frame and 96 at a time; medians over rounds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    one: float
    many: float


def measured_speeds(
    networks: Mapping[str, nn.Module], scale: Scale, size: int, placement: Placement, rounds: int = _ROUNDS
) -> Generator[Event, None, dict[str, Speed]]:
    """Time networks in turns after one round to warm up; yields progress, returns their speeds.

    Parameters
    ----------
    networks
        In evaluation mode on the placement's device.
    scale
        Of the preprocessing, there.
    size
        Side of a frame (pixels).
    placement
        Where and in which arithmetic.
    rounds
        Turns that count.
    """
    channels = scale.gain.shape[1]
    shape = (MANY, size, size) if channels == 1 else (MANY, size, size, channels)
    frames = torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    seconds: dict[tuple[str, int], list[float]] = {(name, batch): [] for name in networks for batch in (ONE, MANY)}
    for turn in range(rounds + 1):
        for name, network in networks.items():
            for batch, passes in _PASSES.items():
                taken = _seconds(network, frames[:batch], scale, placement, passes)
                if turn:
                    seconds[name, batch].append(taken)
        yield Progress(phase="timing", done=turn, total=rounds)
    return {
        name: Speed(one=ONE / median(seconds[name, ONE]), many=MANY / median(seconds[name, MANY])) for name in networks
    }


def _seconds(network: nn.Module, frames: Tensor, scale: Scale, placement: Placement, passes: int) -> float:
    """Return the time of one pass; taking the answers to the processor waits for the device."""
    begun = time.perf_counter()
    for _ in range(passes):
        for logits in predict(network, frames, scale, len(frames), placement.fabric.autocast):
            logits.cpu()
    return (time.perf_counter() - begun) / passes
