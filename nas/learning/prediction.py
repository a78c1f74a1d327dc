"""A network's logits over many frames, without gradients and in bounded memory."""

from collections.abc import Callable, Iterator
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
) -> Iterator[Tensor]:
    """Yield float32 logits (n, K) batch by batch, in order, on the network's device.

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
    """
    for first in range(0, len(frames), batch):
        part = frames[first : first + batch].to(scale.gain.device, non_blocking=True)
        with torch.inference_mode(), autocast():
            logits: Tensor = network(normalised(part, scale, side)).logits
        yield logits.float()
