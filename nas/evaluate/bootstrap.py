"""How much figures would vary with other women: whole subjects are resampled, as frames of one are dependent."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def intervals(
    truth: NDArray[np.integer],
    answers: NDArray[np.integer],
    subjects: Sequence[str],
    classes: int,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, tuple[float, float]]:
    """Return 95 % percentile intervals of top1, macro_f1 and kappa (Efron and Tibshirani 1993, section 13.3).

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
    names = [subject or f"\0{index}" for index, subject in enumerate(subjects)]
    women, woman_of = np.unique(names, return_inverse=True)
    tables = np.zeros((len(women), classes, classes))
    np.add.at(tables, (woman_of, truth, answers), 1)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(women), np.full(len(women), 1 / len(women)), size=resamples)
    drawn = np.tensordot(weights, tables, axes=1)
    series = {"top1": _top1(drawn), "macro_f1": _macro_f1(drawn), "kappa": _kappa(drawn)}
    return {
        name: (float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))) for name, values in series.items()
    }


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
