"""The figures that a training run leaves in its folder."""

import numpy as np
from numpy.typing import NDArray

from nas.calibration import calibration_bins, softmax
from nas.evaluate.metrics import NO_PLANE, Metrics
from nas.events import EpochDone
from nas.figures.confusion import draw_confusion
from nas.figures.curves import draw_curves
from nas.figures.recall import draw_recall
from nas.figures.reliability import draw_reliability
from nas.rundir import RunFolder


def answered(
    logits: NDArray[np.floating], labels: NDArray[np.integer], temperature: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return certainty and rightness (N,) of the frames of planes."""
    planes = labels != NO_PLANE
    probabilities = softmax(logits[planes], temperature)
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == labels[planes]


def draw_run(run: RunFolder, metrics: Metrics, certainty: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    """Draw curves of every epoch, confusion matrix, recall and calibration of the held-out frames."""
    draw_confusion(metrics.confusion, metrics.classes, run.figures / "confusion.png")
    draw_recall(metrics.per_plane, run.figures / "recall.png")
    draw_reliability(*calibration_bins(certainty, right), run.figures / "reliability.png")
    epochs = {event.epoch: event for event in run.events() if isinstance(event, EpochDone)}
    if epochs:
        told = [epochs[number] for number in sorted(epochs)]
        best = max(event.epoch for event in told if event.best)
        draw_curves(
            [event.train_loss for event in told],
            [event.validation_loss for event in told],
            [event.macro_f1 for event in told],
            best,
            run.figures / "curves.png",
        )
