"""The map gallery as the paper's Figure 9: frames of each plane, and beside each where the network looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from nas.cam import scale_map
from nas.figures.cam_picture import MAP_COLOURS, beside, enlarged
from nas.figures.canvas import QUIET, TEXT, as_label, new_figure, write_figure

_TILE: Final = 0.86  # inches, as all below
_GAP: Final = 0.03
_PAIR: Final = 2 * _TILE + _GAP + 0.2
_ROW: Final = _TILE + 0.2
_LEFT: Final = 0.66
_HEAD: Final = 0.36
_FOOT: Final = 0.46
_PIXELS: Final = 256
_CONTOUR: Final = 0.8


@dataclass(frozen=True, slots=True)
class Example:
    """One frame of a plane with the map of that plane.

    Attributes
    ----------
    file
        Path in the data set.
    plane, answer
        Codes of the true plane and of the plane of highest certainty.
    certainty
        Calibrated, of the answer (fraction).
    frame
        uint8 (S, S) or (S, S, 3), as the network sees it.
    values
        float32 (h, w): evidence for the true plane, unscaled.
    """

    file: str
    plane: str
    answer: str
    certainty: float
    frame: NDArray[np.uint8]
    values: NDArray[np.float32]

    @property
    def right(self) -> bool:
        """Whether the answer is the true plane."""
        return self.plane == self.answer


def draw_gallery(examples: Mapping[str, Sequence[Example]], columns: int, path: Path) -> None:
    """Draw one row a plane: right answers, most certain first, then in a column of its own one wrong answer.

    Parameters
    ----------
    examples
        Of each plane, in the order of rows; the first wrong one of each is shown.
    columns
        Right answers shown a plane.
    path
        As `nas.figures.canvas.write_figure`.
    """
    width, height = _LEFT + (columns + 1) * _PAIR, _HEAD + len(examples) * _ROW + _FOOT
    figure = new_figure(width, height)
    figure.set_layout_engine("none")
    sheet = figure.add_axes((0, 0, 1, 1))
    for column in range(columns + 1):
        name = "wrong answer" if column == columns else "right answer" if columns == 1 else f"right answer {column + 1}"
        _text(sheet, _LEFT + column * _PAIR + _TILE, 0.2, name, fontsize=8, ha="center", weight="bold")
    for row, (plane, shown) in enumerate(examples.items()):
        top = _HEAD + row * _ROW
        name = as_label(plane, 11)
        _text(sheet, 0.08, top + _TILE / 2, name, fontsize=9 if len(name) < 7 else 5.5, weight="bold")
        right = [example for example in shown if example.right][:columns]
        blank = ["no other right answer" if right else "no right answer"] * (columns - len(right))
        wrong = next((example for example in shown if not example.right), "no wrong answer")
        pairs: tuple[Example | str, ...] = (*right, *blank, wrong)
        for column, example in enumerate(pairs):
            _place(sheet, _LEFT + column * _PAIR, top, example)
    _draw_scale(sheet, _HEAD + len(examples) * _ROW + 0.06)
    sheet.set(xlim=(0, width), ylim=(height, 0), aspect="auto")
    sheet.axis("off")
    write_figure(figure, path)


def _place(sheet: Any, left: float, top: float, example: Example | str) -> None:
    """Place a frame and its map side by side with a caption, or say why there is none."""
    middle = left + _TILE + _GAP / 2
    if isinstance(example, str):
        _text(sheet, middle, top + _TILE / 2, example, color=QUIET, ha="center")
        return
    frame = np.asarray(cv2.resize(example.frame, (_PIXELS, _PIXELS), interpolation=cv2.INTER_LINEAR), np.uint8)
    smooth = enlarged(scale_map(example.values, example.frame), _PIXELS)
    colours: dict[str, Any] = {"cmap": "gray", "vmin": 0, "vmax": 255} if frame.ndim == 2 else {}
    sheet.imshow(frame, extent=_extent(left, top, _TILE), **colours)
    beginning = left + _TILE + _GAP
    sheet.imshow(beside(frame, smooth), extent=_extent(beginning, top, _TILE))
    if smooth.max() > 0:
        centres = (np.arange(_PIXELS) + 0.5) * (_TILE / _PIXELS)
        for line, ink in ((2.0, "#000000"), (0.8, "#FFFFFF")):
            level = _CONTOUR * float(smooth.max())
            sheet.contour(beginning + centres, top + centres, smooth, levels=[level], colors=ink, linewidths=line)
    certainty = f"{100 * example.certainty:.1f} %"
    caption = certainty if example.right else f"answered {as_label(example.answer, 11)}, {certainty}"
    _text(sheet, middle, top + _TILE + 0.025, caption, ha="center", va="top")


def _extent(left: float, top: float, width: float, height: float | None = None) -> tuple[float, float, float, float]:
    return left, left + width, top + (height or width), top


def _text(sheet: Any, x: float, y: float, text: str, **look: Any) -> None:
    sheet.text(x, y, text, **{"color": TEXT, "fontsize": 7, "va": "center", **look})


def _draw_scale(sheet: Any, top: float) -> None:
    """Draw the scale of the maps' colours, and say what the pictures are."""
    width = 2 * _TILE + _GAP
    sheet.imshow(np.linspace(0, 1, 256)[None], cmap=MAP_COLOURS, extent=_extent(_LEFT, top, width, 0.1))
    small: dict[str, Any] = {"va": "top", "color": QUIET, "fontsize": 6.5}
    _text(sheet, _LEFT, top + 0.14, "no evidence", **small)
    _text(sheet, _LEFT + width, top + 0.14, "strongest of the frame", ha="right", **small)
    words = (
        "Left: frame as the network sees it. Right: map of the true plane,\n"
        "with a line at 80 % of its peak. Percent: certainty of the answer."
    )
    _text(sheet, _LEFT + _PAIR, top, words, linespacing=1.35, **small)
