"""What is lost on the way down and back: fluid loses nothing and so enhances, bone so much that it casts a shadow."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.kernels import Field, filtered, gaussian, looked_up
from uiac_desktop.phantom.tissue import ATTENUATION, Tissue
from uiac_desktop.phantom.view import LINES, SAMPLES, View

_BONE_FROM_DB_MM = 0.45
_SHADOW_LIMIT_DB = np.float32(27)
_APERTURE_LINES = 3.5


class Attenuation:
    """Adds up attenuation along the beams of a fan.

    Parameters
    ----------
    view
        The fan.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._table = np.zeros(256, np.float32)
        self._table[: len(Tissue)] = ATTENUATION * view.sample_mm
        self._bone_from = np.float32(_BONE_FROM_DB_MM * view.sample_mm)
        self._aperture = gaussian(_APERTURE_LINES)

    def before_chest(self, mother: NDArray[np.uint8]) -> tuple[int, float]:
        """Return the sample where the chest begins and the mean loss of the surroundings (SAMPLES, LINES) above, dB."""
        view = self._view
        row = int((view.chest_depth - view.chest_radius - view.near) / view.sample_mm)
        row = max(1, min(SAMPLES - 1, row))
        return row, float(self._table[mother[:row]].sum(0).mean())

    def loss(self, labels: NDArray[np.uint8]) -> Field:
        """Return the loss down to each grid point (SAMPLES, LINES), dB; that of bone saturates to a grey shadow."""
        step = filtered(looked_up(self._table, labels), self._aperture, np.ones(1, np.float32))
        loss = np.empty((SAMPLES, 2, LINES), np.float32)
        soft, bone = loss[:, 0], loss[:, 1]
        np.subtract(step, self._bone_from, out=bone)
        np.maximum(bone, 0, out=bone)
        np.subtract(step, bone, out=soft)
        for above, here in pairwise(loss):
            np.add(here, above, out=here)
        soft += _SHADOW_LIMIT_DB * bone / (bone + _SHADOW_LIMIT_DB)
        return soft
