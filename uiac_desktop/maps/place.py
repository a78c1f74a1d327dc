"""Where a map lies on its frame: it covers the square that the network sees, cropped, letterboxed or stretched."""

from dataclasses import dataclass
from typing import Final

from nas.preprocess import PreprocessSpec


@dataclass(frozen=True, slots=True)
class MapPlace:
    """The part of the frame that the map covers, as fractions of the frame; it may reach beyond (letterbox)."""

    x: float = 0.0
    y: float = 0.0
    width: float = 1.0
    height: float = 1.0


WHOLE: Final = MapPlace()


def map_place(spec: PreprocessSpec, width: int, height: int) -> MapPlace:
    """Return the part of a frame of ``width`` x ``height`` pixels that the network's input square covers."""
    x, y, w, h = spec.crop or (0.0, 0.0, 1.0, 1.0)
    if spec.fit == "stretch":
        return MapPlace(x, y, w, h)
    side = max(w * width, h * height)
    square_w, square_h = side / width, side / height
    return MapPlace(x + (w - square_w) / 2, y + (h - square_h) / 2, square_w, square_h)
