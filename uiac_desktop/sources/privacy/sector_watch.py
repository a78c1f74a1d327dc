"""Tells an ultrasound picture from a registration page, a worklist or a report, so that no such page is ever stored."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from uiac_desktop.frame import Pixels

RETURNS_AFTER: Final = 5
_ROWS, _COLUMNS, _CELL = 192, 256, 8
_LIT, _NOISE = 12, 9
_FLAT_SHARE, _WRITING_SHARE, _SPECKLE_SHARE = 0.6, 0.4, 0.5
_WRITING_CONTRAST: Final = 90
_LEAST_GREYS: Final = 10
_BETWEEN_WRITING, _BETWEEN_SPECKLE = 0.25, 0.12
_LEAST_ECHO: Final = 0.08
_OF_KNOWN: Final = 0.3
_MOST_PAGE: Final = 0.75
_LEARNS: Final = 0.02


@dataclass(frozen=True, slots=True)
class PictureLook:
    """What a picture is made of.

    Attributes
    ----------
    echo
        Share of the picture's cells that hold speckle: many grey levels, none of which prevails. 0 to 1.
    page
        Share of lit cells of one even colour, and of cells of hard contrast as writing has. 0 to 1.
    """

    echo: float
    page: float

    @property
    def is_page(self) -> bool:
        """Whether what is lit is a page by far more than an ultrasound image."""
        return self.page > _MOST_PAGE * (self.echo + self.page) or self.echo < _LEAST_ECHO


def look_of(pixels: Pixels) -> PictureLook:
    """Return what a picture is made of; costs about a millisecond at any size.

    Parameters
    ----------
    pixels
        uint8, (H, W) grey or (H, W, 3) RGB.
    """
    grey = pixels if pixels.ndim == 2 else pixels[..., 1]
    step = max(1, round(min(grey.shape[0] / _ROWS, grey.shape[1] / _COLUMNS)))
    grey = grey[::step, ::step]
    rows, columns = (side // _CELL for side in grey.shape)
    if not rows or not columns:
        return PictureLook(0.0, 0.0)
    cells = grey[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL).swapaxes(1, 2)
    ordered = np.sort(cells.reshape(-1, _CELL * _CELL), axis=1).astype(np.int16)
    lit = ordered.mean(axis=1) > _LIT
    low, middle, high = ordered[:, 3], ordered[:, _CELL * _CELL // 2], ordered[:, -4]
    span = (high - low)[:, None]
    between = ((ordered > low[:, None] + span / 4) & (ordered < high[:, None] - span / 4)).mean(axis=1)
    greys = (np.diff(ordered, axis=1) != 0).sum(axis=1) + 1
    even = (np.abs(ordered - middle[:, None]) <= 1).mean(axis=1)
    wide = span[:, 0] > _NOISE
    speckle = lit & wide & (even < _SPECKLE_SHARE) & (greys >= _LEAST_GREYS) & (between > _BETWEEN_SPECKLE)
    writing = (span[:, 0] > _WRITING_CONTRAST) & (even >= _WRITING_SHARE) & (between < _BETWEEN_WRITING)
    page = (lit & (even >= _FLAT_SHARE)) | writing
    return PictureLook(float(speckle.mean()), float(page.mean()))


class SectorWatch:
    """Watches what a crop lets in for the sector that it was drawn round.

    A picture that does not show it is told at once, since one page stored is one too many; that it is back is believed
    after five pictures in a row. How much speckle this scanner's sector has is learned from the pictures that show it.
    """

    def __init__(self) -> None:
        self._known: float | None = None
        self._good = RETURNS_AFTER

    def see(self, pixels: Pixels) -> bool:
        """Take the next picture into account and tell whether the sector is in view.

        Parameters
        ----------
        pixels
            What the crop lets in, uint8, (H, W) or (H, W, 3).
        """
        look = look_of(pixels)
        if look.is_page or (self._known is not None and look.echo < _OF_KNOWN * self._known):
            self._good = 0
            return False
        self._known = look.echo if self._known is None else self._known + _LEARNS * (look.echo - self._known)
        self._good = min(self._good + 1, RETURNS_AFTER)
        return self._good >= RETURNS_AFTER
