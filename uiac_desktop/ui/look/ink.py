"""Drawing that all views share: text that fits or gives way, blocks in plane colours and patterns, certainty bars."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from nas.planes import NONE
from uiac_desktop.ui.look.certainty import BARS, Level
from uiac_desktop.ui.look.fonts import MEDIUM, font
from uiac_desktop.ui.look.theme import theme, tokens

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_ONE_LINE = Qt.TextFlag.TextSingleLine.value
_BAR_TOKENS: dict[Level, str] = {"sure": "sure", "likely": "likely", "unsure": "unsure", "searching": "search"}


def draw_text(
    painter: QPainter, box: QRectF, text: str, type_: QFont, colour: QColor, align: Qt.AlignmentFlag = LEFT
) -> None:
    """Draw one line of text inside a box; where it is too long, its end gives way to an ellipsis."""
    painter.setFont(type_)
    painter.setPen(colour)
    if text_width(text, type_) > box.width() + 0.5:
        text = QFontMetricsF(type_).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, align.value | _ONE_LINE, text)


def text_width(text: str, type_: QFont) -> float:
    """Return the width of a line of text in logical pixels."""
    return _text_width(text, type_.pixelSize(), type_.weight())


@lru_cache(maxsize=2048)
def _text_width(text: str, pixels: int, weight: int) -> float:
    return QFontMetricsF(font(pixels, weight)).horizontalAdvance(text)


def two_lines(text: str, type_: QFont, width: float) -> list[str]:
    """Return a name on two lines, also where one would do, so that what stands under it never moves."""
    if "\n" in text:
        return text.split("\n")
    lines = wrapped(text, type_, width)
    if len(lines) == 1 and " " in text:
        return list(text.rsplit(" ", 1))
    return lines


def wrapped(text: str, type_: QFont, width: float, most: int = 2) -> list[str]:
    """Return a text as at most ``most`` lines broken between words; the last line takes what is left."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and text_width(" ".join(words[: count + 1]), type_) <= width:
            count += 1
        lines.append(" ".join(words[:count]))
        words = words[count:]
    return [*lines, " ".join(words)] if words else lines


def fill_plane(painter: QPainter, box: QRectF, plane: str) -> None:
    """Fill a box with a plane's colour and pattern: solid, striped, or the hatch of ``none``."""
    look = theme()
    pattern = look.pattern(plane)
    painter.save()
    if pattern != "hatch":
        painter.fillRect(box, look.plane(plane))
    if pattern != "solid":
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(box, _stripes(plane, painter.device().devicePixelRatioF(), look.name))
    if look.name == "light" or pattern == "hatch":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.colour("border2" if pattern != "hatch" else "border"), 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def draw_bars(painter: QPainter, box: QRectF, level: Level) -> None:
    """Draw three rising bars, filled from the left as far as the certainty goes, the others in outline."""
    colour = theme().colour(_BAR_TOKENS[level])
    gap = box.width() * 0.1
    width = (box.width() - 2 * gap) / 3
    radius = max(1.0, width * 0.15)
    for number, height in enumerate((0.45, 0.72, 1.0)):
        high = box.height() * height
        bar = QRectF(box.x() + number * (width + gap), box.bottom() - high, width, high)
        filled = number < BARS[level]
        painter.setPen(Qt.PenStyle.NoPen if filled else QPen(colour, 1.2))
        painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(bar if filled else bar.adjusted(0.6, 0.6, -0.6, -0.6), radius, radius)


def level_colour(level: Level) -> QColor:
    """Return the colour of a certainty word."""
    return theme().colour(_BAR_TOKENS[level])


def draw_tag(painter: QPainter, box: QRectF, text: str, plane: str) -> None:
    """Write a plane's code on its block, on a plate where stripes would cut the letters."""
    type_ = font(12 if box.height() >= 20 else 11, MEDIUM)
    if theme().pattern(plane) == "stripe":
        width = text_width(text, type_) + 10
        plate = QRectF(0, 0, width, min(box.height() - 2, 18))
        plate.moveCenter(box.center())
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().plane(plane))
        painter.drawRoundedRect(plate, 3, 3)
        painter.restore()
    draw_text(painter, box, text, type_, theme().on_plane(plane), CENTRE)


@lru_cache(maxsize=64)
def _stripes(plane: str, ratio: float, _theme: str) -> QBrush:
    """Return 45 degree lines as a brush whose tile repeats without a seam."""
    style = tokens()["pattern"]["hatch" if plane == NONE else "stripe"]
    pitch = float(style["pitch"]) * 2**0.5
    side = max(4, round(pitch * ratio))
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme().plane(plane) if plane == NONE else style["colour"])
    colour.setAlphaF(float(style["alpha"]))
    painter.setPen(QPen(colour, float(style["width"]) * ratio))
    for shift in (-side, 0, side):
        painter.drawLine(QPointF(shift - 1, side + 1), QPointF(shift + side + 1, -1))
    painter.end()
    tile.setDevicePixelRatio(ratio)
    return QBrush(tile)
