"""Genotypes that have a name: the paper's standard block, and two published results to check counts against."""

from typing import Final

from nas.genotype.record import Edge, Genotype


def _edges(*pairs: tuple[str, int]) -> tuple[Edge, ...]:
    return tuple(Edge(operation, node) for operation, node in pairs)


UIAC: Final = Genotype(
    normal=_edges(
        ("skip_connect", 0),
        ("dil_conv_5x5", 1),
        ("dil_conv_3x3", 0),
        ("sep_conv_3x3", 1),
        ("dil_conv_5x5", 0),
        ("sep_conv_5x5", 1),
        ("dil_conv_5x5", 0),
        ("dil_conv_5x5", 2),
    ),
    reduce=_edges(
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 1),
        ("avg_pool_3x3", 0),
        ("avg_pool_3x3", 1),
        ("avg_pool_3x3", 0),
        ("skip_connect", 2),
        ("max_pool_3x3", 1),
        ("skip_connect", 3),
    ),
)
"""The paper's standard block with a reduction block of ours.

The standard block is that of Zeng, Zhang, Huang 2021 (DOI 10.21203/rs.3.rs-847933/v1), given there in words; which of
its two inputs is the block before last is not stated, we take "1" for it. The paper's reduction block stands only in a
figure that we do not have. Ours holds no weights: maxima and means of both inputs, joined so that the four nodes are
linearly independent sums of the four pooled pictures, hence nothing pooled is lost to the next block. With it the
network has 6.509 M parameters without the auxiliary head. The paper's "6.8 M" allows two readings that we cannot tell
apart: a reduction block with three pointwise convolutions (6.75 M to 6.85 M), or the 8-block search network with
32 channels (6,801,131). The paper's reduction block is therefore not recovered here.
"""

DARTS_V1: Final = Genotype(
    normal=_edges(
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 0),
        ("skip_connect", 0),
        ("sep_conv_3x3", 1),
        ("skip_connect", 0),
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 0),
        ("skip_connect", 2),
    ),
    reduce=_edges(
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 1),
        ("skip_connect", 2),
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 0),
        ("skip_connect", 2),
        ("skip_connect", 2),
        ("avg_pool_3x3", 0),
    ),
)
"""The first-order result of Liu, Simonyan, Yang, ICLR 2019, on CIFAR-10."""

DARTS_V2: Final = Genotype(
    normal=_edges(
        ("sep_conv_3x3", 0),
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 0),
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 1),
        ("skip_connect", 0),
        ("skip_connect", 0),
        ("dil_conv_3x3", 2),
    ),
    reduce=_edges(
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 1),
        ("skip_connect", 2),
        ("max_pool_3x3", 1),
        ("max_pool_3x3", 0),
        ("skip_connect", 2),
        ("skip_connect", 2),
        ("max_pool_3x3", 1),
    ),
)
"""The second-order result of Liu, Simonyan, Yang, ICLR 2019, on CIFAR-10."""

KNOWN: Final[dict[str, Genotype]] = {"uiac": UIAC, "darts_v1": DARTS_V1, "darts_v2": DARTS_V2}
