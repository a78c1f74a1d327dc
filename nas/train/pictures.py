"""The figures that a training run leaves in its folder."""

import numpy as np
from numpy.typing import NDArray

from nas.evaluate.metrics import Metrics
from nas.events import EpochDone
from nas.figures.confusion import draw_confusion
from nas.figures.curves import draw_curves
from nas.figures.recall import draw_recall
from nas.figures.reliability import Reliability, draw_reliability, reliability_table
from nas.rundir import RunFolder, disk_errors, write_atomic


def answered(
    logits: NDArray[np.floating], labels: NDArray[np.integer], temperature: float
) -> tuple[Reliability, Reliability]:
    """Return how certainty and rightness of the frames of planes agree at temperature 1 and at the model's."""
    return Reliability.of(logits, labels, 1.0), Reliability.of(logits, labels, temperature)


def draw_run(run: RunFolder, metrics: Metrics, before: Reliability, after: Reliability) -> None:
    """Draw curves of every epoch, and confusion matrix, recall and calibration of the held-out frames."""
    draw_confusion(metrics.confusion, metrics.classes, run.figures / "confusion")
    draw_recall(metrics.per_plane, run.figures / "recall")
    draw_reliability(before, after, run.figures / "reliability")
    with disk_errors():
        write_atomic(run.figures / "reliability.csv", reliability_table(before, after).encode("utf-8-sig"))
    epochs = {event.epoch: event for event in run.events() if isinstance(event, EpochDone)}
    if epochs:
        told = [epochs[number] for number in sorted(epochs)]
        best = max(event.epoch for event in told if event.best)
        draw_curves(
            [event.train_loss for event in told],
            [event.validation_loss for event in told],
            [event.macro_f1 for event in told],
            best,
            run.figures / "curves",
        )
