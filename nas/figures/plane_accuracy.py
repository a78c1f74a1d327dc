"""Accuracy on every plane by model, side by side, since models of equal means differ in which planes they confuse."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.ticker import PercentFormatter

from nas.figures.canvas import GRID, LINES, QUIET, TEXT, new_figure, write_figure

# Okabe and Ito's colours, told apart by every eye; marks differ too, so that grey prints do.
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKS: Final = "osD^vPX*<>hd"
_WIDTH: Final = 0.7
_NAME: Final = 1.4  # inches of a name in the legend


def draw_plane_accuracy(accuracy: Mapping[str, Mapping[str, tuple[float, float]]], path: Path) -> None:
    """Draw recall and its deviation over seeds (fractions) by model and plane into a file, as in the paper's Figure 7.

    Parameters
    ----------
    accuracy
        For each model, for each plane in one order: mean and standard deviation, 0 for a single seed.
    path
        The file; its ending says of what kind.
    """
    planes = list(next(iter(accuracy.values())))
    width = 1.6 + 0.75 * len(planes)
    figure = new_figure(width, 4.0)
    axes = figure.add_subplot()
    steps = np.linspace(-_WIDTH / 2, _WIDTH / 2, len(accuracy)) if len(accuracy) > 1 else np.zeros(1)
    for number, (model, values) in enumerate(accuracy.items()):
        means, deviations = zip(*(values[plane] for plane in planes), strict=True)
        axes.errorbar(
            np.arange(len(planes)) + steps[number],
            means,
            yerr=deviations,
            fmt=_MARKS[number % len(_MARKS)],
            color=_COLOURS[number % len(_COLOURS)],
            markersize=5,
            elinewidth=1,
            linestyle="none",
            label=model,
        )
    for border in range(1, len(planes)):
        axes.axvline(border - 0.5, color=GRID, linewidth=0.6)
    axes.set_xlim(-0.5, len(planes) - 0.5)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xticks(range(len(planes)), planes)
    axes.set_ylabel("accuracy on the plane", color=TEXT)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, color=LINES, labelcolor=QUIET)
    figure.legend(loc="outside upper center", ncols=max(int(width / _NAME), 1), frameon=False, fontsize=8)
    write_figure(figure, path)
