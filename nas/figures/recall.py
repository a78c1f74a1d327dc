"""Recall of every plane as bars in the fixed order of planes, so that figures of several models lie side by side."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from matplotlib.ticker import PercentFormatter

from nas.figures.canvas import GRID, LINES, QUIET, TEXT, TRAINING, as_label, new_figure, write_figure

_LEVEL: Final = 6  # signs of a name that stands level


def draw_recall(per_plane: Mapping[str, float], path: Path) -> None:
    """Draw the recall (fractions) of planes into a file."""
    figure = new_figure(max(2.8, 1.2 + 0.55 * len(per_plane)), 3.2)
    axes = figure.add_subplot()
    places, names = range(len(per_plane)), [as_label(name) for name in per_plane]
    bars = axes.bar(places, list(per_plane.values()), color=TRAINING, width=0.7)
    axes.set_xticks(places, names, rotation=90 if max(map(len, names)) > _LEVEL else 0)
    axes.bar_label(bars, [f"{100 * value:.0f}" for value in per_plane.values()], fontsize=8, color=TEXT)
    axes.set_ylim(0, 1.08)
    axes.set_ylabel("recall (%)", color=TEXT)
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    axes.margins(x=0.02)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, color=LINES, labelcolor=QUIET)
    write_figure(figure, path)
