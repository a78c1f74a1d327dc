"""A data set decoded once onto the disk for an evaluation, so that memory does not grow with the number of frames."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nas.data.folder import DataSet, scan
from nas.errors import DataError
from nas.evaluate.metrics import NO_PLANE
from nas.events import Event, Notice
from nas.learning.reading import decoded, plane_numbers
from nas.model_config import ModelConfig


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
    _frames: NDArray[np.uint8]
    _rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self._rows)

    def part(self, positions: NDArray[np.int64]) -> Tensor:
        """Return the frames at some positions, uint8 (n, S, S) or (n, S, S, 3), copied into memory."""
        return torch.from_numpy(np.asarray(self._frames[self._rows[positions]]))


def decode(config: ModelConfig, root: Path, folder: Path, threads: int) -> Generator[Event, None, Decoded]:
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

    Raises
    ------
    NasError
        The data set is none, or has planes that the model does not know.
    """
    data = scan(root)
    _refuse_foreign(data, config)
    store = yield from decoded(data, config.preprocess, folder, threads)
    if store.broken:
        yield Notice(
            level="warning",
            message=f"{len(store.broken)} images cannot be read and are left out.",
            advice="Run `uiac-nas inspect` for the list.",
        )
    rows = np.flatnonzero(store.good)
    kept = data.only(rows.tolist())
    targets = plane_numbers(kept, config.planes)
    if not (targets != NO_PLANE).any():
        raise DataError("Not one frame of a plane can be read.", "Run `uiac-nas inspect` to see why.")
    return Decoded(kept, targets, store.frames, rows)


def _refuse_foreign(data: DataSet, config: ModelConfig) -> None:
    foreign = [name for name in data.classes if name not in config.planes]
    if foreign:
        raise DataError(
            f"The model does not know {', '.join(foreign)}; it knows {', '.join(config.planes)}.",
            "Leave those folders out, or evaluate a model that was trained on them.",
        )
    if not data.classes:
        raise DataError("The data set holds no frame of a plane, only none.", "Add frames of the model's planes.")
