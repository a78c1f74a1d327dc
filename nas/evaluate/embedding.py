"""t-SNE of pooled features of a sample of frames, for the untrained and the trained network, always the same."""

import csv
import io
from collections.abc import Generator, Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nas.data.augment import Scale
from nas.evaluate.decoded import Decoded
from nas.evaluate.look import Look, look
from nas.events import Event, Notice, Progress
from nas.figures.embedding import Embedding
from nas.learning.device import Placement, placed
from nas.model_config import ModelConfig
from nas.space.network import UiacNetwork

Features = NDArray[np.float32]

MOST: Final = 2000
_LEAST: Final = 8
_PERPLEXITY: Final = 30.0
_SEED: Final = 0


def stratified(labels: Sequence[str], most: int = MOST, seed: int = _SEED) -> NDArray[np.int64]:
    """Return ascending positions, int64 (n,), of at most `most` frames, each class by its share and with one at least.

    Each class is shuffled and its i-th frame of n gets the rank i / n; the frames of lowest rank are taken.
    """
    named = np.asarray(labels)
    rng = np.random.default_rng(seed)
    ranks = np.empty(len(named))
    for name in np.unique(named):
        mine = np.flatnonzero(named == name)
        ranks[rng.permutation(mine)] = np.arange(len(mine)) / len(mine)
    return np.sort(np.argsort(ranks, kind="stable")[:most])


class PooledSample:
    """Watches looks and keeps the pooled features (n, C) of a sample of frames, by ascending positions (n,)."""

    def __init__(self, positions: NDArray[np.int64]) -> None:
        self.positions = positions
        self._parts: list[Features] = []

    def see(self, look: Look) -> None:
        """Keep the features of the frames of the sample."""
        mine = np.isin(look.positions, self.positions, assume_unique=True)
        if mine.any():
            self._parts.append(look.pooled[torch.from_numpy(mine)].cpu().numpy())

    def features(self) -> Features:
        """Return what was kept, in the order of the positions."""
        return np.concatenate(self._parts)


def embed(
    config: ModelConfig, decoded: Decoded, trained: PooledSample, placement: Placement, batch: int
) -> Generator[Event, None, Embedding | None]:
    """Lay a sample out twice; yields progress, returns None after a notice where there is too little to lay out.

    The untrained network has the plan of the trained one and weights from a seed; its batch norms have met no frame.

    Parameters
    ----------
    config, decoded
        The model and the frames.
    trained
        Of the trained network, complete.
    placement, batch
        As for the trained network.

    References
    ----------
    van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008.
    """
    positions = trained.positions
    if len(positions) < _LEAST:
        yield _too_little(f"{len(positions)} frames are too few for t-SNE, which needs {_LEAST}")
        return None
    fresh = PooledSample(positions)
    scale = Scale.of(config.preprocess, placement.device)
    done = 0
    for seen in look(placed(untrained(config), placement), decoded, positions, scale, placement, batch):
        fresh.see(seen)
        done += len(seen.positions)
        yield Progress(phase="validating", done=done, total=len(positions))
    laid_out = []
    for number, sample in enumerate((fresh, trained)):
        yield Progress(phase="drawing", done=number, total=2)
        points = laid(sample.features())
        if points is None:
            yield _too_little("The frames' features are all but equal")
            return None
        laid_out.append(points)
    yield Progress(phase="drawing", done=2, total=2)
    images = [decoded.data.images[position] for position in positions.tolist()]
    files, labels = tuple(image.path for image in images), tuple(image.label for image in images)
    return Embedding(files, labels, laid_out[0], laid_out[1], perplexity(len(positions)))


def untrained(config: ModelConfig, seed: int = _SEED) -> UiacNetwork:
    """Return a network of a model's plan with weights from a seed, in evaluation mode; torch's own seed stays."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return UiacNetwork(config.network).eval()


def perplexity(frames: int) -> float:
    """Return 30, or less for few frames: a third of the others at most."""
    return min(_PERPLEXITY, (frames - 1) / 3)


def laid(features: Features, seed: int = _SEED) -> NDArray[np.float64] | None:
    """Return features (N, C) laid out in two dimensions (N, 2), or None where fewer than three differ.

    They are centred and brought to one overall spread before, since those of an untrained network may be tiny. One
    thread computes, as the order of sums on several would change the picture.
    """
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    spread = float(centred.std())
    if not np.isfinite(spread) or spread <= 1e-7 * float(np.abs(features).max(initial=0)) or not spread:
        return None
    whole = (centred / spread).astype(np.float32)
    if len(np.unique(whole.round(4), axis=0)) < 3:
        return None
    from sklearn.manifold import TSNE

    tsne = TSNE(perplexity=perplexity(len(whole)), init="pca", learning_rate="auto", random_state=seed, n_jobs=1)
    with threadpool_limits(limits=1):
        points: Any = tsne.fit_transform(whole)
    return np.asarray(points, np.float64)


def embedding_table(embedding: Embedding) -> str:
    """Return the points as CSV: file, label, and x and y untrained and trained."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["file", "label", "untrained_x", "untrained_y", "trained_x", "trained_y"])
    for file, label, before, after in zip(
        embedding.files, embedding.labels, embedding.untrained, embedding.trained, strict=True
    ):
        rows.writerow([file, label, *(f"{value:.4f}" for value in (*before, *after))])
    return table.getvalue()


def _too_little(what: str) -> Notice:
    return Notice(level="note", message=f"{what}; that figure is left out.", advice="Evaluate on more frames for it.")
