"""The reliability diagram: how often answers of each certainty are right, since a certainty must mean what it says."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nas.figures.canvas import GRID, LINES, QUIET, TEXT, TRAINING, new_figure, write_figure


def draw_reliability(
    certainty: NDArray[np.floating], right: NDArray[np.floating], count: NDArray[np.integer], path: Path
) -> None:
    """Draw the bins of a calibration (Niculescu-Mizil and Caruana 2005) into a file.

    Parameters
    ----------
    certainty, right, count
        (B,) each: mean certainty and share of right answers of a bin (fractions), and its frames.
    path
        PNG, SVG or PDF.
    """
    figure = new_figure(4.2, 4.8)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    filled = count > 0
    above.plot([0, 1], [0, 1], color=LINES, linestyle="--", linewidth=1)
    above.plot(certainty[filled], right[filled], color=TRAINING, marker="o", markersize=4, linewidth=1.5)
    above.set_ylabel("share of right answers", color=TEXT)
    above.set_ylim(0, 1.02)
    edges = np.linspace(0, 1, len(count) + 1)
    below.bar(edges[:-1], count, width=1 / len(count), align="edge", color=TRAINING)
    below.set_xlabel("certainty", color=TEXT)
    below.set_ylabel("frames", color=TEXT)
    below.set_xlim(0, 1)
    for axes in (above, below):
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8, color=LINES, labelcolor=QUIET)
    write_figure(figure, path)
