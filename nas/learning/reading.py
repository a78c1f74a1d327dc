"""A data set as a run reads it: checked, decoded once, what is broken left out and said."""

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nas.config.frames import FrameConfig
from nas.data.folder import DataSet, scan
from nas.data.problems import refuse_unusable
from nas.data.rows import Rows
from nas.data.store import Store, StoreBuilder
from nas.events import TELL_S, Event, Notice, Progress
from nas.learning.loss import NO_PLANE
from nas.learning.ranks import current_ranks
from nas.preprocess import PreprocessSpec

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DecodedSet:
    """The images of a data set that can be read.

    Attributes
    ----------
    data
        The set with those images alone.
    labels
        int64 (N,): each image's plane number, or NO_PLANE.
    fingerprint
        Of the whole set and of how its frames are fitted, by content.
    """

    data: DataSet
    labels: NDArray[np.int64]
    fingerprint: str
    _frames: NDArray[np.uint8]
    _rows: NDArray[np.int64]

    def rows(self, positions: NDArray[np.int64], device: torch.device) -> Rows:
        """Return the frames at some positions (n,) as rows that are gathered when they are needed."""
        return Rows(self._frames, self._rows[positions], device)

    def subjects(self, positions: NDArray[np.int64]) -> int:
        """Return how many women the frames at some positions (n,) show; 0 where unknown."""
        return len({self.data.images[index].subject for index in positions.tolist()} - {""})


def preprocess_spec(config: FrameConfig) -> PreprocessSpec:
    """Return how a run's frames become its network's input."""
    return PreprocessSpec(colour=config.colour, fit=config.fit, size=config.size)


def usable(root: Path | DataSet) -> DataSet:
    """Return a data set that can be learned from, from its folder or as it was read.

    Raises
    ------
    DataError
        Fewer than two planes, a plane with a single image, names that are nearly equal, an image with two labels.
    """
    data = root if isinstance(root, DataSet) else scan(root)
    refuse_unusable(data)
    return data


def read_set(
    data: DataSet, spec: PreprocessSpec, folder: Path, threads: int, planes: tuple[str, ...]
) -> Generator[Event, None, DecodedSet]:
    """Decode a data set into a folder; yields progress and notices, returns what can be read.

    Of several processes the first decodes, and the others use what it wrote.

    Parameters
    ----------
    data
        The set.
    spec
        How its frames are fitted.
    folder
        Where the decoded frames lie.
    threads
        Decoding threads.
    planes
        Which the labels number.
    """
    store = yield from _decoded(data, spec, folder, threads)
    if store.broken:
        yield _broken_notice(store.broken)
    rows = np.flatnonzero(store.good)
    whole = data.only(rows.tolist())
    return DecodedSet(whole, _plane_numbers(whole, planes), store.fingerprint, store.frames, rows)


def _decoded(data: DataSet, spec: PreprocessSpec, folder: Path, threads: int) -> Generator[Event, None, Store]:
    """Decode a data set into a store; yields progress, returns the store with what could not be read."""
    builder = StoreBuilder(data, spec, folder, threads)
    for done in current_ranks().led(_seldom(builder)):
        yield Progress(phase="reading", done=done, total=builder.total)
    return builder.result()


def _plane_numbers(data: DataSet, planes: tuple[str, ...]) -> NDArray[np.int64]:
    """Return each image's place among the planes (N,), NO_PLANE for none of them."""
    numbers = {plane: index for index, plane in enumerate(planes)}
    return np.array([numbers.get(image.label, NO_PLANE) for image in data.images], dtype=np.int64)


def _seldom(builder: StoreBuilder) -> Iterator[int]:
    """Pass on how far a builder has come, twice a second and at the end."""
    told = -math.inf
    for done in builder:
        if time.monotonic() - told >= TELL_S or done == builder.total:
            told = time.monotonic()
            yield done


def _broken_notice(broken: dict[str, str]) -> Notice:
    shown = ", ".join(sorted(broken)[:_SHOWN])
    more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
    return Notice(
        level="warning",
        message=f"{len(broken)} images cannot be read and are left out: {shown}{more}.",
        advice="Run `uiac-nas inspect` for the whole list, and replace them.",
    )
