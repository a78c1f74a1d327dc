"""A model judged on a data set that it was not trained on: figures, predictions frame by frame, pictures."""

import csv
import io
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nas.calibration import calibration_bins, softmax
from nas.data.augment import Scale
from nas.data.folder import DataSet, Image, scan
from nas.data.store import StoreBuilder
from nas.errors import DataError
from nas.evaluate.bootstrap import intervals
from nas.evaluate.metrics import NO_PLANE, Metrics, measure
from nas.events import TELL_S, Event, Notice, Progress
from nas.figures.confusion import draw_confusion
from nas.figures.recall import draw_recall
from nas.figures.reliability import draw_reliability
from nas.learning.device import place, placed
from nas.learning.prediction import predict
from nas.model import load_model
from nas.model_config import ModelConfig
from nas.planes import NONE
from nas.rundir import disk_errors, write_atomic

_RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Answers:
    """A model's answers to a set of images.

    `probabilities` is (N, K) over the model's planes; `targets` (N,) their numbers or NO_PLANE.
    """

    images: tuple[Image, ...]
    logits: NDArray[np.float32]
    probabilities: NDArray[np.float64]
    targets: NDArray[np.int64]


def evaluate(
    model_folder: Path,
    root: Path,
    out: Path,
    device: Literal["auto", "cpu", "cuda"] = "auto",
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
    data = scan(root)
    _refuse_foreign(data, config)
    placement = place(device, "fp32", threads=threads)
    placed(network, placement)
    with disk_errors():
        out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".frames.", dir=out) as folder:
        builder = StoreBuilder(data, config.preprocess, Path(folder), placement.threads)
        for done in _seldom(builder):
            yield Progress(phase="reading", done=done, total=builder.total)
        store = builder.result()
        keep = np.flatnonzero(store.good)
        if store.broken:
            yield Notice(
                level="warning",
                message=f"{len(store.broken)} images cannot be read and are left out.",
                advice="Run `uiac-nas inspect` for the list.",
            )
        found = []
        scale = Scale.of(config.preprocess, placement.device)
        frames = torch.from_numpy(store.frames[keep])
        for logits in predict(network, frames, scale, batch, placement.fabric.autocast):
            found.append(logits.cpu())
            yield Progress(phase="validating", done=sum(map(len, found)), total=len(keep))
        del store
    answers = _answers(config, data.only(keep.tolist()), torch.cat(found).numpy())
    metrics = _measured(answers, config, resamples)
    with disk_errors():
        _write(out, answers, config, metrics)
    return metrics


def _refuse_foreign(data: DataSet, config: ModelConfig) -> None:
    foreign = [name for name in data.classes if name not in config.planes]
    if foreign:
        raise DataError(
            f"The model does not know {', '.join(foreign)}; it knows {', '.join(config.planes)}.",
            "Leave those folders out, or evaluate a model that was trained on them.",
        )
    if not data.classes:
        raise DataError("The data set holds no frame of a plane, only none.", "Add frames of the model's planes.")


def _seldom(builder: StoreBuilder) -> Generator[int, None, None]:
    told = -TELL_S
    for done in builder:
        if time.monotonic() - told >= TELL_S or done == builder.total:
            told = time.monotonic()
            yield done


def _answers(config: ModelConfig, data: DataSet, logits: NDArray[np.float32]) -> Answers:
    """Return the answers over the planes; a class `none` of the model's own is left out, as no plane."""
    columns = [index for index, name in enumerate(config.classes) if name != NONE]
    numbers = {name: index for index, name in enumerate(config.planes)}
    targets = np.array([numbers.get(image.label, NO_PLANE) for image in data.images], dtype=np.int64)
    over_planes = logits[:, columns]
    return Answers(data.images, over_planes, softmax(over_planes, config.temperature), targets)


def _measured(answers: Answers, config: ModelConfig, resamples: int) -> Metrics:
    planes = answers.targets != NO_PLANE
    women = [image.subject for image, is_plane in zip(answers.images, planes, strict=True) if is_plane]
    known = len(set(women) - {""})
    metrics = measure(answers.logits, answers.targets, config.planes, config.temperature, config.none_threshold, known)
    if not resamples:
        return metrics
    said = answers.logits.argmax(axis=1)[planes]
    interval = intervals(answers.targets[planes], said, women, len(config.planes), resamples)
    return metrics.model_copy(update={"interval": interval})


def _write(out: Path, answers: Answers, config: ModelConfig, metrics: Metrics) -> None:
    write_atomic(out / "predictions.csv", _predictions(answers, config).encode("utf-8-sig"))
    write_atomic(out / "confusion.csv", _confusion(metrics).encode("utf-8-sig"))
    figures = out / "figures"
    draw_confusion(metrics.confusion, metrics.classes, figures / "confusion.png")
    draw_recall(metrics.per_plane, figures / "recall.png")
    planes = answers.targets != NO_PLANE
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
