"""One look of a network at a batch of frames: logits, maps and pooled features from the same forward pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nas.data.augment import Scale, normalised
from nas.evaluate.decoded import Decoded
from nas.learning.device import Placement
from nas.space.network import UiacNetwork


@dataclass(frozen=True, slots=True)
class Look:
    """What a network gave for a batch of n frames; tensors lie on its device.

    Attributes
    ----------
    positions
        (n,) of the frames in the decoded set.
    frames
        uint8 (n, S, S) or (n, S, S, 3), on the CPU.
    logits
        float32 (n, K) over all classes of the model.
    maps
        (n, K, h, w) evidence for each class.
    pooled
        float32 (n, C): the last features, averaged over the picture.
    """

    positions: NDArray[np.int64]
    frames: Tensor
    logits: Tensor
    maps: Tensor
    pooled: Tensor


class Watcher(Protocol):
    """Takes from every look what it needs and keeps no more than a bounded part of it."""

    def see(self, look: Look) -> None:
        """Take from a look."""


def look(
    network: UiacNetwork,
    decoded: Decoded,
    positions: NDArray[np.int64],
    scale: Scale,
    placement: Placement,
    batch: int,
) -> Iterator[Look]:
    """Yield a network's looks at frames, in order, without gradients.

    Parameters
    ----------
    network
        On the placement's device.
    decoded, positions
        A decoded set, and which of its frames, (n,).
    scale
        How grey levels become the network's numbers, on the same device.
    placement
        In which arithmetic to compute.
    batch
        Frames at a time.
    """
    with _last_output(network.blocks[-1]) as given:
        for first in range(0, len(positions), batch):
            chosen = positions[first : first + batch]
            frames = decoded.part(chosen)
            with torch.inference_mode(), placement.fabric.autocast():
                output = network(normalised(frames.to(scale.gain.device, non_blocking=True), scale))
                pooled = given.pop().float().mean((2, 3))
            yield Look(chosen, frames, output.logits.float(), output.maps, pooled)


@contextmanager
def _last_output(layer: nn.Module) -> Iterator[list[Tensor]]:
    """Yield a list to which a layer adds what it gives at each forward pass."""
    given: list[Tensor] = []
    handle = layer.register_forward_hook(lambda _layer, _inputs, output: given.append(output))
    try:
        yield given
    finally:
        handle.remove()
