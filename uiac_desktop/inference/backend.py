"""The contract of what computes a network: uint8 frames in, logits and class maps out of one forward pass."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.errors import ModelError
from uiac_desktop.frame import Pixels


class BackendError(ModelError):
    """A device cannot compute the network, from the start or any longer; another one may."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a network gives for N frames.

    Attributes
    ----------
    logits
        float32 (N, K), before the model's temperature.
    maps
        float32 (N, K, h, w); their mean over (h, w) plus the classifier's bias is the logit.
    """

    logits: NDArray[np.float32]
    maps: NDArray[np.float32]

    @property
    def are_numbers(self) -> bool:
        """Whether all of it is finite."""
        return bool(np.isfinite(self.logits).all() and np.isfinite(self.maps).all())


class Backend(ABC):
    """Computes one network; used by one thread at a time.

    All backends agree on the same frames: logits and maps within 1e-3 of the largest value in float32, 5e-2 in half
    precision and bf16 (which have 11 and 8 bits of precision).

    Attributes
    ----------
    text
        What computes, as the source line shows it, for example ``OpenVINO CPU fp32``.
    batch
        How many frames `run` likes to get at once where many are waiting.
    """

    text: str
    batch: int = 1

    @abstractmethod
    def run(self, images: Pixels) -> Scores:
        """Return the scores of fitted frames.

        Parameters
        ----------
        images
            uint8 (N, S, S, C), N at least 1, as `nas.preprocess.fit_frame` makes them; normalisation happens here.

        Returns
        -------
        Scores in memory of their own.

        Raises
        ------
        BackendError
            The device gave up.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the device's memory; may be called twice."""
