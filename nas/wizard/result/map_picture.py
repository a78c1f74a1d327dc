"""The map of a frame as it stands beside it: the frame dimmed, and over it where the network found its evidence."""

from typing import Final

import cv2
import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from nas.cam import scale_map
from nas.still import Pixels

_RANGE: Final = (0.08, 0.95)
_FRAME: Final = 0.38
_COLOUR: Final = 0.62
_BLUR: Final = 1 / 22


def map_picture(square: Pixels, values: tuple[tuple[float, ...], ...]) -> Pixels:
    """Return the picture that stands beside a frame, uint8 (S, S, 3).

    Parameters
    ----------
    square
        The frame as the network sees it, uint8 (S, S) or (S, S, 3).
    values
        Evidence for its plane, (h, w), unscaled.
    """
    side = square.shape[0]
    scaled = scale_map(np.array(values, np.float32), square)
    larger = cv2.resize(scaled, (side, side), interpolation=cv2.INTER_LINEAR)
    smooth = np.clip(cv2.GaussianBlur(larger, (0, 0), side * _BLUR, borderType=cv2.BORDER_REPLICATE), 0, 1)
    grey = square if square.ndim == 2 else cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)
    colours = _table()[np.rint(255 * smooth).astype(np.uint8)]
    mixed = _FRAME * np.asarray(grey, np.float32)[..., None] + _COLOUR * colours
    return np.ascontiguousarray(np.minimum(mixed, 255).astype(np.uint8))


def _table() -> NDArray[np.float32]:
    """Return the 256 colours of the map, (256, 3), without the blackest and the whitest end."""
    whole = pg.colormap.get("inferno")
    return np.asarray(whole.map(np.linspace(*_RANGE, 256), mode="byte")[:, :3], np.float32)
