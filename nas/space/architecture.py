"""Lambda: what each candidate of each edge counts, one matrix for standard and one for reduction blocks."""

import torch
from torch import Tensor, nn

from nas.space.supernet_layout import SUPERNET_EDGES


class Architecture(nn.Module):
    """The two lambda matrices, and one number an edge where edges are weighed too.

    All start at zero, as in the paper: every candidate counts the same.

    Parameters
    ----------
    candidates
        How many operations an edge carries.
    weighs_edges
        Whether the edges into a node are weighed by a softmax of their own (edge normalisation).

    Attributes
    ----------
    normal, reduce
        (14, candidates); rows in the order of `SUPERNET_EDGES`.
    normal_edges, reduce_edges
        (14,), or None.

    References
    ----------
    Zeng, Zhang, Huang 2021, eq. 2 and Algorithm 1. Edge normalisation: Xu et al., "PC-DARTS", ICLR 2020, eq. 5.
    """

    def __init__(self, candidates: int, weighs_edges: bool = False) -> None:
        super().__init__()
        edges = len(SUPERNET_EDGES)
        self.normal = nn.Parameter(torch.zeros(edges, candidates))
        self.reduce = nn.Parameter(torch.zeros(edges, candidates))
        self.normal_edges = nn.Parameter(torch.zeros(edges)) if weighs_edges else None
        self.reduce_edges = nn.Parameter(torch.zeros(edges)) if weighs_edges else None
        self.register_buffer("_nodes", torch.tensor([node for _, node in SUPERNET_EDGES]), persistent=False)

    _nodes: Tensor

    def forward(self) -> tuple[Tensor, Tensor]:
        """Return the strengths of the standard and the reduction block.

        Returns
        -------
        tuple of Tensor
            Each (14, candidates), float32: softmax over the candidates of an edge. Rows sum to 1, or, where edges are
            weighed, to the edge's softmax among those into the same node.
        """
        return self._strengths(self.normal, self.normal_edges), self._strengths(self.reduce, self.reduce_edges)

    def _strengths(self, matrix: Tensor, edges: Tensor | None) -> Tensor:
        shares = torch.softmax(matrix, dim=1)
        if edges is None:
            return shares
        grown = torch.exp(edges - edges.max())
        sums = torch.zeros(2 + len(edges), device=edges.device, dtype=edges.dtype).index_add(0, self._nodes, grown)
        return shares * (grown / sums[self._nodes])[:, None]
