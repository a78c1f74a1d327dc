"""The search network in plain numbers, without torch: every edge carries all eight operations at once."""

from collections.abc import Iterator
from typing import Final

from nas.genotype import NODES, OPERATIONS
from nas.space.layout import (
    BlockPlan,
    Layer,
    block_plans,
    classifier_layers,
    input_layers,
    operation_layers,
    stem_layers,
)
from nas.space.network_config import NetworkConfig

SUPERNET_BLOCKS: Final = 8
SUPERNET_EDGES: Final = tuple((source, node) for node in range(2, 2 + NODES) for source in range(node))
"""(source, node) of the 14 edges in the order of the lambda matrices' rows."""


def supernet_layers(config: NetworkConfig) -> Iterator[Layer]:
    """Yield the layers of the search network; its two 14 x 8 lambda matrices are no layers and not counted.

    Batch norms inside blocks learn no scale or shift, so that lambda alone weighs the operations (Liu, Simonyan, Yang,
    ICLR 2019, section 3.1.1). ``config.genotype`` has no say here.
    """
    yield from stem_layers(config)
    for plan in block_plans(config):
        yield from supernet_block_layers(plan)
    yield from classifier_layers(config)


def supernet_block_layers(plan: BlockPlan) -> Iterator[Layer]:
    """Yield the layers of one block with all its candidates."""
    yield from input_layers(plan, affine=False)
    for number, (source, _) in enumerate(SUPERNET_EDGES):
        stride = 2 if plan.reduction and source < 2 else 1
        for candidate, operation in enumerate(OPERATIONS):
            name = f"blocks.{plan.index}.edges.{number}.candidates.{candidate}"
            yield from operation_layers(name, operation, plan.channels, plan.size, stride, affine=False)
