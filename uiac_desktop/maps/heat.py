"""From an 8 x 8 map to a smooth coloured picture and its contour lines, cheap enough to do for every frame."""

import json
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.paths import resource
from uiac_desktop.settings import ColourTable

FloatImage = NDArray[np.float32]
BESIDE_RANGE: Final = (0.08, 0.95)
OVER_RANGE: Final = (0.25, 0.85)
LEVELS: Final = (0.5, 0.8)
_BLUR: Final = 1 / 22


@cache
def colour_table(name: ColourTable) -> NDArray[np.uint8]:
    """Return 256 colours from low to high, uint8 (256, 3) RGB: red is hot in ``jet``, blue is cold."""
    text = json.loads(resource("theme/colour-tables.json").read_text(encoding="utf-8"))[name]
    return np.frombuffer(bytes.fromhex(text), np.uint8).reshape(256, 3)


def smooth(values: FloatImage, width: int, height: int) -> FloatImage:
    """Return a map enlarged to ``height`` x ``width`` without the diamonds of plain enlarging.

    Bilinear, then a Gaussian of 1/22 of the size, both as one matrix for each direction.

    Parameters
    ----------
    values
        float32 (h, w), 0 to 1.
    """
    rows, columns = values.shape
    return np.asarray(_weights(height, rows) @ values @ _weights(width, columns).T, np.float32)


@lru_cache(maxsize=32)
def _weights(length: int, cells: int) -> FloatImage:
    """Return the matrix (length, cells) that enlarges and blurs; each of its rows sums to 1."""
    centres = (np.arange(length, dtype=np.float32) + 0.5) * cells / length - 0.5
    low = np.clip(np.floor(centres), 0, cells - 1).astype(int)
    high = np.minimum(low + 1, cells - 1)
    part = np.clip(centres - low, 0, 1).astype(np.float32)
    linear = np.zeros((length, cells), np.float32)
    np.add.at(linear, (np.arange(length), low), 1 - part)
    np.add.at(linear, (np.arange(length), high), part)
    distance = np.arange(length, dtype=np.float32)
    gauss = np.exp(-0.5 * ((distance[:, None] - distance[None, :]) / max(length * _BLUR, 1e-6)) ** 2)
    return np.asarray(gauss / gauss.sum(axis=1, keepdims=True) @ linear, np.float32)


@cache
def _beside_colours(table: ColourTable) -> NDArray[np.uint8]:
    return _stretched(table, BESIDE_RANGE)


@cache
def _over_colours(table: ColourTable) -> NDArray[np.uint8]:
    """Return premultiplied BGRA for the map over the image: clear where the map is low."""
    share = np.linspace(0, 1, 256)
    alpha = np.clip((share - 0.25) / 0.55, 0, 1) * 0.55
    colours = _stretched(table, OVER_RANGE).astype(np.float64)
    bgra = np.empty((256, 4), np.uint8)
    bgra[:, :3] = np.rint(colours[:, ::-1] * alpha[:, None])
    bgra[:, 3] = np.rint(alpha * 255)
    return bgra


def _stretched(table: ColourTable, part: tuple[float, float]) -> NDArray[np.uint8]:
    chosen = np.rint(np.linspace(part[0] * 255, part[1] * 255, 256)).astype(int)
    return np.asarray(colour_table(table)[chosen], np.uint8)


def opaque(enlarged: FloatImage, table: ColourTable) -> NDArray[np.uint8]:
    """Return the map in colour, uint8 (h, w, 3) RGB, for the picture beside the image."""
    return np.asarray(_beside_colours(table)[_levels(enlarged)], np.uint8)


def clear(enlarged: FloatImage, table: ColourTable) -> NDArray[np.uint8]:
    """Return the map in colour with its own transparency, uint8 (h, w, 4) premultiplied BGRA, for screen blending."""
    return np.asarray(_over_colours(table)[_levels(enlarged)], np.uint8)


def _levels(enlarged: FloatImage) -> NDArray[np.uint8]:
    return np.rint(np.clip(enlarged, 0, 1) * 255).astype(np.uint8)


def contours(enlarged: FloatImage, level: float) -> list[NDArray[np.float64]]:
    """Return the lines where the map crosses ``level`` of its peak, each (n, 2) as fractions x, y of the map."""
    from contourpy import contour_generator

    peak = float(enlarged.max())
    if peak <= 0:
        return []
    rows, columns = enlarged.shape
    lines = contour_generator(z=enlarged).lines(level * peak)
    size = np.array([columns, rows], np.float64)
    return [(np.asarray(line, np.float64) + 0.5) / size for line in lines]
