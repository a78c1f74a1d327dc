"""How likely a frame shows any plane: a logistic rule over what the network gives and how coloured the frame is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Floats = NDArray[np.floating]

FEATURES_A_CLASS: Final = 5
_LEAST_CHANCE: Final = 1e-6
_VIVID_LEVELS: Final = 40
_LEAST_VIVID: Final = 1e-3
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
    vivid
        (N,): share of the frame's pixels that are coloured, as `vivid_shares` gives it.
    """

    logits: Floats
    peaks: Floats
    spreads: Floats
    vivid: Floats

    @classmethod
    def of(cls, logits: Floats, maps: Floats, frames: NDArray[np.uint8]) -> "Evidence":
        """Return the evidence of logits (N, K), class maps (N, K, h, w) and the frames that the network saw."""
        return cls(logits, maps.max((2, 3)), maps.std((2, 3)), vivid_shares(frames))

    @classmethod
    def of_logits(cls, logits: Floats) -> "Evidence":
        """Return the evidence of logits (N, K) where no maps are to be weighed."""
        return cls(logits, logits[:, :0], logits[:, :0], np.zeros(len(logits)))

    @classmethod
    def joined(cls, parts: Sequence["Evidence"]) -> "Evidence":
        """Return the evidence of several lots of frames as that of one, in their order."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))


class NoveltyRule(BaseModel):
    """An open-set rule: the chance that a frame shows one of the planes, from logits, class maps and colour.

    chance = 1 / (1 + exp(-(bias + weights · x + vivid_weight · v))), where x holds for each of the K planes: its logit,
    its map's maximum, its map's standard deviation, the logarithm of its calibrated probability (not below 1e-6), and 1
    for the likeliest plane, else 0; all K values of one kind before the next kind. v is the decimal logarithm of the
    share of coloured pixels (not below 0.001). A network's certainty alone is a weak sign of a picture that belongs to
    no class; logits and maps keep how much evidence there was before softmax divides it out, and a colour box over a
    good plane leaves logits and maps nearly as they were.

    Parameters
    ----------
    weights
        5 K finite numbers in the order above.
    bias
        Of the logistic function.
    vivid_weight
        Of v; 0 where the frames that the rule was fitted on had no colour.

    References
    ----------
    Scheirer et al., "Toward open set recognition", IEEE TPAMI 35(7), 2013; Hendrycks et al., "Scaling
    out-of-distribution detection for real-world settings", ICML 2022 (maximum logit); Platt, "Probabilistic outputs for
    support vector machines", 1999.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: tuple[FiniteFloat, ...] = Field(min_length=FEATURES_A_CLASS, max_length=FEATURES_A_CLASS * _MOST_CLASSES)
    bias: FiniteFloat
    vivid_weight: FiniteFloat = 0.0

    def chances(self, evidence: Evidence, probabilities: Floats) -> NDArray[np.float64]:
        """Return the chance (N,), 0 to 1, that each frame shows one of the planes.

        Parameters
        ----------
        evidence
            Of N frames.
        probabilities
            (N, K), calibrated, over the same planes.
        """
        score = rule_features(evidence, probabilities) @ np.asarray((*self.weights, self.vivid_weight)) + self.bias
        return np.asarray(0.5 * (1 + np.tanh(score / 2)))


def rule_features(evidence: Evidence, probabilities: Floats) -> NDArray[np.float64]:
    """Return what the rule weighs, (N, 5 K + 1) in the order of `NoveltyRule`, that of colour last."""
    likeliest = np.eye(probabilities.shape[1])[evidence.logits.argmax(1)]
    logarithms = np.log(np.maximum(probabilities, _LEAST_CHANCE))
    vivid = np.log10(np.maximum(evidence.vivid, _LEAST_VIVID))[:, None]
    return np.concatenate(
        [evidence.logits, evidence.peaks, evidence.spreads, logarithms, likeliest, vivid], 1, dtype=np.float64
    )


def vivid_shares(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the share of each frame's pixels whose channels lie more than 40 grey levels apart, (N,), 0 to 1.

    Tinted grey scales stay below that; flow in colour and coloured lines do not.

    Parameters
    ----------
    frames
        uint8 (N, S, S), (N, S, S, 1) or (N, S, S, 3); 0 for those without colour.
    """
    if frames.ndim < 4 or frames.shape[-1] != 3:
        return np.zeros(len(frames))
    red, green, blue = (frames[..., channel] for channel in range(3))
    high = np.maximum(np.maximum(red, green), blue)
    low = np.minimum(np.minimum(red, green), blue)
    return np.asarray((high - low > _VIVID_LEVELS).mean((1, 2)), np.float64)
