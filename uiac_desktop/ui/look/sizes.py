"""Sizes of everything in logical pixels for the four classes of window, since one picture does not fit every screen."""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from uiac_desktop.settings import ReadingDistance

SizeClass: TypeAlias = Literal["tiny", "small", "compact", "regular"]
_FAR: Final = 1.35
_CODE_OF_HEIGHT: Final = 0.3
_WIDEST_OF_CODE: Final = 4.4
_WIDEST_NAME_EM: Final = 8.4  # "Arterial duct arch"
_WIDEST_CERTAINTY_EM: Final = 12.0  # bars, "No plane", "ADALA 59 %"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lengths in logical pixels; ``*_px`` are heights of type; ``folds_also`` leaves out what is "also recognised"."""

    name: SizeClass
    rail: int
    header: int
    status: int
    message: int
    ribbon: int
    ribbon_block: int
    side: int
    side_least: int
    panel: int
    gap: int
    pad: int
    plane_block: int
    plane_bar: int
    row: int
    row_small: int
    bar: int
    code_px: int
    word_px: int
    name_px: int
    certainty_px: int
    words_on_buttons: bool
    folds_also: bool = False


_REGULAR = Sizes(
    name="regular", rail=72, header=44, status=28, message=40, ribbon=54, ribbon_block=32, side=360, side_least=232,
    panel=440, gap=12, pad=20, plane_block=280, plane_bar=10, row=72, row_small=28, bar=12,
    code_px=96, word_px=64, name_px=44, certainty_px=32, words_on_buttons=True,
)  # fmt: skip
_COMPACT = Sizes(
    name="compact", rail=64, header=40, status=26, message=36, ribbon=46, ribbon_block=24, side=260, side_least=160,
    panel=344, gap=8, pad=16, plane_block=196, plane_bar=8, row=53, row_small=22, bar=8,
    code_px=72, word_px=48, name_px=32, certainty_px=24, words_on_buttons=True,
)  # fmt: skip
_SMALL = Sizes(
    name="small", rail=64, header=40, status=26, message=36, ribbon=46, ribbon_block=24, side=0, side_least=0,
    panel=300, gap=8, pad=14, plane_block=156, plane_bar=8, row=24, row_small=20, bar=8,
    code_px=56, word_px=40, name_px=26, certainty_px=20, words_on_buttons=False,
)  # fmt: skip
_TINY = Sizes(
    name="tiny", rail=0, header=0, status=26, message=36, ribbon=0, ribbon_block=0, side=0, side_least=0,
    panel=264, gap=8, pad=12, plane_block=146, plane_bar=8, row=26, row_small=22, bar=8,
    code_px=56, word_px=36, name_px=22, certainty_px=18, words_on_buttons=False,
)  # fmt: skip


def sizes_for(width: int, height: int, distance: ReadingDistance = "near") -> Sizes:
    """Return the sizes for a window of ``width`` x ``height`` logical pixels that is read from near or far."""
    sizes = _class_of(width, height)
    if distance == "near":
        return sizes
    far = _block_scaled(sizes, _FAR)
    widest = max(_WIDEST_NAME_EM * far.name_px, _WIDEST_CERTAINTY_EM * far.certainty_px)
    return replace(far, panel=round(widest) + far.plane_bar + 2 * far.pad, folds_also=True)


def plane_alone(width: int, height: int) -> Sizes:
    """Return the sizes of a plane block that has a window of ``width`` x ``height`` for itself.

    The code has 30 % of the height, less where the widest name would not fit the width.
    """
    code_px = min(_CODE_OF_HEIGHT * height, width / _WIDEST_OF_CODE)
    sizes = _block_scaled(_REGULAR, code_px / _REGULAR.code_px)
    return replace(sizes, pad=round(0.21 * code_px), plane_bar=round(0.12 * code_px))


def _block_scaled(sizes: Sizes, factor: float) -> Sizes:
    names = ("plane_block", "code_px", "word_px", "name_px", "certainty_px")
    return replace(sizes, **{name: round(factor * getattr(sizes, name)) for name in names})


def _class_of(width: int, height: int) -> Sizes:
    if width < 860 or height < 480:
        return _TINY
    if width < 1280 or height < 720:
        return _SMALL
    if width < 1600 or height < 900:
        return _COMPACT
    return _REGULAR
