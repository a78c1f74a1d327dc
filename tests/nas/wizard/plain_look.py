"""A look for page tests: the real tokens, Qt's own type, squares for icons; no desktop program needed."""

import json
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from nas.wizard.look.record import Look, OperationInk, PlaneInk

_TOKENS = json.loads((Path(__file__).parents[3] / "resources/theme/tokens.json").read_text(encoding="utf-8"))


def plain_look(compact: bool = False, name: str = "dark") -> Look:
    """Return the look."""
    return Look(
        name=name,
        colour=_TOKENS[name].__getitem__,
        plane=lambda code: PlaneInk(_TOKENS["plane"].get(code, "#8A9199"), _TOKENS["plane_text"].get(code, "#000000")),
        fill_plane=_fill,
        operations={
            of: OperationInk(colour, style.get("width", 0), tuple(style.get("dash", ())), _TOKENS["op_label"][of])
            for of, colour in _TOKENS["op"].items()
            for style in [_TOKENS["op_style"].get(of, {})]
        },
        font=_font,
        icon=_icon,
        key=lambda _: "",
        compact=compact,
    )


def _fill(painter: QPainter, box: QRectF, code: str) -> None:
    painter.fillRect(box, QColor(_TOKENS["plane"].get(code, "#8A9199")))


def _font(pixels: int, weight: int) -> QFont:
    made = QFont()
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    return made


def _icon(_name: str, token: str) -> QIcon:
    square = QPixmap(20, 20)
    square.fill(QColor(_TOKENS["dark"][token]))
    return QIcon(square)
