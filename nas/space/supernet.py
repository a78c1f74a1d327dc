"""The search network: every edge carries every candidate, weighed by lambda; exact, lean or with partial channels."""

from collections.abc import Sequence
from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from nas.errors import NasError
from nas.genotype import NODES, OPERATIONS
from nas.space.candidates import Builder, Candidates, Outgoing
from nas.space.depthwise import DenseGradient
from nas.space.layout import BlockPlan, block_plans
from nas.space.network import Stem
from nas.space.network_config import NetworkConfig
from nas.space.operations import Pointwise, Shrink, build_operation, dense
from nas.space.supernet_layout import SUPERNET_EDGES

Memory = Literal["exact", "lean"]


class SearchBlock(nn.Module):
    """One block with all candidates on its 14 edges.

    Parameters
    ----------
    plan
        Its place in the network; the plan's own edges have no say.
    operations
        Names of the candidates, in the order of lambda's columns.
    memory
        `lean` computes an edge again in the backward pass instead of keeping what it made.
    partial
        One channel in this many goes through the candidates, the others pass by (Xu et al. 2020); 1 for all.
    build
        Makes each operation.
    """

    def __init__(
        self,
        plan: BlockPlan,
        operations: Sequence[str],
        memory: Memory,
        partial: int,
        build: Builder,
    ) -> None:
        super().__init__()
        first, second = plan.inputs
        entrance = Shrink if plan.shrinks_first_input else Pointwise
        self.inputs = nn.ModuleList(
            (entrance(first, plan.channels, affine=False), Pointwise(second, plan.channels, affine=False))
        )
        width = plan.channels // partial
        strides = [2 if plan.reduction and source < 2 else 1 for source, _ in SUPERNET_EDGES]
        self.edges = nn.ModuleList(Candidates(operations, width, stride, build) for stride in strides)
        self._leaving: Final = [
            [number for number, edge in enumerate(SUPERNET_EDGES) if edge[0] == source] for source in range(1 + NODES)
        ]
        self._outgoing: Final = [
            Outgoing(operations, [self.edges[number] for number in leaving], width, strides[leaving[0]])  # type: ignore[misc]
            for leaving in self._leaving
        ]
        self._strides: Final = [strides[leaving[0]] for leaving in self._leaving]
        self._lean = memory == "lean"
        self._partial = partial
        self._width = width

    def forward(self, first: Tensor, second: Tensor, strengths: Tensor) -> Tensor:
        """Return the four nodes, joined, not rectified.

        Parameters
        ----------
        first, second
            Rectified outputs of the block before last, (N, inputs[0], H', W'), and of the last, (N, inputs[1], H, W).
        strengths
            (14, O): what each operation of each edge counts.
        """
        nodes = [self.inputs[0](first), self.inputs[1](second)]
        arriving: list[list[Tensor]] = [[] for _ in range(2 + NODES)]
        passing: list[list[Tensor]] = [[] for _ in range(2 + NODES)]
        for source, leaving in enumerate(self._leaving):
            if source > 1:
                nodes.append(self._node(arriving[source], passing[source]))
            rows = strengths[leaving]
            for number, result in zip(leaving, self._leave(source, nodes[source], rows), strict=True):
                arriving[SUPERNET_EDGES[number][1]].append(result)
            if self._partial > 1:
                beside = self._beside(source, nodes[source])
                for number, share in zip(leaving, rows.sum(1), strict=True):
                    passing[SUPERNET_EDGES[number][1]].append(beside * share)
        nodes.append(self._node(arriving[-1], passing[-1]))
        return torch.cat(nodes[2:], dim=1)

    def _leave(self, source: int, node: Tensor, strengths: Tensor) -> list[Tensor]:
        outgoing = self._outgoing[source]
        picture = node if self._partial == 1 else dense(node[:, : self._width])
        if not (self._lean and torch.is_grad_enabled()):
            return outgoing(picture, strengths)
        kept: list[Tensor] = checkpoint(
            outgoing, picture, strengths, use_reentrant=False, preserve_rng_state=False, determinism_check="none"
        )
        return kept

    def _beside(self, source: int, node: Tensor) -> Tensor:
        """Return the channels that pass by the candidates, at the size of their results."""
        beside = dense(node[:, self._width :])
        return beside if self._strides[source] == 1 else functional.max_pool2d(beside, 2, 2, ceil_mode=True)

    def _node(self, arriving: list[Tensor], passing: list[Tensor]) -> Tensor:
        """Return a node: the sum of what arrives, mixed and passed-by channels dealt out in turn."""
        node = _sum(arriving)
        if passing:
            parts = _sum(passing).chunk(self._partial - 1, dim=1)
            node = dense(torch.stack([node, *parts], dim=2).flatten(1, 2))
        return DenseGradient.apply(node) if torch.is_grad_enabled() else node


class Supernet(nn.Module):
    """The search network of Algorithm 1.

    Its norms always use the statistics of the batch and keep none, also when it is judged.

    Parameters
    ----------
    config
        Its plan; 8 blocks with reductions at 2 and 5 in the paper. ``config.genotype`` has no say.
    operations
        Names of the candidates, in the order of lambda's columns; `none` adds nothing and costs nothing.
    memory
        `exact`: fastest; `lean`: the same numbers, edges computed twice, a fraction of the memory.
    partial
        One channel in this many goes through the candidates; 1 is DARTS, 4 is PC-DARTS.
    build
        Makes an operation from its name; for search spaces of one's own.

    Raises
    ------
    NasError
        ``partial`` does not divide the channels.

    References
    ----------
    Zeng, Zhang, Huang 2021, eqs. 1-3; Liu, Simonyan, Yang, ICLR 2019, section 2.2; Xu et al., ICLR 2020, section 3.
    """

    def __init__(
        self,
        config: NetworkConfig,
        operations: Sequence[str] = OPERATIONS,
        memory: Memory = "exact",
        partial: int = 1,
        build: Builder = build_operation,
    ) -> None:
        super().__init__()
        if config.channels % partial:
            raise NasError(
                f"{config.channels} channels cannot be dealt out to {partial} parts.",
                f"Choose --channels as a multiple of {partial}.",
            )
        self.config: Final = config
        self.operations: Final = tuple(operations)
        plans = block_plans(config)
        self._reductions: Final = [plan.reduction for plan in plans]
        self.stem = Stem(config.input_channels, config.stem_multiplier * config.channels)
        self.blocks = nn.ModuleList(SearchBlock(plan, operations, memory, partial, build) for plan in plans)
        self.classifier = nn.Linear(NODES * plans[-1].channels, config.classes)
        _keep_no_statistics(self)

    def forward(self, frames: Tensor, normal: Tensor, reduce: Tensor) -> Tensor:
        """Return logits (N, K).

        Parameters
        ----------
        frames
            Normalised (N, input_channels, S, S).
        normal, reduce
            (14, O): strengths of the candidates in standard and in reduction blocks, as `Architecture` gives them.
        """
        first = second = functional.relu_(self.stem(frames))
        for reduction, block in zip(self._reductions, self.blocks[:-1], strict=False):
            first, second = second, functional.relu_(block(first, second, reduce if reduction else normal))
        features = self.blocks[-1](first, second, reduce if self._reductions[-1] else normal)
        logits: Tensor = self.classifier(features.mean((2, 3)))
        return logits


def _sum(pictures: list[Tensor]) -> Tensor:
    total = pictures[0]
    for picture in pictures[1:]:
        total = total + picture
    return total


def _keep_no_statistics(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.track_running_stats = False
            module.running_mean = module.running_var = module.num_batches_tracked = None
