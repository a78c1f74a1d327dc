"""Pictures that carry their number as black and white cells, and three patches of colour, so that any mix-up shows."""

import numpy as np
from numpy.typing import NDArray

BITS = 8
PATCHES = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (40, 60, 210)}


def numbered(number: int, width: int = 96, height: int = 64, *, colour: bool = False) -> NDArray[np.uint8]:
    """Return a picture that shows its number in the top quarter; uint8 (H, W) or (H, W, 3)."""
    ramp = np.linspace(30, 120, width, dtype=np.float64)[None] + np.linspace(0, 60, height)[:, None]
    grey = ramp.astype(np.uint8)
    for place in range(BITS + 2):
        left, right = width * place // (BITS + 2), width * (place + 1) // (BITS + 2)
        bit = (number >> (BITS - place)) & 1 if 0 < place <= BITS else int(place == 0)
        grey[: height // 4, left:right] = 235 if bit else 16
    if not colour:
        return grey
    picture = np.repeat(grey[..., None], 3, axis=2)
    for place, value in enumerate(PATCHES.values()):
        picture[height * 3 // 4 :, width * place // 3 : width * (place + 1) // 3] = value
    return picture


def number_of(pixels: NDArray[np.uint8]) -> int | None:
    """Return the number that a picture shows, None where it shows none (turned, sheared, damaged)."""
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    height, width = grey.shape
    row = grey[height // 16 : height * 3 // 16].mean(axis=0)
    cells = [
        row[int(width * (place + 0.3) / (BITS + 2)) : int(width * (place + 0.7) / (BITS + 2)) + 1].mean()
        for place in range(BITS + 2)
    ]
    bits = [cell > 126 for cell in cells]
    if not bits[0] or bits[-1] or max(cells) - min(cells) < 120:
        return None
    return int("".join("1" if bit else "0" for bit in bits[1:-1]), 2)


def patches_of(pixels: NDArray[np.uint8]) -> dict[str, tuple[float, ...]]:
    """Return the mean colour of the middle of each patch."""
    height, width = pixels.shape[:2]
    rows = slice(height * 13 // 16, height * 15 // 16)
    found = {}
    for place, name in enumerate(PATCHES):
        columns = slice(width * (4 * place + 1) // 12, width * (4 * place + 3) // 12)
        found[name] = tuple(float(value) for value in pixels[rows, columns].reshape(-1, 3).mean(axis=0))
    return found


def colours_are_right(pixels: NDArray[np.uint8], within: float) -> bool:
    """Tell whether every patch has its colour."""
    shown = patches_of(pixels)
    return all(abs(a - b) <= within for name in PATCHES for a, b in zip(shown[name], PATCHES[name], strict=True))
