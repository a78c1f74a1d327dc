"""A network's answers over many frames, without gradients and in bounded memory: logits, and what the maps show."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

import torch
from torch import Tensor, nn

from nas.data.augment import Scale, normalised
from nas.data.rows import Rows


def predict(
    network: nn.Module,
    frames: Tensor | Rows,
    scale: Scale,
    batch: int,
    autocast: Callable[[], Any],
    side: int | None = None,
    take: Callable[[Any], Tensor] = attrgetter("logits"),
) -> Iterator[Tensor]:
    """Yield float32 rows (n, …), logits (n, K) by default, batch by batch, in order, on the network's device.

    Parameters
    ----------
    network
        A UIAC network or one with its `Output`, in evaluation mode.
    frames
        uint8 (N, S, S) or (N, S, S, 3), on any device, or rows of a store.
    scale
        On the network's device.
    batch
        Frames at a time.
    autocast
        Returns the context of the arithmetic, such as Fabric's `autocast`.
    side
        Side at which the network sees the frames (pixels); their own where None.
    take
        What is taken from the network's output.
    """
    for first in range(0, len(frames), batch):
        part = frames[first : first + batch].to(scale.gain.device, non_blocking=True)
        with torch.inference_mode(), autocast():
            rows = take(network(normalised(part, scale, side)))
        yield rows.float()


def evidence_rows(output: Any) -> Tensor:
    """Return (n, 3 K): logits, and each class map's largest value and standard deviation, as `Evidence` holds them."""
    maps = output.maps.float()
    return torch.cat([output.logits.float(), maps.amax((2, 3)), maps.std((2, 3), correction=0)], dim=1)
