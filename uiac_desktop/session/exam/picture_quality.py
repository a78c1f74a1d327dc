"""How sharp and how calm a picture is beside others of the same scan, since no scale holds for every scanner."""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.frame import Pixels

_SKETCH_STEP: Final = 8
_SHARP_STEP: Final = 2
_MIDDLE: Final = (0.2, 0.8)
_REMEMBERED: Final = 200
_WEIGHT: Final = 0.25


class Quality:
    """Compares each picture with the last 200 of its scan."""

    def __init__(self) -> None:
        self._sharpness: deque[float] = deque(maxlen=_REMEMBERED)
        self._stirring: deque[float] = deque(maxlen=_REMEMBERED)

    def of(self, sharp: float, moved: float) -> float:
        """Return what sharpness and calm add to a picture's score, -0.5 to 0.5; 0 for one like the others."""
        self._sharpness.append(sharp)
        if not np.isfinite(moved):
            moved = float(np.median(self._stirring)) if self._stirring else 0.0
        self._stirring.append(moved)
        sharper = sharp / max(float(np.median(self._sharpness)), 1e-6) - 1
        usual = float(np.median(self._stirring))
        livelier = moved / usual - 1 if usual > 0 else 0.0
        return float(_WEIGHT * np.clip(sharper, -1, 1) - _WEIGHT * np.clip(livelier, -1, 1))


def sketch(pixels: Pixels) -> NDArray[np.int16]:
    """Return every eighth pixel of a picture, to compare pictures by."""
    return pixels[::_SKETCH_STEP, ::_SKETCH_STEP].astype(np.int16)


def stirring(before: NDArray[np.int16] | None, after: NDArray[np.int16]) -> float:
    """Return the mean difference of two sketches, grey levels; infinite where they cannot be compared."""
    if before is None or before.shape != after.shape:
        return float("inf")
    return float(np.abs(after - before).mean())


def sharpness(pixels: Pixels) -> float:
    """Return the variance of the Laplacian over the middle of a picture, grey levels squared."""
    height, width = pixels.shape[:2]
    rows, columns = (
        slice(int(_MIDDLE[0] * side), max(int(_MIDDLE[1] * side), 3), _SHARP_STEP) for side in (height, width)
    )
    grey = (pixels if pixels.ndim == 2 else pixels[..., 1])[rows, columns].astype(np.float32)
    if min(grey.shape) < 3:
        return 0.0
    middle = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.var(around - 4 * middle))
