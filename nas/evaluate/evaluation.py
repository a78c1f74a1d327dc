"""A model judged on a data set that it was not trained on: figures, predictions frame by frame, pictures."""

import csv
import io
from collections.abc import Generator
from pathlib import Path
from typing import Final

from nas.calibration import calibration_bins
from nas.evaluate.answers import Answers, Device, answer
from nas.evaluate.bootstrap import intervals
from nas.evaluate.metrics import Metrics
from nas.events import Event
from nas.figures.confusion import draw_confusion
from nas.figures.recall import draw_recall
from nas.figures.reliability import draw_reliability
from nas.model import load_model
from nas.model_config import ModelConfig
from nas.planes import NONE
from nas.rundir import disk_errors, write_atomic

_RESAMPLES: Final = 1000


def evaluate(
    model_folder: Path,
    root: Path,
    out: Path,
    device: Device = "auto",
    batch: int = 96,
    threads: int = 0,
    resamples: int = _RESAMPLES,
) -> Generator[Event, None, Metrics]:
    """Judge a model on a data set; yields progress and notices, returns the figures.

    Parameters
    ----------
    model_folder
        The model.
    root
        The data set; its planes are among the model's.
    out
        Folder for metrics.json, predictions.csv, confusion.csv and figures; made where needed.
    device
        Where to compute.
    batch
        Frames at a time.
    threads
        CPU threads, 0 for all cores.
    resamples
        Of the bootstrap over subjects, 0 for none.

    Raises
    ------
    NasError
        The folder is no model, the data set is none or has planes that the model does not know.
    """
    config, network = load_model(model_folder)
    with disk_errors():
        out.mkdir(parents=True, exist_ok=True)
    answers = yield from answer(config, network, root, out, device, batch, threads)
    metrics = _measured(answers, config, resamples)
    with disk_errors():
        _write(out, answers, config, metrics)
    return metrics


def _measured(answers: Answers, config: ModelConfig, resamples: int) -> Metrics:
    metrics = answers.measured(config)
    if not resamples:
        return metrics
    shown = answers.of_planes
    said = answers.logits.argmax(axis=1)[shown]
    interval = intervals(answers.targets[shown], said, answers.women, len(config.planes), resamples)
    return metrics.model_copy(update={"interval": interval})


def _write(out: Path, answers: Answers, config: ModelConfig, metrics: Metrics) -> None:
    write_atomic(out / "predictions.csv", _predictions(answers, config).encode("utf-8-sig"))
    write_atomic(out / "confusion.csv", _confusion(metrics).encode("utf-8-sig"))
    figures = out / "figures"
    draw_confusion(metrics.confusion, metrics.classes, figures / "confusion.png")
    draw_recall(metrics.per_plane, figures / "recall.png")
    planes = answers.of_planes
    certainty = answers.probabilities.max(axis=1)[planes]
    right = answers.probabilities.argmax(axis=1)[planes] == answers.targets[planes]
    draw_reliability(*calibration_bins(certainty, right), figures / "reliability.png")
    write_atomic(out / "metrics.json", (metrics.model_dump_json(indent=2) + "\n").encode())


def _predictions(answers: Answers, config: ModelConfig) -> str:
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["file", "label", "plane", "certainty", *(f"p_{name}" for name in config.planes)])
    for image, row in zip(answers.images, answers.probabilities, strict=True):
        certainty = row.max()
        plane = config.planes[int(row.argmax())] if certainty >= config.none_threshold else NONE
        rows.writerow([image.path, image.label, plane, f"{certainty:.6f}", *(f"{value:.6f}" for value in row)])
    return table.getvalue()


def _confusion(metrics: Metrics) -> str:
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["truth", *metrics.classes])
    for name, counts in zip(metrics.classes, metrics.confusion, strict=True):
        rows.writerow([name, *counts])
    return table.getvalue()
