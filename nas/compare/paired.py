"""Which differences between models hold for other women: paired by subject, since frames of one woman are dependent."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

LEVEL: Final = 0.05
_RESAMPLES: Final = 10_000
_DECIMALS: Final = 12  # equal shares differ by rounding, and must count as ties


class Pair(BaseModel):
    """The best model against another.

    Attributes
    ----------
    other
        The other model.
    difference
        Accuracy of the best minus that of the other, mean over subjects (fraction).
    low, high
        95 % percentile interval of it over subjects, by the bootstrap.
    p
        Two-sided, of the Wilcoxon signed-rank test over subjects.
    p_holm
        The same, corrected for the number of pairs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    other: str
    difference: float
    low: float
    high: float
    p: float
    p_holm: float


def subject_accuracy(right: NDArray[np.bool_], subjects: Sequence[str]) -> NDArray[np.float64]:
    """Return the share of right answers of each subject (S,), in the order of their names.

    Parameters
    ----------
    right
        (N,) whether each frame was answered rightly.
    subjects
        (N) woman of each frame; frames without one are left out.
    """
    known = np.array([bool(subject) for subject in subjects])
    names, woman_of = np.unique(np.asarray(subjects)[known], return_inverse=True)
    hits = np.bincount(woman_of, weights=right[known].astype(np.float64), minlength=len(names))
    return np.asarray(hits / np.bincount(woman_of, minlength=len(names)))


def paired_tests(best: str, accuracy: Mapping[str, NDArray[np.float64]], seed: int = 0) -> tuple[Pair, ...]:
    """Compare the best model with every other, subject by subject.

    Parameters
    ----------
    best
        One of the models.
    accuracy
        (S,) accuracy of every model on each subject, averaged over seeds.
    seed
        Of the bootstrap.

    References
    ----------
    Demsar, "Statistical comparisons of classifiers over multiple data sets", JMLR 2006, sections 3.1.3 and 3.2.2;
    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 1979; interval: Efron and
    Tibshirani 1993, section 13.3.
    """
    others = [name for name in accuracy if name != best]
    differences = {name: np.round(accuracy[best] - accuracy[name], _DECIMALS) for name in others}
    values = [signed_rank(differences[name]) for name in others]
    pairs = []
    for name, p, p_holm in zip(others, values, holm(values), strict=True):
        low, high = interval_of_mean(differences[name], seed)
        pairs.append(
            Pair(other=name, difference=float(differences[name].mean()), low=low, high=high, p=p, p_holm=p_holm)
        )
    return tuple(pairs)


def signed_rank(differences: NDArray[np.float64]) -> float:
    """Return the two-sided p of the Wilcoxon signed-rank test of differences (subjects,); 1 where all are 0."""
    if not differences.any():
        return 1.0
    from scipy.stats import wilcoxon

    return float(wilcoxon(differences).pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """Return Holm's corrected p of each test, in the order given (Holm 1979)."""
    order = np.argsort(values, kind="stable")
    raised = [min(values[index] * (len(values) - place), 1.0) for place, index in enumerate(order)]
    corrected = np.empty(len(values))
    corrected[order] = np.maximum.accumulate(raised) if raised else []
    return [float(value) for value in corrected]


def interval_of_mean(values: NDArray[np.float64], seed: int, resamples: int = _RESAMPLES) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean of values (subjects,), drawn with replacement (Efron 1979)."""
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), size=resamples) / len(values)
    low, high = np.quantile(weights @ values, [0.025, 0.975])
    return float(low), float(high)


def subjects_needed(pairs: int) -> int:
    """Return how many subjects the test needs at least for a result below 5 % in so many pairs.

    With n subjects that all differ the same way, the exact two-sided p is 2 / 2**n; Holm multiplies the smallest by the
    number of pairs.
    """
    return int(np.floor(1 + np.log2(max(pairs, 1) / LEVEL))) + 1
