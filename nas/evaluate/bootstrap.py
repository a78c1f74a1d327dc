"""How much figures would vary with other women: whole subjects are resampled, as frames of one are dependent."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_AT_A_TIME: Final = 2**22  # weights drawn in one piece


def intervals(
    truth: NDArray[np.integer],
    answers: NDArray[np.integer],
    subjects: Sequence[str],
    classes: int,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, tuple[float, float]]:
    """Return 95 % percentile intervals of top1, macro_f1 and kappa (Efron and Tibshirani 1993, section 13.3).

    Empty where there is but one woman: with her alone nothing can be said of others.

    Parameters
    ----------
    truth, answers
        (N,) plane numbers 0..classes-1.
    subjects
        (N) woman of each frame; frames without one count as a woman each.
    classes
        K.
    resamples
        How many times women are drawn with replacement.
    seed
        Of the drawing.
    """
    tables, alike = _tables(truth, answers, np.asarray(subjects, dtype=np.str_), classes)
    women = int(alike.sum())
    if women < 2:
        return {}
    rng = np.random.default_rng(seed)
    piece = max(1, _AT_A_TIME // len(alike))
    series: dict[str, list[NDArray[np.float64]]] = {"top1": [], "macro_f1": [], "kappa": []}
    for first in range(0, resamples, piece):
        weights = rng.multinomial(women, alike / women, size=min(piece, resamples - first))
        drawn = np.tensordot(weights.astype(np.float64), tables, axes=1)
        for name, figure in (("top1", _top1), ("macro_f1", _macro_f1), ("kappa", _kappa)):
            series[name].append(figure(drawn))
    return {name: _middle(np.concatenate(values)) for name, values in series.items()}


def _tables(
    truth: NDArray[np.integer], answers: NDArray[np.integer], subjects: NDArray[np.str_], classes: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return confusion tables (G, K, K) and how many women have each (G,).

    A frame without a subject is a woman whose table has one entry; those with the same entry are drawn together, which
    gives the same draws and keeps them few.
    """
    known = subjects != ""
    women, woman_of = np.unique(subjects[known], return_inverse=True)
    of_women = np.zeros((len(women), classes, classes))
    np.add.at(of_women, (woman_of, truth[known], answers[known]), 1)
    cells, alike = np.unique(truth[~known] * classes + answers[~known], return_counts=True)
    of_frames = np.zeros((len(cells), classes * classes))
    of_frames[np.arange(len(cells)), cells] = 1
    tables = np.concatenate([of_women, of_frames.reshape(-1, classes, classes)])
    return tables, np.concatenate([np.ones(len(women), np.int64), alike])


def _middle(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def _top1(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.trace(tables, axis1=1, axis2=2) / tables.sum(axis=(1, 2)))


def _macro_f1(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    hits = np.diagonal(tables, axis1=1, axis2=2)
    truth, said = tables.sum(axis=2), tables.sum(axis=1)
    scores = 2 * hits / np.maximum(truth + said, 1)
    present = truth > 0
    return np.asarray((scores * present).sum(axis=1) / present.sum(axis=1))


def _kappa(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    total = tables.sum(axis=(1, 2))
    chance = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / total**2
    agreed = _top1(tables)
    return np.asarray(np.where(chance < 1, (agreed - chance) / np.where(chance < 1, 1 - chance, 1), 0.0))
