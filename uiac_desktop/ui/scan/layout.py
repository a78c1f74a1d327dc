"""Where each part of the Scan room stands: arithmetic without a window, so that 'nothing ever moves' can be tested."""

from dataclasses import dataclass
from typing import Final

from uiac_desktop.settings import MapMode
from uiac_desktop.ui.look.sizes import Sizes

LEGEND_BESIDE: Final = 26
_LEGEND: Final[dict[MapMode, int]] = {"beside": LEGEND_BESIDE, "over": 88, "off": 22}
_STRIP_LEAST: Final = 48
_STRIP_MOST: Final = 84
_UPRIGHT_MOST: Final = 24 + 3 * 94 + 108
_UPRIGHT_LEAST: Final = 24 + 94 + 108
_KEPT_LEAST: Final = 56


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in logical pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """One past the last column."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """One past the last row."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class ScanLayout:
    """Boxes of the Scan room in its own coordinates; a part that is not shown has None.

    `map` is the map's picture, `legend` the place of its caption and scale; `strip` lies under the image, or stands in
    the side column where `upright`; `kept` is the list of what was kept.
    """

    stage: Box
    image: Box
    map: Box | None
    side: Box | None
    legend: Box | None
    strip: Box | None
    upright: bool
    kept: Box | None
    ribbon: Box | None
    message: Box
    block: Box
    list: Box


def lay_out(width: int, height: int, sizes: Sizes, mode: MapMode, aspect: float) -> ScanLayout:
    """Return the boxes of a room of ``width`` x ``height`` for a picture of ``aspect`` (width through height).

    The image keeps its aspect and stands at the left and top of its place: those two edges are the same in every mode.
    """
    gap = sizes.gap
    stage = Box(0, 0, width - sizes.panel, height)
    message = Box(0, height - sizes.message, stage.width, sizes.message)
    ribbon = None
    room_bottom = message.y
    if sizes.ribbon:
        ribbon = Box(gap, message.y - sizes.ribbon, stage.width - 2 * gap, sizes.ribbon)
        room_bottom = ribbon.y
    high = room_bottom - 2 * gap
    panel_x = stage.width
    block = Box(panel_x, 0, sizes.panel, sizes.plane_block)
    rows = Box(panel_x, block.bottom, sizes.panel, height - block.bottom)
    if not sizes.side:
        image, map_box, side = _without_side(stage.width, high, gap, mode, aspect)
        return ScanLayout(stage, image, map_box, side, None, None, False, None, ribbon, message, block, rows)
    image, map_box, side = _with_side(stage.width, high, sizes, mode, aspect)
    legend_top = map_box.bottom + 4 if map_box is not None else side.y
    legend = Box(side.x, legend_top, side.width, min(_LEGEND[mode], max(side.bottom - legend_top, 0)))
    strip = _lying(image, side, gap, high) if mode == "beside" else None
    upright = strip is None
    left = Box(side.x, legend.bottom + gap, side.width, max(side.bottom - legend.bottom - gap, 0))
    if upright:
        standing = min(_UPRIGHT_MOST, left.height - _KEPT_LEAST)
        strip = Box(left.x, left.y, left.width, standing) if standing >= _UPRIGHT_LEAST else None
        used = standing + gap if strip is not None else 0
        left = Box(left.x, left.y + used, left.width, left.height - used)
    kept = left if left.height >= _KEPT_LEAST else None
    return ScanLayout(stage, image, map_box, side, legend, strip, upright, kept, ribbon, message, block, rows)


def _lying(image: Box, side: Box, gap: int, high: int) -> Box | None:
    """Return the strip under the image, as wide as the image's place; None where too little is left."""
    top = image.bottom + gap
    left = gap + high - top
    if left < _STRIP_LEAST:
        return None
    return Box(image.x, top, side.x - gap - image.x, min(left, _STRIP_MOST + 4))


def _with_side(width: int, high: int, sizes: Sizes, mode: MapMode, aspect: float) -> tuple[Box, Box | None, Box]:
    gap = sizes.gap
    least = sizes.side if mode == "beside" else sizes.side_least
    image = fitted(Box(gap, gap, width - 3 * gap - least, high), aspect)
    side_x = image.right + gap if mode != "beside" else width - gap - sizes.side
    side = Box(side_x, gap, width - gap - side_x, high)
    map_box = fitted(Box(side.x, side.y, side.width, high), aspect) if mode == "beside" else None
    return image, map_box, side


def _without_side(width: int, high: int, gap: int, mode: MapMode, aspect: float) -> tuple[Box, Box | None, None]:
    if mode != "beside":
        return fitted(Box(gap, gap, width - 2 * gap, high), aspect), None, None
    half = (width - 3 * gap) // 2
    return fitted(Box(gap, gap, half, high), aspect), fitted(Box(half + 2 * gap, gap, half, high), aspect), None


def fitted(box: Box, aspect: float) -> Box:
    """Return the largest box of ``aspect`` at the left and top of ``box``."""
    width = min(box.width, round(box.height * aspect))
    height = min(box.height, round(width / aspect))
    return Box(box.x, box.y, max(width, 1), max(height, 1))
