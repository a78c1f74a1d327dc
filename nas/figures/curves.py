"""How a run went, epoch by epoch: both losses and a figure of merit, with the best epoch marked."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.ticker import MaxNLocator

from nas.figures.canvas import GRID, LINES, QUIET, TEXT, TRAINING, VALIDATION, new_figure, write_figure


def draw_curves(
    training: Sequence[float],
    held_out: Sequence[float],
    figure_of_merit: Sequence[float],
    best: int,
    path: Path,
    merit: str = "macro-F1, held out",
) -> None:
    """Draw three series of one value an epoch into a file; `best` is the epoch kept, counted from 0.

    `merit` names the third series, a fraction.
    """
    epochs = range(1, len(training) + 1)
    figure = new_figure(6.4, 5.2)
    above, below = figure.subplots(2, 1, sharex=True)
    above.plot(epochs, training, color=TRAINING, linewidth=1.5, label="training")
    above.plot(epochs, held_out, color=VALIDATION, linewidth=1.5, linestyle=(0, (4, 2)), label="held out")
    above.set_ylabel("loss", color=TEXT)
    above.set_ylim(bottom=0)
    above.legend(frameon=False, fontsize=8)
    below.plot(epochs, figure_of_merit, color=VALIDATION, linewidth=1.5, linestyle=(0, (4, 2)))
    below.set_ylabel(merit, color=TEXT)
    below.set_xlabel("epoch", color=TEXT)
    below.set_ylim(0, 1)
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (above, below):
        axes.axvline(best + 1, color=TEXT, linewidth=1, linestyle="--")
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8, color=LINES, labelcolor=QUIET)
    write_figure(figure, path)
