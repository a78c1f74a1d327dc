"""The frames of a run on the device: training and held-out ones with their labels, read and split once."""

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nas.config.train import TrainConfig
from nas.data.folder import DataSet
from nas.data.rows import Rows
from nas.data.split import split
from nas.events import Event, Notice
from nas.learning.loss import NO_PLANE
from nas.learning.reading import preprocess_spec, read_set


@dataclass(frozen=True, slots=True)
class Frames:
    """What a run learns from and is judged by.

    Attributes
    ----------
    classes
        The planes.
    train, held_out
        Frames that are gathered a batch at a time.
    train_labels, held_out_labels
        int64 (N,): plane number or NO_PLANE; both on the CPU.
    counts
        Training frames of each plane.
    split_by
        How the two were kept apart.
    subjects, held_out_subjects
        How many women; 0 where unknown.
    """

    classes: tuple[str, ...]
    train: Rows
    train_labels: Tensor
    held_out: Rows
    held_out_labels: NDArray[np.int64]
    counts: list[int]
    split_by: str
    subjects: int
    held_out_subjects: int
    fingerprint: str


def read_frames(
    data: DataSet, config: TrainConfig, folder: Path, threads: int, device: torch.device
) -> Generator[Event, None, Frames]:
    """Read and split a data set; yields progress and notices, returns the frames."""
    found = yield from read_set(data, preprocess_spec(config), folder, threads, data.classes)
    parts = split(found.data, config.validation, config.split, config.seed)
    if parts.warning:
        yield Notice(level="warning", message=parts.warning, advice=parts.advice)
    labels = found.labels
    train = parts.train if config.none_as_background else parts.train[labels[parts.train] != NO_PLANE]
    counts = Counter(labels[train].tolist())
    return Frames(
        classes=data.classes,
        train=found.rows(train, device),
        train_labels=torch.from_numpy(labels[train]),
        held_out=found.rows(parts.held_out, device),
        held_out_labels=labels[parts.held_out],
        counts=[counts[index] for index in range(len(data.classes))],
        split_by=parts.by,
        subjects=found.subjects(train),
        held_out_subjects=found.subjects(parts.held_out),
        fingerprint=found.fingerprint,
    )
