"""The frames of a run on the device: training and held-out ones with their labels, read and split once."""

import math
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nas.config.train import TrainConfig
from nas.data.folder import DataSet, scan
from nas.data.problems import refuse_unusable
from nas.data.split import split
from nas.data.store import StoreBuilder
from nas.events import TELL_S, Event, Notice, Progress
from nas.learning.loss import NO_PLANE
from nas.preprocess import PreprocessSpec

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Frames:
    """What a run learns from and is judged by.

    Attributes
    ----------
    classes
        The planes.
    train, held_out
        uint8 (N, S, S) or (N, S, S, 3), on the device.
    train_labels, held_out_labels
        int64 (N,): plane number or NO_PLANE; the former on the device, the latter a NumPy array.
    counts
        Training frames of each plane.
    split_by
        How the two were kept apart.
    subjects, held_out_subjects
        How many women; 0 where unknown.
    """

    classes: tuple[str, ...]
    train: Tensor
    train_labels: Tensor
    held_out: Tensor
    held_out_labels: NDArray[np.int64]
    counts: list[int]
    split_by: str
    subjects: int
    held_out_subjects: int


def preprocess_spec(config: TrainConfig) -> PreprocessSpec:
    """Return how a run's frames become its network's input."""
    return PreprocessSpec(colour=config.colour, fit=config.fit, size=config.size)


def usable(root: Path | DataSet) -> DataSet:
    """Return a data set that can be trained on, from its folder or as it was read.

    Raises
    ------
    DataError
        Fewer than two planes, a plane with a single image, names that are nearly equal, an image with two labels.
    """
    data = root if isinstance(root, DataSet) else scan(root)
    refuse_unusable(data)
    return data


def read_frames(
    data: DataSet, config: TrainConfig, folder: Path, threads: int, device: torch.device
) -> Generator[Event, None, Frames]:
    """Read and split a data set; yields progress and notices, returns the frames."""
    builder = StoreBuilder(data, preprocess_spec(config), folder, threads)
    told = -math.inf
    for done in builder:
        if time.monotonic() - told >= TELL_S or done == builder.total:
            told = time.monotonic()
            yield Progress(phase="reading", done=done, total=builder.total)
    store = builder.result()
    if store.broken:
        yield _broken_notice(store.broken)
    keep = np.flatnonzero(store.good)
    whole = data.only(keep.tolist())
    parts = split(whole, config.validation, config.split, config.seed)
    if parts.warning:
        yield Notice(level="warning", message=parts.warning, advice=parts.advice)
    numbers = {plane: index for index, plane in enumerate(data.classes)}
    labels = np.array([numbers.get(image.label, NO_PLANE) for image in whole.images], dtype=np.int64)
    train = parts.train if config.none_as_background else parts.train[labels[parts.train] != NO_PLANE]
    counts = Counter(labels[train].tolist())

    def on_device(positions: NDArray[np.int64]) -> Tensor:
        return torch.from_numpy(store.frames[keep[positions]]).to(device)

    return Frames(
        classes=data.classes,
        train=on_device(train),
        train_labels=torch.from_numpy(labels[train]).to(device),
        held_out=on_device(parts.held_out),
        held_out_labels=labels[parts.held_out],
        counts=[counts[index] for index in range(len(data.classes))],
        split_by=parts.by,
        subjects=_subjects(whole, train),
        held_out_subjects=_subjects(whole, parts.held_out),
    )


def _subjects(data: DataSet, positions: NDArray[np.int64]) -> int:
    return len({data.images[index].subject for index in positions.tolist()} - {""})


def _broken_notice(broken: dict[str, str]) -> Notice:
    shown = ", ".join(sorted(broken)[:_SHOWN])
    more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
    return Notice(
        level="warning",
        message=f"{len(broken)} images cannot be read and are left out: {shown}{more}.",
        advice="Run `uiac-nas inspect` for the whole list, and replace them.",
    )
