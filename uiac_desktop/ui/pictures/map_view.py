"""The side column: the map beside the image, what it is a map of, and its legend."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.maps import heat
from uiac_desktop.settings import ColourTable, MapMode
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, font
from uiac_desktop.ui.look.theme import ON_BLACK
from uiac_desktop.ui.pictures.map_paint import MapLook, PaintedMap, contour_pen
from uiac_desktop.ui.scan.layout import Box

_LINE = 20
_SCALE_WIDTH = 92


class MapView(QWidget):
    """Draws the map picture and its legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._picture_box = QRectF()
        self._mode: MapMode = "beside"
        self._look = MapLook()
        self._map: PaintedMap | None = None
        self._frame = QImage()
        self._dimmed = False

    def place_picture(self, box: Box | None) -> None:
        """Set where the picture stands in this widget; None for none."""
        self._picture_box = QRectF(box.x, box.y, box.width, box.height) if box is not None else QRectF()

    def show_map(
        self, mode: MapMode, look: MapLook, painted: PaintedMap | None, frame: QImage, *, dimmed: bool
    ) -> None:
        """Show a map with the frame it was computed from."""
        legend = self._legend_words
        self._mode, self._look, self._map, self._frame, self._dimmed = mode, look, painted, frame, dimmed
        caption = painted.picture.caption if painted is not None else "No map"
        if painted is not None and painted.picture.values is not None:
            caption = f"{caption}, strongest {_where(painted)}"
        if self.accessibleName() != caption:
            self.setAccessibleName(caption)
        if legend != self._legend_words:
            self.update()
        elif mode == "beside":
            self.update(self._picture_box.toAlignedRect())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, the caption and the legend, each where it was asked for."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), ON_BLACK.colour("bg0"))
        top = 0.0
        if self._mode == "beside" and not self._picture_box.isEmpty() and not self._frame.isNull():
            painter.save()
            if self._dimmed:
                painter.setOpacity(0.5)
            if self._map is not None:
                self._map.draw_beside(painter, self._frame, self._picture_box, self.devicePixelRatioF())
            painter.restore()
        if self._mode == "beside":
            top = self._picture_box.bottom() + 6
        has_room = top + _LINE <= self.height() or self._mode != "beside"
        if has_room and event.rect().bottom() >= top:
            self._draw_legend(painter, top)

    @property
    def _legend_words(self) -> tuple[object, ...]:
        """What the legend says; it is drawn anew where one of these changes."""
        picture = self._map.picture if self._map is not None else None
        words = (picture.caption, picture.values is not None) if picture is not None else ()
        return (self._mode, self._look, *words)

    def _draw_legend(self, painter: QPainter, top: float) -> None:
        text = ON_BLACK.colour("text2")
        width = float(self.width())
        small = font(12, MEDIUM)
        caption = "Map off" if self._mode == "off" else (self._map.picture.caption if self._map else "No map yet")
        has_map = self._mode != "off" and self._map is not None and self._map.picture.values is not None
        beside = self._mode == "beside"
        scale = min(_SCALE_WIDTH + 76.0, width - 8 - ink.text_width(caption, small))
        room = width - (scale + 8 if has_map and beside else 0)
        ink.draw_text(painter, QRectF(0, top, room, _LINE), caption, small, text)
        if not has_map:
            return
        if beside:
            self._draw_scale(painter, QRectF(width - scale, top, scale, _LINE), text)
            return
        self._draw_scale(painter, QRectF(0, top + _LINE, min(width, 220.0), _LINE), text)
        if self._look.contours:
            for number, (level, words) in enumerate(((0.8, "80 % of the peak"), (0.5, "50 % of the peak"))):
                line = top + (2 + number) * _LINE + 4
                painter.setPen(contour_pen(level))
                painter.drawLine(0, round(line + _LINE / 2), 14, round(line + _LINE / 2))
                ink.draw_text(painter, QRectF(20, line, width - 20, _LINE), words, small, text)

    def _draw_scale(self, painter: QPainter, box: QRectF, text: QColor) -> None:
        small = font(12)
        less, more = ink.text_width("less", small) + 8, ink.text_width("more", small) + 8
        ink.draw_text(painter, QRectF(box.x(), box.y(), less, box.height()), "less", small, text)
        ink.draw_text(painter, QRectF(box.right() - more, box.y(), more, box.height()), "more", small, text, ink.RIGHT)
        bar = QRectF(box.x() + less, box.center().y() - 4, box.width() - less - more, 8)
        painter.fillRect(bar, _gradient(self._look.table, bar))


def _gradient(table: ColourTable, bar: QRectF) -> QLinearGradient:
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    colours = heat.colour_table(table)
    low, high = heat.BESIDE_RANGE
    for step in range(17):
        red, green, blue = colours[round((low + (high - low) * step / 16) * 255)].tolist()
        gradient.setColorAt(step / 16, QColor(red, green, blue))
    return gradient


def _where(painted: PaintedMap) -> str:
    """Return in words where the map is strongest, for a screen reader."""
    values = painted.picture.values
    if values is None or not values.any():
        return "nowhere"
    row, column = divmod(int(values.argmax()), values.shape[1])
    down = ("at the top", "", "at the bottom")[min(3 * row // values.shape[0], 2)]
    across = ("left", "", "right")[min(3 * column // values.shape[1], 2)]
    return " ".join(part for part in (down, across) if part) or "at the centre"
