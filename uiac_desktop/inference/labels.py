"""From logits to a calibrated label: softmax with the model's temperature, then the best plane or none."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE
from uiac_desktop.frame import Prediction
from uiac_desktop.inference.foreign_config import AnyModelConfig

Floats = NDArray[np.float32]


def probabilities(logits: Floats, temperature: float) -> Floats:
    """Return softmax(logits / temperature) over the last axis, float32.

    Parameters
    ----------
    logits
        float32 (..., K).
    temperature
        Above 0; 1 leaves the logits (Guo et al., "On calibration of modern neural networks", ICML 2017, eq. 9).
    """
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    np.exp(scaled, out=scaled)
    scaled /= scaled.sum(axis=-1, keepdims=True)
    return scaled.astype(np.float32)


def best_plane(chances: Floats, classes: tuple[str, ...]) -> int:
    """Return the index of the most likely plane; a class named ``none`` is no plane."""
    if NONE not in classes:
        return int(chances.argmax())
    planes_only = np.where([code == NONE for code in classes], -1.0, chances)
    return int(planes_only.argmax())


def is_none(chances: Floats, classes: tuple[str, ...], plane: int, threshold: float) -> bool:
    """Return whether a plane is too unsure to be named, or a class named ``none`` is more likely than it."""
    outdone = NONE in classes and chances[classes.index(NONE)] > chances[plane]
    return bool(outdone or chances[plane] < threshold)


class Labeller:
    """Turns a model's scores into predictions.

    Parameters
    ----------
    config
        Of the model: classes, temperature, threshold of ``none``.
    """

    def __init__(self, config: AnyModelConfig) -> None:
        self._classes: Final = config.classes
        self._temperature: Final = config.temperature
        self._threshold: Final = config.none_threshold

    def prediction(self, logits: Floats, maps: Floats) -> Prediction:
        """Return the prediction of one frame from its logits (K,) and maps (K, h, w), which it keeps."""
        chances = probabilities(logits, self._temperature)
        best = best_plane(chances, self._classes)
        none = is_none(chances, self._classes, best, self._threshold)
        plane = NONE if none else self._classes[best]
        return Prediction(self._classes, chances, maps, plane, float(chances[best]))
