"""How likely a frame shows any plane at all: a logistic rule over what the network gives, computed without torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Floats = NDArray[np.floating]

FEATURES_A_CLASS: Final = 5
_LEAST_CHANCE: Final = 1e-6
_MOST_CLASSES: Final = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a network gives for N frames, as far as the rule asks for it.

    Attributes
    ----------
    logits
        (N, K) over the planes.
    peaks, spreads
        (N, K): the largest value and the standard deviation of each plane's class map; (N, 0) where there are no maps.
    """

    logits: Floats
    peaks: Floats
    spreads: Floats

    @classmethod
    def of(cls, logits: Floats, maps: Floats) -> "Evidence":
        """Return the evidence of logits (N, K) and class maps (N, K, h, w)."""
        return cls(logits, maps.max((2, 3)), maps.std((2, 3)))

    @classmethod
    def of_logits(cls, logits: Floats) -> "Evidence":
        """Return the evidence of logits (N, K) where no maps are to be weighed."""
        return cls(logits, logits[:, :0], logits[:, :0])

    @classmethod
    def joined(cls, parts: Sequence["Evidence"]) -> "Evidence":
        """Return the evidence of several lots of frames as that of one, in their order."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))


class NoveltyRule(BaseModel):
    """An open-set rule: the chance that a frame shows one of the planes, from logits and class maps.

    chance = 1 / (1 + exp(-(bias + weights · x))), where x holds for each of the K planes: its logit, its map's maximum,
    its map's standard deviation, the logarithm of its calibrated probability (not below 1e-6), and 1 for the likeliest
    plane, else 0; all K values of one kind before the next kind. A network's certainty alone is a weak sign of a
    picture that belongs to no class; logits and maps keep how much evidence there was before softmax divides it out.

    Parameters
    ----------
    weights
        5 K finite numbers in the order above.
    bias
        Of the logistic function.

    References
    ----------
    Scheirer et al., "Toward open set recognition", IEEE TPAMI 35(7), 2013; Hendrycks et al., "Scaling
    out-of-distribution detection for real-world settings", ICML 2022 (maximum logit); Platt, "Probabilistic outputs for
    support vector machines", 1999.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: tuple[FiniteFloat, ...] = Field(min_length=FEATURES_A_CLASS, max_length=FEATURES_A_CLASS * _MOST_CLASSES)
    bias: FiniteFloat

    def chances(self, evidence: Evidence, probabilities: Floats) -> NDArray[np.float64]:
        """Return the chance (N,), 0 to 1, that each frame shows one of the planes.

        Parameters
        ----------
        evidence
            Of N frames.
        probabilities
            (N, K), calibrated, over the same planes.
        """
        score = rule_features(evidence, probabilities) @ np.asarray(self.weights) + self.bias
        return np.asarray(0.5 * (1 + np.tanh(score / 2)))


def rule_features(evidence: Evidence, probabilities: Floats) -> NDArray[np.float64]:
    """Return what the rule weighs, (N, 5 K) in the order of `NoveltyRule`."""
    likeliest = np.eye(probabilities.shape[1])[evidence.logits.argmax(1)]
    logarithms = np.log(np.maximum(probabilities, _LEAST_CHANCE))
    return np.concatenate(
        [evidence.logits, evidence.peaks, evidence.spreads, logarithms, likeliest], 1, dtype=np.float64
    )
