"""A running average of the weights, which a short run needs to reach what a long one reaches by itself."""

import copy
from typing import cast

import torch
from torch import Tensor, nn


class AveragedNetwork:
    """Exponential moving average of a network's weights and batch statistics (Polyak and Juditsky 1992).

    The decay rises with the number of steps as min(decay, (1 + n) / (10 + n)), so that the first weights are soon
    forgotten.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._decay = decay
        self.steps = 0
        self._average = _floats(self.network)
        self._live = _floats(network)

    @torch.no_grad()
    def update(self) -> None:
        """Take in the network's weights after a step."""
        self.steps += 1
        decay = min(self._decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self._average, self._live, 1 - decay)


def _floats(network: nn.Module) -> list[Tensor]:
    state = cast(dict[str, Tensor], network.state_dict())
    return [tensor for tensor in state.values() if tensor.is_floating_point()]
