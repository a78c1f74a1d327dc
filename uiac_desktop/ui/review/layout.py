"""Where each part of the Review room stands: arithmetic without a window, as for the Scan room."""

from dataclasses import dataclass
from typing import Final

from uiac_desktop.ui.look.sizes import Sizes
from uiac_desktop.ui.scan.layout import Box, fitted

TIMELINE: Final = 236
TIMELINE_SMALL: Final = 178
CAPTION: Final = 26
_SIDE_LEAST: Final = 150
_SIDE_NARROW: Final = 110
_KEY: Final = 34
_KEYS_HEAD: Final = 26
_LIST_LEAST: Final = 92


@dataclass(frozen=True, slots=True)
class ReviewLayout:
    """Boxes of the Review room in its own coordinates; a part that is not shown has None.

    Attributes
    ----------
    head
        Clip, mask, analysis, and the commands for all of it.
    image, map, reference
        Pictures; map and reference have a line of words below them, within their box.
    timeline
        Transport and rows.
    message
        Place of the window's message slot.
    said
        What model and person say of the frame.
    keys, lists
        Label keys, and doubtful frames, planes and people.
    """

    head: Box
    stage: Box
    image: Box
    map: Box | None
    reference: Box | None
    timeline: Box
    message: Box
    said: Box
    keys: Box
    lists: Box | None


def lay_out_review(width: int, height: int, sizes: Sizes, aspect: float) -> ReviewLayout:
    """Return the boxes for a room of ``width`` x ``height`` logical pixels and pictures of one aspect."""
    gap, panel = sizes.gap, min(sizes.panel, 440)
    head_high = sizes.header or 40
    head = Box(0, 0, width, head_high)
    wide = width - panel
    message = Box(0, height - sizes.message, wide, sizes.message)
    small = sizes.name in ("small", "tiny")
    timeline_high = TIMELINE_SMALL if small else TIMELINE
    timeline = Box(0, message.y - timeline_high, wide, timeline_high)
    stage = Box(0, head.bottom, wide, max(timeline.y - head.bottom, 60))
    image, map_box, reference = _pictures(stage, gap, aspect)
    said, keys, lists = _panel(Box(wide, head.bottom, panel, height - head.bottom), sizes)
    return ReviewLayout(head, stage, image, map_box, reference, timeline, message, said, keys, lists)


def _pictures(stage: Box, gap: int, aspect: float) -> tuple[Box, Box | None, Box | None]:
    top, high = stage.y + gap, max(stage.height - 2 * gap, 40)
    least = _SIDE_LEAST if stage.width >= 640 else _SIDE_NARROW
    image = fitted(Box(gap, top, stage.width - 3 * gap - least, high), aspect)
    x = image.right + gap
    side = Box(x, top, stage.width - gap - x, high)
    each = (high - gap) // 2
    if each < CAPTION + 60:
        return image, Box(side.x, side.y, side.width, high), None
    map_high = min(each, round(side.width / aspect) + CAPTION)
    map_box = Box(side.x, side.y, side.width, map_high)
    top = map_box.bottom + gap
    return image, map_box, Box(side.x, top, side.width, min(each, side.y + side.height - top))


def _panel(whole: Box, sizes: Sizes) -> tuple[Box, Box, Box | None]:
    said_high = {"regular": 216, "compact": 160}.get(sizes.name, 116)
    keys_high = _KEYS_HEAD + 4 * (_KEY + (6 if sizes.name == "regular" else 4)) + 8
    said = Box(whole.x, whole.y, whole.width, said_high)
    keys = Box(whole.x, said.bottom, whole.width, min(keys_high, max(whole.bottom - said.bottom, 40)))
    left = whole.bottom - keys.bottom
    return said, keys, Box(whole.x, keys.bottom, whole.width, left) if left >= _LIST_LEAST else None
