"""Frames as points, laid out by their features: what training has drawn apart; a point is a frame to be looked at."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import NONE, PLANES, SCREENING
from nas.wizard.look.record import Look

_ROOM: Final = 12.0
_REACH: Final = 14.0
_SIZE: Final = 3.2


class EmbeddingView(QWidget):
    """One lay-out of the t-SNE; ``chosen`` carries the number of the point that is pressed.

    Screening planes are discs, extended ones triangles, a department's own squares, frames of none rings.
    """

    chosen = Signal(int)

    def __init__(self, look: Look, name: str, title: str, named: bool) -> None:
        super().__init__()
        self._look = look
        self._named = named
        self._title = title
        self._labels: tuple[str, ...] = ()
        self._points: NDArray[np.float64] = np.zeros((0, 2))
        self._ringed: int | None = None
        self._drawn: QPixmap | None = None
        self.setObjectName(name)
        self.setAccessibleName(f"t-SNE, {title}: nothing yet")
        self.setMinimumSize(QSize(120, 110))

    def show_points(self, points: tuple[tuple[float, float], ...], labels: tuple[str, ...]) -> None:
        """Show points (N, 2) with the label of each."""
        self._points = np.array(points, np.float64).reshape(len(points), 2)
        self._labels, self._ringed, self._drawn = labels, None, None
        self.setAccessibleName(f"t-SNE, {self._title}: {len(points)} frames of {len(set(labels))} classes")
        self.update()

    def ring(self, number: int | None) -> None:
        """Ring a point."""
        self._ringed = number
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look, self._drawn = look, None
        self.update()

    @property
    def places(self) -> NDArray[np.float64]:
        """Where the points are drawn, (N, 2), at one scale both ways."""
        if not len(self._points):
            return self._points
        low, high = self._points.min(axis=0), self._points.max(axis=0)
        span = np.maximum(high - low, 1e-9)
        wide, tall = max(self.width() - 2 * _ROOM, 1), max(self.height() - 2 * _ROOM, 1)
        scale = min(wide / span[0], tall / span[1])
        middle = np.array([self.width() / 2, self.height() / 2])
        return np.asarray(middle + (self._points - (low + high) / 2) * scale * np.array([1, -1]))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point nearest to the pointer."""
        places = self.places
        if not len(places):
            return
        away = np.hypot(*(places - (event.position().x(), event.position().y())).T)
        nearest = int(away.argmin())
        if away[nearest] <= _REACH:
            self.chosen.emit(nearest)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the points, once for each size and look, and the ring."""
        ratio = self.devicePixelRatioF()
        wanted = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._drawn is None or self._drawn.size() != wanted:
            self._drawn = QPixmap(wanted)
            self._drawn.setDevicePixelRatio(ratio)
            self._draw_points(self._drawn)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        if self._ringed is not None and self._ringed < len(self._points):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = QPointF(*self.places[self._ringed])
            for colour, width in (("#000000", 5.0), ("#FFFFFF", 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawEllipse(middle, 8, 8)

    def _draw_points(self, pixmap: QPixmap) -> None:
        pixmap.fill(QColor(self._look.colour("bg1")))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self.places
        order = sorted(range(len(self._labels)), key=lambda number: self._labels[number] != NONE)
        for number in order:
            self._draw_point(painter, QPointF(*places[number]), self._labels[number])
        if self._named:
            self._draw_names(painter, places)
        painter.end()

    def _draw_point(self, painter: QPainter, place: QPointF, label: str) -> None:
        fill = QColor(self._look.plane(label).fill)
        edge = QPen(QColor(self._look.colour("border2")), 0.6) if self._look.name == "light" else Qt.PenStyle.NoPen
        painter.setPen(edge)
        painter.setBrush(fill)
        x, y = place.x(), place.y()
        if label == NONE:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(fill, 1))
            painter.drawEllipse(place, _SIZE, _SIZE)
        elif label in SCREENING:
            painter.drawEllipse(place, _SIZE, _SIZE)
        elif label in PLANES:
            corners = [QPointF(x, y - 4), QPointF(x - 4, y + 3), QPointF(x + 4, y + 3)]
            painter.drawPolygon(QPolygonF(corners))
        else:
            painter.drawRect(QRectF(x - 3, y - 3, 6, 6))

    def _free(self, box: QRectF, taken: list[QRectF]) -> QRectF | None:
        """Return the nearest place above or below a box that is inside and free."""
        for away in range(0, self.height(), 2):
            for way in (1, -1):
                moved = box.translated(0, way * away)
                inside = moved.top() >= 1 and moved.bottom() <= self.height() - 1
                if inside and not any(moved.intersects(other) for other in taken):
                    return moved
        return None

    def _draw_names(self, painter: QPainter, places: NDArray[np.float64]) -> None:
        """Write each code at the middle of its points, or as near above or below as there is room."""
        font = self._look.font(12, 600)
        painter.setFont(font)
        taken: list[QRectF] = []
        named = np.asarray(self._labels)
        for label in dict.fromkeys(self._labels):
            x, y = np.median(places[named == label], axis=0)
            wide = painter.fontMetrics().horizontalAdvance(label)
            box = QRectF(x - wide / 2 - 2, y - 8, wide + 4, 16)
            box.moveLeft(min(max(box.left(), 2), max(self.width() - box.width() - 2, 2)))
            free = self._free(box, taken)
            if free is None:
                continue  # a name on a name could not be read
            box = free
            taken.append(box)
            words = QPainterPath()
            words.addText(QPointF(box.x() + 2, box.y() + 12), font, label)
            painter.strokePath(words, QPen(QColor(self._look.colour("bg1")), 4))
            painter.fillPath(words, QColor(self._look.colour("text")))
