"""The confusion matrix as a figure: shares of each true plane, so that large planes do not outshine others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike, NDArray

from nas.figures.canvas import LINES, QUIET, TEXT, as_label, new_figure, write_figure

_WRITTEN_FROM: Final = 0.02
_LIGHT_FROM: Final = 0.35  # above it cividis is light enough for dark letters


def shares(confusion: ArrayLike) -> NDArray[np.float64]:
    """Return the rows of a confusion matrix of counts (K, K) as fractions of their sums; an empty row stays 0."""
    table = np.asarray(confusion, dtype=np.float64)
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1))


def draw_confusion(confusion: ArrayLike, classes: Sequence[str], path: Path) -> None:
    """Draw counts (K, K), rows truth and columns answers, into a file.

    Colour is cividis of the share to the power 0.6; shares of at least 2 % stand in their cells in percent,
    and the frames of each true plane beside its name.
    """
    table = shares(confusion)
    side = 1.6 + 0.46 * len(classes)
    figure = new_figure(side + 0.7, side)
    axes = figure.add_subplot()
    image = axes.imshow(table, cmap="cividis", norm=PowerNorm(0.6, 0, 1))
    for row, column in zip(*np.nonzero(table >= _WRITTEN_FROM), strict=True):
        value = table[row, column]
        ink = TEXT if value >= _LIGHT_FROM else "#FFFFFF"
        axes.text(column, row, f"{100 * value:.0f}", ha="center", va="center", fontsize=8, color=ink)
    names = [as_label(name) for name in classes]
    axes.set_xticks(range(len(classes)), names, rotation=90, fontsize=8, color=QUIET)
    frames = np.asarray(confusion, dtype=np.int64).sum(axis=1)
    rows = [f"{name} ({count})" for name, count in zip(names, frames, strict=True)]
    axes.set_yticks(range(len(classes)), rows, fontsize=8, color=QUIET)
    axes.set_xlabel("answer", color=TEXT)
    axes.set_ylabel("truth (frames)", color=TEXT)
    axes.tick_params(color=LINES)
    bar = figure.colorbar(image, ax=axes, shrink=0.8, label="share of the true plane (%)")
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=""))
    bar.ax.tick_params(labelsize=8, color=LINES)
    write_figure(figure, path)
