"""The two parts of a comparison's data: what all models learn from, and the women that none of them sees."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.config.train import TrainConfig
from nas.data.folder import DataSet, scan
from nas.data.rows import Rows
from nas.data.split import split
from nas.errors import DataError
from nas.events import Event, Notice
from nas.learning.device import Placement
from nas.learning.reading import preprocess_spec, read_set, usable

_GIVEN: Final = "folder given"


@dataclass(frozen=True, slots=True)
class Parts:
    """The data of a comparison.

    Attributes
    ----------
    pool
        What models learn from and choose their epoch by.
    test
        Frames of planes that they are judged on.
    by
        How the two were kept apart: ``subject`` as a rule, or ``folder given``.
    notices
        What a person should know about that.
    """

    pool: DataSet
    test: DataSet
    by: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The test frames, decoded.

    Attributes
    ----------
    frames
        uint8 (N, S, S) or (N, S, S, 3), gathered from the store a batch at a time.
    truth
        int64 (N,) plane numbers.
    subjects
        (N) woman of each frame; empty texts where unknown.
    """

    frames: Rows
    truth: NDArray[np.int64]
    subjects: tuple[str, ...]


def parts(root: Path, folder: Path | None, share: float, config: TrainConfig, seeds: int) -> Parts:
    """Return what is learned from and what is held back, the same for every model and seed.

    Parameters
    ----------
    root
        The data set.
    folder
        Another data set to judge on; None to hold subjects of the first one back.
    share
        Of the images held back, where no folder is given (fraction).
    config
        Its seed draws the test part; its split and validation share are tried for every seed, so that no run fails by
        them.
    seeds
        How many runs each model gets.

    Raises
    ------
    DataError
        A set is none, the test set has planes that the other has not, or a plane cannot be on every side.
    """
    whole = usable(root)
    made = _held_out(whole, share, config.seed) if folder is None else _given(whole, scan(folder))
    for seed in range(config.seed, config.seed + seeds):
        split(made.pool, config.validation, config.split, seed)
    return made


def read_held_back(
    made: Parts, config: TrainConfig, store: Path, placement: Placement
) -> Generator[Event, None, HeldBack]:
    """Decode the test frames into a store; yields progress and notices, returns them."""
    read = yield from read_set(made.test, preprocess_spec(config), store, placement.threads, made.pool.classes)
    return HeldBack(
        read.rows(np.arange(len(read.labels)), placement.device),
        read.labels,
        tuple(image.subject for image in read.data.images),
    )


def _held_out(whole: DataSet, share: float, seed: int) -> Parts:
    sides = split(whole, share, "subject", seed)
    notices = (Notice(level="warning", message=sides.warning, advice=sides.advice),) if sides.warning else ()
    return Parts(whole.only(sides.train.tolist()), _planes_of(whole.only(sides.held_out.tolist())), sides.by, notices)


def _given(whole: DataSet, other: DataSet) -> Parts:
    foreign = [name for name in other.classes if name not in whole.classes]
    if foreign:
        raise DataError(
            f"The test set has {', '.join(foreign)}; the models learn {', '.join(whole.classes)}.",
            "Leave those folders out of the test set.",
        )
    test = _planes_of(other)
    if not test.images:
        raise DataError("The test set holds no frame of a plane.", "Give a set with frames of the planes.")
    shared = len(set(whole.subjects) & set(other.subjects))
    notices: tuple[Notice, ...] = ()
    if shared:
        notices = (
            Notice(
                level="warning",
                message=f"{shared} subjects have the same name in both sets.",
                advice="If they are the same women, the figures are too good; use --test-share instead.",
            ),
        )
    return Parts(whole, test, _GIVEN, notices)


def _planes_of(data: DataSet) -> DataSet:
    return data.only([index for index, image in enumerate(data.images) if image.label in data.classes])
