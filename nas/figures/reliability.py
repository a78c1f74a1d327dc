"""The reliability diagram before and after calibration: how often answers of each certainty are right."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nas.calibration import calibration_bins, expected_calibration_error, softmax
from nas.figures.canvas import GRID, LINES, QUIET, TEXT, TRAINING, new_figure, write_figure


@dataclass(frozen=True, slots=True)
class Reliability:
    """Certainty held against rightness at one temperature (Niculescu-Mizil and Caruana 2005).

    Attributes
    ----------
    temperature
        Divides the logits.
    certainty, right, count
        (B,) each: mean certainty and share of right answers of a bin (fractions), and its frames.
    error
        Expected calibration error (fraction).
    """

    temperature: float
    certainty: NDArray[np.float64]
    right: NDArray[np.float64]
    count: NDArray[np.int64]
    error: float

    @classmethod
    def of(cls, logits: NDArray[np.floating], targets: NDArray[np.integer], temperature: float) -> Self:
        """Return it for logits (N, K) and targets (N,); frames of none, below 0, play no part."""
        planes = targets >= 0
        probabilities = softmax(logits[planes], temperature)
        certainty = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == targets[planes]
        return cls(temperature, *calibration_bins(certainty, right), expected_calibration_error(certainty, right))


def draw_reliability(before: Reliability, after: Reliability, path: Path) -> None:
    """Draw both side by side into a file, with the number of frames of each bin below and as the size of its point."""
    figure = new_figure(7.0, 4.9)
    axes = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=(3, 1))
    for column, (name, state) in enumerate((("before calibration", before), ("after calibration", after))):
        _draw_state(axes[:, column], name, state)
    axes[0, 0].set_ylabel("share of right answers", color=TEXT)
    axes[1, 0].set_ylabel("frames", color=TEXT)
    write_figure(figure, path)


def _draw_state(axes: Any, name: str, state: Reliability) -> None:
    above, below = axes
    filled = state.count > 0
    above.plot([0, 1], [0, 1], color=LINES, linestyle="--", linewidth=1)
    certainty, right, count = state.certainty[filled], state.right[filled], state.count[filled]
    above.plot(certainty, right, color=TRAINING, linewidth=1.2)
    above.scatter(certainty, right, s=8 + 60 * count / count.max(initial=1), color=TRAINING, zorder=3)
    above.set_title(f"{name} (T = {state.temperature:.2f})\nECE {100 * state.error:.1f} %", fontsize=9, color=TEXT)
    above.set_ylim(-0.04, 1.04)
    edges = np.linspace(0, 1, len(state.count) + 1)
    below.bar(edges[:-1], state.count, width=1 / len(state.count), align="edge", color=TRAINING, edgecolor="#FFFFFF")
    below.set_xlabel("certainty", color=TEXT)
    below.set_xlim(0, 1.02)
    for part in axes:
        part.grid(axis="y", color=GRID, linewidth=0.6)
        part.set_axisbelow(True)
        part.tick_params(labelsize=8, color=LINES, labelcolor=QUIET)


def reliability_table(before: Reliability, after: Reliability) -> str:
    """Return both as CSV, one bin a row: state, temperature, from, to, certainty, right, frames; blank where empty."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["state", "temperature", "from", "to", "certainty", "right", "frames"])
    for name, state in (("before", before), ("after", after)):
        bins = len(state.count)
        for number, (certainty, right, count) in enumerate(zip(state.certainty, state.right, state.count, strict=True)):
            shown = (f"{certainty:.6f}", f"{right:.6f}") if count else ("", "")
            span = (f"{number / bins:.6f}", f"{(number + 1) / bins:.6f}")
            rows.writerow([name, f"{state.temperature:.6f}", *span, *shown, count])
    return table.getvalue()
