"""The image: the frame on black, nothing over it but the map where it is wanted, and a line round it when frozen."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.frame import Frame
from uiac_desktop.ui.look.theme import ON_BLACK, theme
from uiac_desktop.ui.pictures.map_paint import PaintedMap
from uiac_desktop.ui.pictures.picture import draw_picture, qt_image

MARGIN = 4
_DIM = 0.35


class ImageView(QWidget):
    """Draws the newest frame; ``painted`` tells that it is on screen."""

    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Image")
        self._frame: Frame | None = None
        self._image = QImage()
        self._map: PaintedMap | None = None
        self._dimmed = False
        self._frozen = False
        self._told = True

    def show_frame(self, frame: Frame | None, map_over: PaintedMap | None, *, dimmed: bool, frozen: bool) -> None:
        """Show a frame, with its map over it or without; None leaves black."""
        if frame is not self._frame:
            self._frame = frame
            self._image = qt_image(frame.pixels) if frame is not None else QImage()
            self._told = frame is None
        self._map, self._dimmed, self._frozen = map_over, dimmed, frozen
        self.update()

    @property
    def image(self) -> QImage:
        """The frame as it is drawn, without map; null where there is none."""
        return self._image

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, map and the frozen line."""
        painter = QPainter(self)
        inside = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        covered = not (self._image.isNull() or self._dimmed)
        painter.setClipRegion(QRegion(self.rect()) - QRegion(inside if covered else QRect()))
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        painter.setClipping(False)
        if self._image.isNull():
            return
        box = QRectF(inside)
        painter.setOpacity(_DIM if self._dimmed else 1.0)
        draw_picture(painter, self._image, box)
        painter.setOpacity(1.0)
        if self._map is not None and not self._dimmed:
            self._map.draw_over(painter, box)
        if self._frozen:
            painter.setPen(QPen(theme().colour("info"), 3))
            painter.drawRect(box.adjusted(-2, -2, 2, 2))
        painter.end()
        if not self._told:
            self._told = True
            self.painted.emit()
