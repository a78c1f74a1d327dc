"""What an evaluation writes as tables: predictions frame by frame, the confusion matrix, and recall."""

import csv
import io

from nas.evaluate.answers import Answers
from nas.evaluate.metrics import Metrics
from nas.model_config import ModelConfig
from nas.planes import NONE


def predictions_table(answers: Answers, config: ModelConfig) -> str:
    """Return one row a frame as CSV: file, label, plane (or none), certainty, p_<plane> for every plane."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["file", "label", "plane", "certainty", *(f"p_{name}" for name in config.planes)])
    for image, row in zip(answers.images, answers.probabilities, strict=True):
        certainty = row.max()
        plane = config.planes[int(row.argmax())] if certainty >= config.none_threshold else NONE
        rows.writerow([image.path, image.label, plane, f"{certainty:.6f}", *(f"{value:.6f}" for value in row)])
    return table.getvalue()


def confusion_table(metrics: Metrics) -> str:
    """Return the confusion matrix in frames as CSV: one row a true plane, one column an answer."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["truth", *metrics.classes])
    for name, counts in zip(metrics.classes, metrics.confusion, strict=True):
        rows.writerow([name, *counts])
    return table.getvalue()


def recall_table(metrics: Metrics) -> str:
    """Return the recall of each plane that is present as CSV: plane, recall, frames."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["plane", "recall", "frames"])
    frames = {name: sum(counts) for name, counts in zip(metrics.classes, metrics.confusion, strict=True)}
    for name, recall in metrics.per_plane.items():
        rows.writerow([name, f"{recall:.6f}", frames[name]])
    return table.getvalue()
