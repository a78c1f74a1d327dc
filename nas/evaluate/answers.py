"""A model's answers to every frame of a data set, decoded once and labelled batch by batch."""

import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nas.calibration import softmax
from nas.data.augment import Scale
from nas.data.folder import DataSet, Image, scan
from nas.data.store import StoreBuilder
from nas.errors import DataError
from nas.evaluate.metrics import NO_PLANE, Metrics, measure
from nas.events import TELL_S, Event, Notice, Progress
from nas.learning.device import place, placed
from nas.learning.prediction import predict
from nas.model_config import ModelConfig
from nas.planes import NONE
from nas.space.network import UiacNetwork

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class Answers:
    """A model's answers to a set of images.

    `probabilities` is (N, K) over the model's planes; `targets` (N,) their numbers or NO_PLANE.
    """

    images: tuple[Image, ...]
    logits: NDArray[np.float32]
    probabilities: NDArray[np.float64]
    targets: NDArray[np.int64]

    @property
    def of_planes(self) -> NDArray[np.bool_]:
        """(N,) whether a frame shows one of the planes."""
        return np.asarray(self.targets != NO_PLANE)

    @property
    def women(self) -> list[str]:
        """Subject of each frame of a plane, in order; empty text where unknown."""
        return [image.subject for image, shown in zip(self.images, self.of_planes, strict=True) if shown]

    def measured(self, config: ModelConfig) -> Metrics:
        """Return the figures at a model's calibration."""
        known = len(set(self.women) - {""})
        return measure(self.logits, self.targets, config.planes, config.temperature, config.none_threshold, known)


def answer(
    config: ModelConfig, network: UiacNetwork, root: Path, work: Path, device: Device, batch: int, threads: int
) -> Generator[Event, None, Answers]:
    """Label a data set; yields progress and notices, returns the answers.

    Parameters
    ----------
    config, network
        The model; the network moves to the device.
    root
        The data set; its planes are among the model's.
    work
        Existing folder for the decoded frames, which are deleted at the end.
    device
        Where to compute.
    batch
        Frames at a time.
    threads
        CPU threads, 0 for all cores.

    Raises
    ------
    NasError
        The data set is none, or has planes that the model does not know.
    """
    data = scan(root)
    _refuse_foreign(data, config)
    placement = place(device, "fp32", threads=threads)
    placed(network, placement)
    with tempfile.TemporaryDirectory(prefix=".frames.", dir=work) as folder:
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
    return _answers(config, data.only(keep.tolist()), torch.cat(found).numpy())


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
