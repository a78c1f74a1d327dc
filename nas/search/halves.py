"""D_train and D_val of a search on the device: the training images halved, by woman where she is known."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nas.config.search import SearchConfig
from nas.data.folder import DataSet
from nas.data.rows import Rows
from nas.data.split import Split, split
from nas.errors import DataError
from nas.events import Event, Notice
from nas.learning.loss import NO_PLANE
from nas.learning.reading import DecodedSet, preprocess_spec, read_set
from nas.learning.seeds import seed_of
from nas.search.engine import Drawn

_HALF = 0.5
_SEEDS = 2**32


@dataclass(frozen=True, slots=True)
class Half:
    """The frames of one half, and their labels int64 (N,), plane numbers, on the device."""

    frames: Rows
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, positions: Tensor) -> Drawn:
        """Return the frames at some positions, int64 (b,) on the CPU."""
        return Drawn(self.frames.at(positions), self.labels[positions])


@dataclass(frozen=True, slots=True)
class Halves:
    """What a search learns from.

    Attributes
    ----------
    classes
        The planes.
    train, validation
        D_train, on which the weights learn, and D_val, on which lambda does.
    split_by
        How the two were kept apart.
    counts
        Frames of each plane in both.
    fingerprint
        Of the whole set and of how its frames are fitted.
    """

    classes: tuple[str, ...]
    train: Half
    validation: Half
    split_by: str
    counts: Sequence[int]
    fingerprint: str


def read_halves(
    data: DataSet, config: SearchConfig, folder: Path, threads: int, device: torch.device
) -> Generator[Event, None, Halves]:
    """Read a data set, leave out what training will hold out, halve the rest; frames of none stay out.

    Yields progress and notices, returns the halves.

    Raises
    ------
    DataError
        A plane has too few frames for both halves.
    """
    found = yield from read_set(data, preprocess_spec(config), folder, threads, data.classes)
    positions = yield from _touched(found, config)
    planes = positions[found.labels[positions] != NO_PLANE]
    parts = _halved(found.data.only(planes.tolist()), config)
    if parts.warning:
        yield Notice(level="warning", message=f"Halves: {parts.warning}", advice=parts.advice)
    counts = Counter(found.labels[planes].tolist())

    def half(numbers: NDArray[np.int64]) -> Half:
        chosen = planes[numbers]
        return Half(found.rows(chosen, device), torch.from_numpy(found.labels[chosen]).to(device))

    return Halves(
        classes=data.classes,
        train=half(parts.train),
        validation=half(parts.held_out),
        split_by=parts.by,
        counts=[counts[index] for index in range(len(data.classes))],
        fingerprint=found.fingerprint,
    )


def _touched(found: DecodedSet, config: SearchConfig) -> Generator[Event, None, NDArray[np.int64]]:
    """Return the positions of the images that the search may use."""
    if not config.left_out:
        return np.arange(len(found.labels))
    try:
        parts = split(found.data, config.left_out, config.halves, config.seed)
    except DataError as error:
        raise DataError(error.message, "Search the whole set with --left-out 0, or add frames.") from error
    yield Notice(
        level="note",
        message=f"{len(parts.held_out)} images are left out of the search, split by {parts.by};"
        f" training with --validation {config.left_out:g} --seed {config.seed} holds out the same.",
    )
    return parts.train


def _halved(data: DataSet, config: SearchConfig) -> Split:
    seed = seed_of(config.seed, "halves") % _SEEDS
    try:
        return split(data, _HALF, config.halves, seed)
    except DataError as error:
        raise DataError(
            f"The data set is too small to be halved: {error.message}",
            "Add frames, leave out that plane, or use more of the set with --left-out 0.",
        ) from error
