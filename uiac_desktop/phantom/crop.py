"""Crops as departments set them: each keeps the whole fan, and more or less of the screen around it."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.furniture import Picture

_BLACKENED = 0.5  # share of the crops whose corners beside the fan are masked, too
_TIGHT = 0.4  # share that keeps nothing but the fan's own box


@dataclass(frozen=True, slots=True)
class Crop:
    """What a department keeps of a scanner's screen.

    Attributes
    ----------
    top, bottom, left, right
        Edges as shares 0..1 of the screen's height and width.
    blackened
        Whether all outside the fan is made black.
    """

    top: float
    bottom: float
    left: float
    right: float
    blackened: bool

    @staticmethod
    def tight(fan: NDArray[np.bool_]) -> "Crop":
        """Return the box of a fan, True in (height, width)."""
        rows, columns = np.flatnonzero(fan.any(1)), np.flatnonzero(fan.any(0))
        height, width = fan.shape
        return Crop(
            top=float(rows[0] / height),
            bottom=float((rows[-1] + 1) / height),
            left=float(columns[0] / width),
            right=float((columns[-1] + 1) / width),
            blackened=False,
        )

    @staticmethod
    def draw(fan: NDArray[np.bool_], dice: Dice) -> "Crop":
        """Draw a crop that lies between the screen's edges and the box of a fan, True in (height, width)."""
        box, blackened = Crop.tight(fan), dice.happens(_BLACKENED)
        if dice.happens(_TIGHT):
            return replace(box, blackened=blackened)
        top, bottom, left, right = (dice.between(0, 1) for _ in range(4))
        return Crop(
            top=box.top * top,
            bottom=1 - (1 - box.bottom) * bottom,
            left=box.left * left,
            right=1 - (1 - box.right) * right,
            blackened=blackened,
        )

    def of(self, picture: Picture, fan: NDArray[np.bool_]) -> Picture:
        """Return what is kept of an RGB screen (height, width, 3) that shows a fan; the fan's mask may be larger."""
        height, width = picture.shape[:2]
        kept = picture
        if self.blackened:
            mask = cv2.resize(fan.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
            kept = np.where(mask[..., None] > 0, picture, np.uint8(0))
        rows = slice(int(self.top * height), max(int(self.top * height) + 1, round(self.bottom * height)))
        columns = slice(int(self.left * width), max(int(self.left * width) + 1, round(self.right * width)))
        return np.ascontiguousarray(kept[rows, columns])


def draw_crop(fan: NDArray[np.bool_], dice: Dice, share: float) -> Crop | None:
    """Draw whether a screen with this fan is cropped, as a share 0..1 of screens are, and how."""
    return Crop.draw(fan, dice) if dice.happens(share) else None
