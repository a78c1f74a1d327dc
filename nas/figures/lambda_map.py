"""Lambda of both blocks as heat maps of the softmax, so that one sees what a search prefers and how far."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from nas.figures.canvas import QUIET, TEXT, new_figure, write_figure
from nas.figures.genotype_graph import STYLES
from nas.genotype import NODES, OPERATIONS

_EDGES: Final = [f"{source}→{node}" for node in range(2, 2 + NODES) for source in range(node)]


def draw_lambda(normal: Sequence[Sequence[float]], reduce: Sequence[Sequence[float]], path: Path) -> None:
    """Draw the softmax of two (14, 8) matrices side by side into a file; both share one scale from 0."""
    shares = {"standard block": _softmax(normal), "reduction block": _softmax(reduce)}
    top = max(float(share.max()) for share in shares.values())
    figure = new_figure(7.2, 4.6)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (title, share) in zip(panels, shares.items(), strict=True):
        image = axes.imshow(share, cmap="viridis", vmin=0, vmax=top, aspect="auto")
        axes.set_title(title, fontsize=9, color=TEXT)
        axes.set_xticks(range(len(OPERATIONS)), [STYLES[name].label for name in OPERATIONS], rotation=60, fontsize=8)
        axes.tick_params(labelsize=8, labelcolor=QUIET)
    panels[0].set_yticks(range(len(_EDGES)), _EDGES)
    panels[0].set_ylabel("edge, from node → to node", color=TEXT, fontsize=8)
    figure.colorbar(image, ax=list(panels), label="share of the edge", shrink=0.8)
    write_figure(figure, path)


def _softmax(matrix: Sequence[Sequence[float]]) -> np.ndarray:
    numbers = np.asarray(matrix, dtype=np.float64)
    grown = np.exp(numbers - numbers.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))
