"""Stills of every layout become uint8 frames by one stated rule each, so that training and live use see the same."""

import io
import warnings
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from nas.errors import DataError

Pixels: TypeAlias = NDArray[np.uint8]

_BIT_DEPTHS: Final = (8, 10, 12, 14, 16, 24, 32)
_LARGEST: Final = 2**27
_GREY: Final = frozenset({"1", "L"})
_DEEP: Final = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_TRANSPARENT: Final = frozenset({"LA", "La", "RGBA", "RGBa", "PA"})

warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
"""Pillow warns of damaged tags beside a picture; whatever harms the picture itself is raised here."""


def read_still(source: str | Path | bytes) -> Pixels:
    """Return a still as a frame.

    Parameters
    ----------
    source
        Path of the picture, or its bytes. The ending of the name does not matter, the content does.

    Returns
    -------
    uint8 (H, W) for grey pictures, (H, W, 3) RGB for coloured ones, upright.

    Raises
    ------
    DataError
        The file is missing, empty, cut, damaged, too large or no picture; a part of a picture is never returned.

    Notes
    -----
    - Transparency is laid on black, the colour around an ultrasound sector.
    - 1-bit: black and white. Palette: its colours. CMYK and YCbCr: converted to RGB. 16-bit colour: the upper 8 bits.
    - 16-bit grey (and 32-bit whole numbers): the smallest of 8, 10, 12, 14, 16, 24, 32 bits that holds the largest
      value is taken as the depth, and 0 to its end becomes 0 to 255. So 12-bit data in a 16-bit file are well seen,
      black stays black, and a picture that only uses 0 to 255 stays as it is.
    - Floating point: when no value exceeds 1, 0 to 1 becomes 0 to 255; else by the rule for 16 bits. Below 0, and what
      is no number, is black.
    - EXIF orientation is applied. Of an animation or a stack of pages the first picture is taken.
    """
    name = "the picture" if isinstance(source, bytes) else Path(source).name
    content = source if isinstance(source, bytes) else _content(Path(source))
    if not content:
        raise DataError(f"{name} is empty", _REPLACE)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _LARGEST:
                raise DataError(
                    f"{name} is too large: {picture.width}x{picture.height} pixels", "Give a smaller picture."
                )
            picture.load()
            return _frame(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError as error:
        raise DataError(f"{name} is no picture that can be read", _REPLACE) from error
    except Image.DecompressionBombError as error:
        raise DataError(f"{name} is too large to be a still", "Give a smaller picture.") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, MemoryError) as error:
        raise DataError(f"{name} is damaged or cut: not all of the picture is there", _REPLACE) from error


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise DataError(f"{path.name} is a folder, not a picture", "Give the path of a picture.") from error
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise DataError(
            f"{path.name} cannot be opened: {reason}", "Check the path and that the file may be read."
        ) from error


def _frame(picture: Image.Image) -> Pixels:
    if picture.mode in _DEEP:
        return _eight_bits(np.asarray(picture))
    if picture.mode in _TRANSPARENT or "transparency" in picture.info:
        return _on_black(picture)
    if picture.mode in _GREY:
        return np.array(picture if picture.mode == "L" else picture.convert("L"), np.uint8)
    return np.array(picture.convert("RGB"), np.uint8)


def _on_black(picture: Image.Image) -> Pixels:
    grey = picture.mode in _GREY | {"LA", "La"}
    layers = np.array(picture.convert("RGBA"), np.uint16)
    opaque = layers[..., :1] if grey else layers[..., :3]
    seen = ((opaque * layers[..., 3:] + 127) // 255).astype(np.uint8)
    return np.ascontiguousarray(seen[..., 0]) if grey else seen


def _eight_bits(values: NDArray[Any]) -> Pixels:
    levels = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0).clip(min=0)
    largest = float(levels.max(initial=0))
    white = 1.0 if values.dtype.kind == "f" and largest <= 1 else _white(largest)
    eight: Pixels = np.rint(levels * (255 / white)).clip(0, 255).astype(np.uint8)
    return eight


def _white(largest: float) -> float:
    """Return the end of the smallest usual bit depth that holds a value."""
    return next((float(2**bits - 1) for bits in _BIT_DEPTHS if largest <= 2**bits - 1), largest)


_REPLACE: Final = "Replace the file by a whole picture, or take it out."
