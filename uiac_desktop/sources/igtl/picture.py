"""From an OpenIGTLink picture to a frame's pixels: upright, 8 bits, grey or RGB, whatever the sender stores."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyigtl.messages import ImageMessage

from uiac_desktop.frame import Pixels

_ALIGNED: Final = 0.999
_WHITES: Final = (255, 1023, 4095, 16383, 65535, 2**31)
_COLOURS: Final = (3, 4)


class Brightness:
    """Maps grey levels of more than 8 bits to 8, by the smallest usual range that held all so far: no flicker."""

    def __init__(self) -> None:
        self._white: float = 0

    def in_bytes(self, levels: "NDArray[np.generic]") -> Pixels:
        """Return levels of any real type as uint8 of the same shape; what is below black or no number becomes black."""
        if levels.dtype == np.uint8:
            return np.asarray(levels, np.uint8)
        finite = np.nan_to_num(levels.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        brightest = float(finite.max(initial=0.0))
        fractions = levels.dtype.kind == "f" and brightest <= 1.0
        usual = 1.0 if fractions else next((white for white in _WHITES if brightest <= white), brightest)
        self._white = max(self._white, usual)
        return np.asarray(np.clip(finite * (255 / self._white), 0, 255).round(), np.uint8)


def upright(message: ImageMessage, brightness: Brightness) -> Pixels | None:
    """Return the picture of a message as it is to be seen, or None where it holds a volume or no colours we know.

    Parameters
    ----------
    message
        With axes (k, j, i[, components]).
    brightness
        Of this sender's pictures.

    Returns
    -------
    uint8 (H, W) or (H, W, 3) RGB, contiguous, in memory of its own. Where the matrix lies along the axes of the world
    and one of its first two directions is negative, the picture is stored the other way round, and is turned back. A
    matrix that lies across the axes is a tracked probe's: it says where the picture is, not how it is stored.
    """
    stored = _flat(np.asarray(message.image))
    if stored is None:
        return None
    if stored.ndim == 3:
        if stored.shape[2] not in _COLOURS:
            return None
        stored = stored[..., :3]
    across, down = message.ijk_to_world_matrix[:3, 0], message.ijk_to_world_matrix[:3, 1]
    if _along(across, 0) and _along(down, 1):
        stored = stored[:: -1 if down[1] < 0 else 1, :: -1 if across[0] < 0 else 1]
    return np.ascontiguousarray(brightness.in_bytes(stored)).copy()


def _flat(stored: "NDArray[np.generic]") -> "NDArray[np.generic] | None":
    """Return the one plane of pixels of an array (k, j, i[, components])."""
    if stored.size == 0:
        return None
    if stored.shape[0] == 1:
        return np.asarray(stored[0])
    if stored.shape[2] == 1:  # as pyigtl sends an array of two axes
        return np.asarray(stored[:, :, 0])
    return None


def _along(direction: "NDArray[np.floating]", axis: int) -> bool:
    length = float(np.linalg.norm(direction))
    return length > 0 and abs(float(direction[axis])) >= _ALIGNED * length
