"""Crop and privacy mask, laid on a frame where it enters the program, so that nothing else ever sees what they hide."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region

_SAME_SHAPE: Final = 0.02


@dataclass(frozen=True, slots=True)
class PrivacySetting:
    """What of a picture may be seen; remembered for one scanner and picture size.

    Parameters
    ----------
    width, height
        Size in pixels of the whole picture on which crop and masks were drawn.
    crop
        The part that is kept, or None for all of it.
    masks
        Parts that are painted black, in pixels of the whole picture (not of the crop).

    Raises
    ------
    SourceError
        The picture, the crop or a mask has no area.
    """

    width: int
    height: int
    crop: Region | None = None
    masks: tuple[Region, ...] = ()

    def __post_init__(self) -> None:
        areas = [self.masks, (self.crop,) if self.crop is not None else ()]
        empty = any(region.width <= 0 or region.height <= 0 for regions in areas for region in regions)
        if empty or self.width <= 0 or self.height <= 0:
            raise SourceError("The crop or mask has no area.", "Draw the crop and the mask again.")

    def fits(self, width: int, height: int) -> bool:
        """Tell whether it was drawn on pictures of this size."""
        return (width, height) == (self.width, self.height)

    def for_size(self, width: int, height: int) -> "PrivacySetting":
        """Return the setting for pictures of another size, hiding rather too much than too little.

        A picture of the same proportions is taken as the same picture in another resolution: everything is scaled, the
        crop rounded inwards and the masks outwards. Of other proportions it is not known whether the scanner scaled its
        screen or drew it anew, so what either reading hides is hidden: masks as scaled and as drawn, and the part that
        both crops share.
        """
        if self.fits(width, height):
            return self
        across, down = width / self.width, height / self.height
        crop = None if self.crop is None else _scaled_inwards(self.crop, across, down)
        masks = tuple(_scaled_outwards(mask, across, down) for mask in self.masks)
        if abs(across / down - 1) > _SAME_SHAPE:
            masks += self.masks
            crop = None if crop is None or self.crop is None else _shared(crop, self.crop)
        return PrivacySetting._unchecked(width, height, crop, masks)

    def cropped_to(self, region: Region | None) -> "PrivacySetting":
        """Return the setting with this crop where it has none of its own."""
        return self if self.crop is not None or region is None else replace(self, crop=region)

    @staticmethod
    def _unchecked(width: int, height: int, crop: Region | None, masks: tuple[Region, ...]) -> "PrivacySetting":
        """Return a setting whose crop may have become empty: then nothing may be seen."""
        if crop is not None and (crop.width <= 0 or crop.height <= 0):
            crop, masks = None, (Region(0, 0, width, height),)
        return PrivacySetting(width, height, crop, masks)


class Doorkeeper(ABC):
    """Stands where a setting may stand, and may change its mind while pictures come in."""

    @abstractmethod
    def let_in(self, whole: Pixels) -> Pixels:
        """Return what of a whole picture may be seen; called by the thread that reads the source."""

    @abstractmethod
    def crop_by_file(self, region: Region | None) -> None:
        """Take the region that the file itself marks, or None where it marks none."""


Privacy: TypeAlias = PrivacySetting | Doorkeeper | None


def apply(pixels: Pixels, setting: Privacy) -> Pixels:
    """Return what of a picture may be seen.

    Parameters
    ----------
    pixels
        uint8, (H, W) or (H, W, 3), the whole picture; never written to.
    setting
        Crop and masks; for another size they are fitted by `PrivacySetting.for_size`. A doorkeeper decides by itself.
        None shows everything.

    Returns
    -------
    uint8, contiguous; no copy where nothing is hidden. A crop that misses the picture leaves a black picture of full
    size.
    """
    if setting is None:
        return np.ascontiguousarray(pixels)
    if isinstance(setting, Doorkeeper):
        return setting.let_in(pixels)
    height, width = pixels.shape[:2]
    setting = _fitted(setting, width, height)
    left, top, right, bottom = _window(setting.crop, width, height)
    if left >= right or top >= bottom:
        return np.zeros_like(pixels)
    seen = pixels[top:bottom, left:right]
    if not setting.masks:
        return np.ascontiguousarray(seen)
    masked = seen.copy()
    for mask in setting.masks:
        rows = slice(max(mask.y - top, 0), max(mask.y + mask.height - top, 0))
        columns = slice(max(mask.x - left, 0), max(mask.x + mask.width - left, 0))
        masked[rows, columns] = 0
    return masked


def mismatch(setting: Privacy, width: int, height: int) -> str | None:
    """Return the warning for pictures of a size that the setting was not drawn on, None where all is well.

    A doorkeeper asks for itself.
    """
    if setting is None or isinstance(setting, Doorkeeper) or setting.fits(width, height):
        return None
    return (
        f"The picture is {width}x{height}, but crop and mask were drawn on {setting.width}x{setting.height}: "
        "they were fitted, hiding rather too much. Draw them again."
    )


@lru_cache(maxsize=32)
def _fitted(setting: PrivacySetting, width: int, height: int) -> PrivacySetting:
    return setting.for_size(width, height)


def _window(crop: Region | None, width: int, height: int) -> tuple[int, int, int, int]:
    if crop is None:
        return 0, 0, width, height
    return max(crop.x, 0), max(crop.y, 0), min(crop.x + crop.width, width), min(crop.y + crop.height, height)


def _scaled_outwards(region: Region, across: float, down: float) -> Region:
    left, top = math.floor(region.x * across), math.floor(region.y * down)
    right, bottom = math.ceil((region.x + region.width) * across), math.ceil((region.y + region.height) * down)
    return replace(region, x=left, y=top, width=right - left, height=bottom - top)


def _scaled_inwards(region: Region, across: float, down: float) -> Region:
    left, top = math.ceil(region.x * across), math.ceil(region.y * down)
    right, bottom = math.floor((region.x + region.width) * across), math.floor((region.y + region.height) * down)
    return replace(region, x=left, y=top, width=right - left, height=bottom - top)


def _shared(one: Region, other: Region) -> Region:
    left, top = max(one.x, other.x), max(one.y, other.y)
    right, bottom = min(one.x + one.width, other.x + other.width), min(one.y + one.height, other.y + other.height)
    return replace(one, x=left, y=top, width=right - left, height=bottom - top)
