"""A model's answers to every frame of a data set, decoded once and labelled batch by batch."""

import tempfile
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nas.calibration import softmax
from nas.data.augment import Scale
from nas.data.folder import Image
from nas.evaluate.decoded import Decoded, decode
from nas.evaluate.look import Watcher, look
from nas.evaluate.metrics import NO_PLANE, Metrics, measure
from nas.events import Event, Progress
from nas.learning.device import Placement, place, placed
from nas.model_config import ModelConfig
from nas.novelty import Evidence
from nas.planes import NONE
from nas.space.network import UiacNetwork

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class Answers:
    """A model's answers to a set of images.

    Attributes
    ----------
    images
        N of them.
    evidence
        Logits and maps' extremes, (N, K) over the model's planes, and how coloured each frame is.
    probabilities
        (N, K), calibrated, as the model says them: with a rule for `none`, each row adds up to the chance of a plane.
    targets
        (N,) numbers of the planes or NO_PLANE.
    """

    images: tuple[Image, ...]
    evidence: Evidence
    probabilities: NDArray[np.float64]
    targets: NDArray[np.int64]

    @property
    def logits(self) -> NDArray[np.floating]:
        """(N, K) over the model's planes."""
        return self.evidence.logits

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
        shown = plane_chances(config, self.evidence)
        limits = config.temperature, config.none_threshold
        return measure(self.logits, self.targets, config.planes, *limits, known, shown)


def plane_chances(config: ModelConfig, evidence: Evidence) -> NDArray[np.float64] | None:
    """Return the chance (N,) that each frame shows any plane, by the model's rule; None where it has no rule."""
    if config.novelty is None:
        return None
    return config.novelty.chances(evidence, softmax(evidence.logits, config.temperature))


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
    placement = place(device, "fp32", threads=threads)
    with tempfile.TemporaryDirectory(prefix=".frames.", dir=work) as folder:
        decoded = yield from decode(config, root, Path(folder), placement.threads)
        return (yield from label(config, network, decoded, placement, batch))


def label(
    config: ModelConfig,
    network: UiacNetwork,
    decoded: Decoded,
    placement: Placement,
    batch: int,
    watchers: Sequence[Watcher] = (),
) -> Generator[Event, None, Answers]:
    """Label decoded frames in one pass; yields progress, returns the answers.

    Parameters
    ----------
    config, network
        Belonging together; the network is moved to the placement's device.
    decoded
        The frames.
    placement
        Where to compute.
    batch
        Frames at a time.
    watchers
        Who takes a part of each look.
    """
    placed(network, placement)
    everything = np.arange(len(decoded))
    scale = Scale.of(config.preprocess, placement.device)
    columns, parts = plane_columns(config), []
    for seen in look(network, decoded, everything, scale, placement, batch):
        rows = _rows(seen.logits[:, columns]), _rows(seen.maps[:, columns])
        parts.append(Evidence.of(*rows, seen.frames.numpy()))
        for watcher in watchers:
            watcher.see(seen)
        yield Progress(phase="validating", done=int(seen.positions[-1]) + 1, total=len(decoded))
    evidence = Evidence.joined(parts)
    probabilities, shown = softmax(evidence.logits, config.temperature), plane_chances(config, evidence)
    said = probabilities if shown is None else probabilities * shown[:, None]
    return Answers(decoded.data.images, evidence, said, decoded.targets)


def _rows(values: torch.Tensor) -> NDArray[np.float32]:
    return values.float().cpu().numpy()


def plane_columns(config: ModelConfig) -> list[int]:
    """Return the outputs of a model that are planes; a class `none` of its own is left out."""
    return [index for index, name in enumerate(config.classes) if name != NONE]
