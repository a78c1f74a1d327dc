"""Certainty that means what it says: temperature, threshold for none of the planes, and error of calibration."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.novelty import Evidence, NoveltyRule, rule_features

_GOLDEN: Final = (5**0.5 - 1) / 2
_TEMPERATURES: Final = (0.05, 20.0)
_BINS: Final = 15
_PLANES_KEPT: Final = 0.95
_RULE_NEEDS: Final = 50
_RULE_STRENGTH: Final = 0.03


@dataclass(frozen=True, slots=True)
class NoneThreshold:
    """Certainty below which a frame shows none of the planes.

    Attributes
    ----------
    value
        The threshold (fraction of 1).
    planes_called_none, none_called_plane
        Errors each way on the frames it was fitted on (fractions); the latter is nan where there were no such frames.
    """

    value: float
    planes_called_none: float
    none_called_plane: float


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return probabilities (N, K) of logits (N, K) at a temperature."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def negative_log_likelihood(logits: NDArray[np.floating], targets: NDArray[np.integer], temperature: float) -> float:
    """Return the mean negative log likelihood (nats) of targets (N,) under logits (N, K) at a temperature."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    top = scaled.max(axis=1, keepdims=True)
    log_sum = top[:, 0] + np.log(np.exp(scaled - top).sum(axis=1))
    return float((log_sum - scaled[np.arange(len(scaled)), targets]).mean())


def fit_temperature(logits: NDArray[np.floating], targets: NDArray[np.integer]) -> float:
    """Return the temperature of least negative log likelihood (Guo et al. 2017), within 0.05..20.

    Parameters
    ----------
    logits
        (N, K), of frames that the network was not trained on.
    targets
        (N,), 0..K-1.

    Notes
    -----
    Of the target, 1/(N+2) is spread over the other classes (Platt 1999, section 2.2): without it a set that is answered
    without a mistake would ask for endless certainty. The likelihood is convex in 1/T, so a golden-section search over
    log T finds the one minimum.
    """
    spread = 1 / (len(targets) + 2)

    def loss(log_temperature: float) -> float:
        return _smoothed_loss(logits, targets, float(np.exp(log_temperature)), spread)

    low, high = np.log(_TEMPERATURES[0]), np.log(_TEMPERATURES[1])
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > 1e-4:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = loss(right)
    return float(np.exp((low + high) / 2))


def _smoothed_loss(
    logits: NDArray[np.floating], targets: NDArray[np.integer], temperature: float, spread: float
) -> float:
    """Return the mean cross entropy to targets of which `spread` lies evenly on the other classes."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    top = scaled.max(axis=1, keepdims=True)
    log_sum = top[:, 0] + np.log(np.exp(scaled - top).sum(axis=1))
    right = scaled[np.arange(len(scaled)), targets]
    others = (scaled.sum(axis=1) - right) / max(scaled.shape[1] - 1, 1)
    return float((log_sum - (1 - spread) * right - spread * others).mean())


def fit_none_threshold(
    plane_certainty: NDArray[np.floating], none_certainty: NDArray[np.floating] | None = None
) -> NoneThreshold:
    """Return the threshold whose larger error of the two ways is least.

    Parameters
    ----------
    plane_certainty
        (N,) certainty of the best plane on frames of planes.
    none_certainty
        (M,) the same on frames of none; without any, the threshold is the one that keeps 95 % of the planes.
    """
    planes = np.sort(np.asarray(plane_certainty, dtype=np.float64))
    if none_certainty is None or not len(none_certainty):
        value = float(np.quantile(planes, 1 - _PLANES_KEPT))
        return NoneThreshold(value, float((planes < value).mean()), float("nan"))
    nones = np.sort(np.asarray(none_certainty, dtype=np.float64))
    values = np.unique(np.concatenate([planes, nones]))
    candidates = np.concatenate([[values[0]], (values[1:] + values[:-1]) / 2])
    missed = np.searchsorted(planes, candidates, side="left") / len(planes)
    false = 1 - np.searchsorted(nones, candidates, side="left") / len(nones)
    best = int(np.argmin(np.maximum(missed, false)))
    return NoneThreshold(float(candidates[best]), float(missed[best]), float(false[best]))


def fit_certainty(evidence: Evidence, targets: NDArray[np.integer]) -> tuple[float, float, NoveltyRule | None]:
    """Return temperature, `none` threshold and the rule for `none`, fitted on one set of frames one after the other.

    Parameters
    ----------
    evidence
        Of N frames that the network was not trained on.
    targets
        (N,), 0..K-1, below 0 for frames of none.
    """
    planes = targets >= 0
    temperature = fit_temperature(evidence.logits[planes], targets[planes])
    probabilities = softmax(evidence.logits, temperature)
    rule = fit_novelty(evidence, probabilities, targets)
    certainty = probabilities.max(axis=1) * (1.0 if rule is None else rule.chances(evidence, probabilities))
    return temperature, fit_none_threshold(certainty[planes], certainty[~planes]).value, rule


def fit_novelty(
    evidence: Evidence, probabilities: NDArray[np.floating], targets: NDArray[np.integer]
) -> NoveltyRule | None:
    """Return the rule that tells frames of planes from frames of none best; None without maps or under 50 of either.

    Both kinds weigh the same, whatever their numbers. Ridge penalty on standardised features, C = 0.03.

    Parameters
    ----------
    evidence, probabilities
        Of N frames that the network was not trained on; (N, K) calibrated.
    targets
        (N,), 0..K-1, below 0 for frames of none.
    """
    planes = targets >= 0
    if not evidence.peaks.size or min(planes.sum(), (~planes).sum()) < _RULE_NEEDS:
        return None
    from sklearn.linear_model import LogisticRegression

    features = rule_features(evidence, probabilities)
    middle, scale = features.mean(0), features.std(0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=_RULE_STRENGTH, max_iter=5000, class_weight="balanced")
    model.fit((features - middle) / scale, planes)
    weights = model.coef_[0] / scale
    *of_planes, vivid = weights.tolist()
    return NoveltyRule(weights=tuple(of_planes), vivid_weight=vivid, bias=float(model.intercept_[0] - weights @ middle))


def calibration_bins(
    certainty: NDArray[np.floating], right: NDArray[np.bool_], bins: int = _BINS
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return mean certainty, share of right answers and count of each of equal bins of certainty; empty bins have 0.

    Parameters
    ----------
    certainty, right
        (N,): certainty of each answer, 0 to 1, and whether it was right.
    bins
        B, how many.

    Returns
    -------
    Three of (B,).
    """
    place = np.clip(np.ceil(np.asarray(certainty) * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    safe = np.maximum(count, 1)
    mean = np.bincount(place, weights=certainty, minlength=bins) / safe
    share = np.bincount(place, weights=np.asarray(right, dtype=np.float64), minlength=bins) / safe
    return mean, share, count


def expected_calibration_error(certainty: NDArray[np.floating], right: NDArray[np.bool_], bins: int = _BINS) -> float:
    """Return the expected calibration error (fraction): the mean gap of certainty and right answers over 15 bins.

    Parameters
    ----------
    certainty, right
        (N,), as in `calibration_bins`; without answers it is not a number.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017, eq. 3.
    """
    if not len(certainty):
        return float("nan")
    mean, share, count = calibration_bins(certainty, right, bins)
    return float((np.abs(mean - share) * count).sum() / count.sum())
