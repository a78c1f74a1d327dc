"""One block of the network: two inputs, four nodes of two operations each, the nodes' channels joined."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from nas.space.depthwise import DenseGradient
from nas.space.layout import BlockPlan
from nas.space.operations import Pointwise, Shrink, build_operation, starts_with_relu


class DropPath(nn.Module):
    """Zeroes an operation's output for single frames of a batch and scales the others up, so that the mean stays.

    The probability is a tensor, so that a compiled or captured step follows it from epoch to epoch.

    References
    ----------
    Larsson, Maire, Shakhnarovich, "FractalNet", ICLR 2017; per sample and out of place here.
    """

    probability: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("probability", torch.zeros(()), persistent=False)

    def forward(self, picture: Tensor) -> Tensor:
        """Return (N, C, H, W) with whole frames zeroed, the others divided by the probability to be kept."""
        kept = 1 - self.probability
        draw = torch.rand((picture.shape[0], 1, 1, 1), device=picture.device, dtype=kept.dtype) < kept
        return picture * (draw / kept).to(picture.dtype)


class Block(nn.Module):
    """A standard or reduction block, fed with the rectified outputs of the two blocks before it.

    Parameters
    ----------
    plan
        Its place in the network.
    """

    def __init__(self, plan: BlockPlan) -> None:
        super().__init__()
        first, second = plan.inputs
        entrance = Shrink if plan.shrinks_first_input else Pointwise
        self.inputs = nn.ModuleList((entrance(first, plan.channels), Pointwise(second, plan.channels)))
        self.edges = nn.ModuleList(
            build_operation(edge.operation, plan.channels, plan.stride(edge)) for edge in plan.edges
        )
        self._sources: Final = tuple(edge.node for edge in plan.edges)
        self._rectified: Final = tuple(starts_with_relu(edge.operation, plan.stride(edge)) for edge in plan.edges)
        self._concat: Final = plan.concat

    def forward(self, first: Tensor, second: Tensor, drop_path: DropPath | None = None) -> Tensor:
        """Return the joined nodes, not rectified.

        Parameters
        ----------
        first, second
            Rectified outputs of the block before last, (N, inputs[0], H', W'), and of the last, (N, inputs[1], H, W).
        drop_path
            None where no path is dropped.

        Returns
        -------
        (N, outputs, H, W), or half the size, rounded up, from a reduction block.
        """
        nodes = [self.inputs[0](first), self.inputs[1](second)]
        rectified: dict[int, Tensor] = {}
        for number in range(0, len(self.edges), 2):
            first_edge = self._edge(number, nodes, rectified, drop_path)
            node = first_edge + self._edge(number + 1, nodes, rectified, drop_path)
            nodes.append(DenseGradient.apply(node) if torch.is_grad_enabled() else node)
        return torch.cat([nodes[node] for node in self._concat], dim=1)

    def _edge(
        self, number: int, nodes: list[Tensor], rectified: dict[int, Tensor], drop_path: DropPath | None
    ) -> Tensor:
        source, operation = self._sources[number], self.edges[number]
        picture = nodes[source]
        if self._rectified[number]:
            if source not in rectified:
                rectified[source] = functional.relu(picture)
            picture = rectified[source]
        result: Tensor = operation(picture)
        if drop_path is not None and not isinstance(operation, nn.Identity):
            result = drop_path(result)
        return result
