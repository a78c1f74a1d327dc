"""Tensors of a checkpoint by name: parts under a prefix, and the momenta of SGD."""

from collections.abc import Iterable

import torch
from torch import Tensor

_MOMENTUM = "momentum."
Named = Iterable[tuple[str, Tensor]]
"""Names and parameters of a network."""


def under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names have a prefix, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def momenta(optimiser: torch.optim.Optimizer, named: Named) -> dict[str, Tensor]:
    """Return the momentum of every parameter that has one, in its shape, by its name with a prefix."""
    found = {}
    for name, parameter in named:
        momentum = optimiser.state.get(parameter, {}).get("momentum_buffer")
        if momentum is not None:
            found[_MOMENTUM + name] = momentum
    return found


def restore_momenta(optimiser: torch.optim.Optimizer, named: Named, tensors: dict[str, Tensor]) -> None:
    """Give an optimiser the momenta that `momenta` found, in the layout in memory of their parameters."""
    kept = under(tensors, _MOMENTUM)
    for name, parameter in named:
        if name in kept:
            optimiser.state[parameter]["momentum_buffer"] = torch.empty_like(parameter).copy_(kept[name])
