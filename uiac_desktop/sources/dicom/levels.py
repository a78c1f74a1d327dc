"""From stored values to grey or colour as one table, so that window, palette and inversion cost one look-up a frame."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from uiac_desktop.errors import SourceError

Table = NDArray[np.uint8]
"""uint8 (N,) grey or (N, 3) RGB, indexed by a stored value's bits."""

_DEEPEST: Final = 16


def level_table(header: Dataset) -> Table | None:
    """Return the table for pictures with one value a pixel, None where stored values are shown as they are.

    Parameters
    ----------
    header
        A PALETTE COLOR, MONOCHROME1 or MONOCHROME2 picture of up to 16 bits.

    Notes
    -----
    - Palette: its colours, 16-bit entries cut to their high byte (or taken as they are where none exceeds 255).
    - 8 bits: as stored, whatever the window says, since the scanner has already made them for the eye.
    - More (or fewer) bits: the first window of the file (PS3.3, C.11.2.1.2, after slope and intercept), else black is
      the smallest value that the stored bits can hold, and white the largest.
    - MONOCHROME1 is turned over, so that black is black.

    Raises
    ------
    SourceError
        The palette is missing or broken, or values are deeper than 16 bits.
    """
    stored, allocated = int(header.get("BitsStored") or header.BitsAllocated), int(header.BitsAllocated)
    if allocated not in (8, _DEEPEST) or not 0 < stored <= allocated:
        raise SourceError(f"The pictures have values of {allocated} bits.", "Export the clip with 8 or 16 bits.")
    kind = str(header.get("PhotometricInterpretation", "MONOCHROME2"))
    if kind == "PALETTE COLOR":
        return _palette(header, allocated)
    signed = bool(header.get("PixelRepresentation"))
    if stored == 8 and not signed:
        return np.arange(256)[::-1].astype(np.uint8) if kind == "MONOCHROME1" else None
    levels = _windowed(_values(stored, signed=signed), header)
    eight = np.rint(levels * 255).astype(np.uint8)
    return 255 - eight if kind == "MONOCHROME1" else eight


def _palette(header: Dataset, allocated: int) -> Table:
    try:
        colours = apply_color_lut(np.arange(2**allocated).astype(f"u{allocated // 8}"), header)
    except (AttributeError, ValueError, KeyError, IndexError, TypeError) as error:
        raise SourceError(
            "The colour table of the pictures is missing or broken.", "Export the clip in RGB."
        ) from error
    if colours.dtype != np.uint8 and colours.max() > 255:
        colours = colours >> 8
    return np.ascontiguousarray(colours.astype(np.uint8))


def _values(stored: int, *, signed: bool) -> NDArray[np.float64]:
    """Return the value that each pattern of the stored bits means."""
    patterns = np.arange(2**stored, dtype=np.float64)
    return np.where(patterns >= 2 ** (stored - 1), patterns - 2**stored, patterns) if signed else patterns


def _windowed(values: NDArray[np.float64], header: Dataset) -> NDArray[np.float64]:
    """Return levels from 0 (black) to 1 (white)."""
    slope, intercept = _first(header.get("RescaleSlope")) or 1.0, _first(header.get("RescaleIntercept")) or 0.0
    measured = values * slope + intercept
    centre, width = _first(header.get("WindowCenter")), _first(header.get("WindowWidth"))
    if centre is None or width is None or width < 1:
        low, high = float(measured.min()), float(measured.max())
        levels = (measured - low) / max(high - low, 1e-9)
    elif width == 1:
        levels = (measured > centre - 0.5).astype(np.float64)
    else:
        levels = (measured - (centre - 0.5)) / (width - 1) + 0.5
    return levels.clip(0, 1)


def _first(value: Any) -> float | None:
    if value is not None and not isinstance(value, (int, float, str)):
        value = value[0] if len(value) else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
