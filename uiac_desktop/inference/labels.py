"""From logits to a calibrated label: softmax with the model's temperature, then the best plane or none."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.model_config import ModelConfig
from nas.novelty import Evidence
from nas.planes import NONE
from uiac_desktop.frame import Pixels, Prediction, Stillness
from uiac_desktop.inference.foreign_config import AnyModelConfig

Floats = NDArray[np.float32]

_PLAIN_THOUGH_DRAWN_OVER: Final = np.float32(0.01)


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


def best_planes(chances: Floats, classes: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the index of the most likely plane of each row, int (...); a class named ``none`` is no plane.

    Parameters
    ----------
    chances
        float32 (..., K).
    """
    if NONE in classes:
        chances = np.where([code == NONE for code in classes], np.float32(-1), chances)
    return np.asarray(chances.argmax(axis=-1), np.int64)


def unnamed(chances: Floats, classes: tuple[str, ...], threshold: float) -> NDArray[np.bool_]:
    """Return for every plane whether it is too unsure to be named, or less likely than a class named ``none``.

    Parameters
    ----------
    chances
        float32 (..., K); the answer has this shape.
    threshold
        Certainty, 0 to 1, under which a frame is ``none``.
    """
    unsure = chances < threshold
    return unsure | (chances[..., [classes.index(NONE)]] > chances) if NONE in classes else unsure


def as_drawn_over(said: Prediction, stillness: Stillness) -> Prediction:
    """Return what is said of a frame; ``none`` under a drawing, with a chance of 1 % for a plain picture.

    A model sees too small a picture to tell thin lines on it from echoes; the frames before it tell.
    """
    if not stillness.drawn_over:
        return said
    chances = said.probabilities * _PLAIN_THOUGH_DRAWN_OVER
    if NONE in said.classes:
        chances[said.classes.index(NONE)] += 1 - chances.sum()
    best = int(best_planes(chances, said.classes))
    return replace(said, probabilities=chances, plane=NONE, certainty=float(chances[best]))


class Labeller:
    """Turns a model's scores into predictions.

    Parameters
    ----------
    config
        Of the model: classes, temperature, threshold of ``none``, and its rule for ``none`` where it has one.
    """

    def __init__(self, config: AnyModelConfig) -> None:
        self._classes: Final = config.classes
        self._temperature: Final = config.temperature
        self._threshold: Final = config.none_threshold
        self._novelty: Final = config.novelty if isinstance(config, ModelConfig) else None

    def prediction(self, logits: Floats, maps: Floats, image: Pixels) -> Prediction:
        """Return the prediction of one frame from its logits (K,) and maps (K, h, w), which it keeps.

        The image is what the network saw, uint8 (S, S, C).

        With a rule for ``none`` the probabilities add up to the chance that the frame shows any plane.
        """
        chances = probabilities(logits, self._temperature)
        if self._novelty is not None:
            shown = self._novelty.chances(Evidence.of(logits[None], maps[None], image[None]), chances[None])
            chances = np.asarray(chances * shown[0], np.float32)
        best = int(best_planes(chances, self._classes))
        plane = NONE if unnamed(chances, self._classes, self._threshold)[best] else self._classes[best]
        return Prediction(self._classes, chances, maps, plane, float(chances[best]))
