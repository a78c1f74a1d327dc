"""A class activation map as the program shows it beside a frame: smooth, in colours of even steps, on a dim copy."""

from functools import lru_cache
from typing import Any, Final, TypeAlias

import cv2
import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Planes: TypeAlias = NDArray[np.float32]

_RANGE: Final = (0.08, 0.95)
_FRAME_GAIN: Final = 0.38
_COLOUR_GAIN: Final = 0.62
_BLUR: Final = 1 / 22
MAP_COLOURS: Final = LinearSegmentedColormap.from_list("map", colormaps["inferno"](np.linspace(*_RANGE, 256)), 256)


def enlarged(values: Planes, side: int) -> Planes:
    """Return a map (h, w) of 0 to 1 at a side in pixels, (side, side): bilinear, then a Gaussian of 1/22 of the side.

    The Gaussian takes away the diamonds that bilinear enlarging of 8 x 8 values leaves; at the borders it weighs what
    is there.
    """
    larger = cv2.resize(values.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
    blur = _gaussian(side)
    return np.clip(np.asarray(blur @ larger @ blur.T, np.float32), 0, 1)


@lru_cache(maxsize=4)
def _gaussian(side: int) -> Planes:
    """Return the matrix (side, side) that blurs along one direction; each of its rows sums to 1."""
    place = np.arange(side, dtype=np.float32)
    weights = np.exp(-0.5 * ((place[:, None] - place) / (side * _BLUR)) ** 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def beside(frame: Pixels, smooth: Planes) -> NDArray[np.float64]:
    """Return the picture that stands beside a frame: its dim grey copy plus the map's colours.

    Parameters
    ----------
    frame
        uint8 (S, S) grey or (S, S, 3) RGB.
    smooth
        float32 (S, S), 0 to 1, as `enlarged` gives it.

    Returns
    -------
    float64 (S, S, 3), 0 to 1.
    """
    grey = (frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)) / 255.0
    colours: NDArray[Any] = MAP_COLOURS(smooth)[..., :3]
    return np.minimum(_FRAME_GAIN * grey[..., None] + _COLOUR_GAIN * colours, 1.0)
