"""Class activation maps made ready for drawing: one stated scale, and no evidence where there is none."""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Planes: TypeAlias = NDArray[np.float32]

_FLAT: Final = 1e-6
_BLANK_LEVELS: Final = 2


def scale_map(values: NDArray[Any], image: NDArray[np.uint8] | None = None) -> Planes:
    """Return a map scaled for drawing: 0 no evidence, 1 the strongest evidence of this map.

    Parameters
    ----------
    values
        Map of one class, (h, w), as the network gives it.
    image
        The picture that it was computed from, of any size. A picture without content (all pixels within 2 grey levels)
        has no evidence: the map would show nothing but the borders' effect.

    Returns
    -------
    float32 (h, w). Negative values speak against the class and become 0; the rest is stretched from its least to its
    greatest value. Maps that are blank, flat, all negative or hold a value that is not finite become all 0.

    Notes
    -----
    Zhou et al., CVPR 2016, show the positive part only by its relative height; so do we, and never divide by zero.
    """
    seen: Planes = np.maximum(values, 0).astype(np.float32)
    if seen.size == 0 or not np.isfinite(values).all() or (image is not None and is_blank(image)):
        return np.zeros(seen.shape, np.float32)
    least, greatest = float(seen.min()), float(seen.max())
    spread = greatest - least
    if spread <= _FLAT * greatest:
        return np.zeros(seen.shape, np.float32)
    seen -= least
    seen /= np.float32(spread)
    return np.minimum(seen, np.float32(1), out=seen)


def is_blank(image: NDArray[np.uint8]) -> bool:
    """Return whether a picture, (H, W) or (H, W, C), has no content: each channel's pixels lie within 2 grey levels."""
    channels = [image[..., number] for number in range(image.shape[2])] if image.ndim == 3 else [image]
    return all(not one.size or int(one.max()) - int(one.min()) <= _BLANK_LEVELS for one in channels)
