"""A data set decoded once onto the disk for an evaluation, so that memory does not grow with the number of frames."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nas.data.folder import DataSet, scan
from nas.data.rows import Rows
from nas.data.split import split
from nas.errors import DataError
from nas.evaluate.metrics import NO_PLANE
from nas.events import Event
from nas.learning.reading import read_set
from nas.model_config import ModelConfig


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Which frames a training run held out, so that a model is judged on those alone.

    Attributes
    ----------
    share, by, seed
        As the run split its set.
    fingerprint
        Of the set that the run learned from; of another one, other frames would be taken.
    """

    share: float
    by: Literal["subject", "clip", "random"]
    seed: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The frames of a data set that can be read, memory-mapped.

    Attributes
    ----------
    data
        The set with those images alone.
    targets
        (N,) number of each image's plane among the model's planes, or NO_PLANE.
    """

    data: DataSet
    targets: NDArray[np.int64]
    _frames: Rows

    def __len__(self) -> int:
        return len(self._frames)

    def part(self, positions: NDArray[np.int64]) -> Tensor:
        """Return the frames at some positions, uint8 (n, S, S) or (n, S, S, 3), copied into memory."""
        return self._frames.at(torch.from_numpy(positions))


def decode(
    config: ModelConfig, root: Path, folder: Path, threads: int, held_out: HeldOut | None = None
) -> Generator[Event, None, Decoded]:
    """Decode a data set as a model wants its frames; yields progress and notices, returns the frames.

    Parameters
    ----------
    config
        The model; the set's planes are among its.
    root
        The data set.
    folder
        Existing folder for the decoded frames; the caller deletes it.
    threads
        Decoding threads.
    held_out
        Keep only the frames that a run held out; None keeps all.

    Raises
    ------
    NasError
        The data set is none, has planes that the model does not know, or is not the one that the run learned from.
    """
    data = scan(root)
    _refuse_foreign(data, config)
    read = yield from read_set(data, config.preprocess, folder, threads, config.planes)
    chosen = np.arange(len(read.labels))
    if held_out is not None:
        if read.fingerprint != held_out.fingerprint:
            raise DataError(
                "The data set is not the one that the run learned from, so its held-out frames are not known.",
                "Put the images back as they were, or evaluate on a set of other women.",
            )
        chosen = split(read.data, held_out.share, held_out.by, held_out.seed).held_out
    targets = read.labels[chosen]
    if not (targets != NO_PLANE).any():
        raise DataError("Not one frame of a plane can be read.", "Run `uiac-nas inspect` to see why.")
    return Decoded(read.data.only(chosen.tolist()), targets, read.rows(chosen, torch.device("cpu")))


def _refuse_foreign(data: DataSet, config: ModelConfig) -> None:
    foreign = [name for name in data.classes if name not in config.planes]
    if foreign:
        raise DataError(
            f"The model does not know {', '.join(foreign)}; it knows {', '.join(config.planes)}.",
            "Leave those folders out, or evaluate a model that was trained on them.",
        )
    if not data.classes:
        raise DataError("The data set holds no frame of a plane, only none.", "Add frames of the model's planes.")
