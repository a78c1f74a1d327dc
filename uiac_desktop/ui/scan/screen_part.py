"""Choosing a part of the screen with the mouse: screens stand still and dim, and what is dragged is taken."""

import sys
from math import floor
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.sources.base import Region
from uiac_desktop.ui.look.fonts import MEDIUM, font
from uiac_desktop.ui.look.theme import theme

_HIDDEN_FOR_MS: Final = 250
_LEAST: Final = 16
_HOW: Final = "Drag over the picture of the scanner. Esc leaves."


def in_pixels(part: QRect, corner: QPoint, scale: float) -> Region:
    """Return a part of a screen in the desktop's own pixels, never beyond the screen; Qt rounds its size to units.

    Parameters
    ----------
    part
        On the screen, in Qt's scaled units from its corner.
    corner
        Of the screen; Qt leaves it in the desktop's pixels, also where it is negative.
    scale
        Pixels a unit; macOS counts the desktop itself in units, so that nothing is scaled there.
    """
    scale = 1.0 if sys.platform == "darwin" else scale
    left, top = round(part.x() * scale), round(part.y() * scale)
    right, bottom = floor((part.x() + part.width()) * scale), floor((part.y() + part.height()) * scale)
    return Region(corner.x() + left, corner.y() + top, right - left, bottom - top)


class ScreenPart(QObject):
    """Asks for a part of the screen while the window is out of the way.

    Parameters
    ----------
    window
        Is hidden while it asks.

    ``chosen`` carries the `Region`; ``left`` says that none was chosen.
    """

    chosen = Signal(object)
    left = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.veils: list[Veil] = []

    def ask(self) -> None:
        """Hide the window and, once it is gone from sight, veil every screen."""
        if not self.veils:
            self._window.hide()
            QTimer.singleShot(_HIDDEN_FOR_MS, self, self._veil)

    def _veil(self) -> None:
        for screen in QGuiApplication.screens():
            veil = Veil(screen)
            veil.dragged.connect(self._take)
            veil.left.connect(self._leave)
            self.veils.append(veil)
        for veil in self.veils:
            veil.showFullScreen()
        self.veils[0].activateWindow()

    def _take(self, region: Region) -> None:
        self._lift()
        self.chosen.emit(region)

    def _leave(self) -> None:
        self._lift()
        self.left.emit()

    def _lift(self) -> None:
        self._window.show()
        for veil in self.veils:
            veil.close()
            veil.deleteLater()
        self.veils = []


class Veil(QWidget):
    """One screen as it was when the question began, dimmed except for what is dragged.

    ``dragged`` carries a `Region` of at least 16 by 16 pixels; ``left`` says that Esc was pressed.
    """

    dragged = Signal(object)
    left = Signal()

    def __init__(self, screen: QScreen) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setObjectName("screen_veil")
        self.setAccessibleName("Choose a part of the screen")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._place = screen.geometry()
        self._scale = screen.devicePixelRatio()
        self._picture = screen.grabWindow(0)
        self._from: QPoint | None = None
        self._part = QRect()
        self.setGeometry(self._place)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a part."""
        self._from = event.position().toPoint()
        self._part = QRect()
        self.update()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the part follow the mouse, within the screen."""
        if self._from is not None:
            here = event.position().toPoint()
            corner = QPoint(min(self._from.x(), here.x()), min(self._from.y(), here.y()))
            other = QPoint(max(self._from.x(), here.x()), max(self._from.y(), here.y()))
            self._part = QRect(corner, other) & self.rect()
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the part, unless it is too small to be meant."""
        self._from = None
        region = self._region()
        if min(region.width, region.height) >= _LEAST:
            self.dragged.emit(region)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()

    def _region(self) -> Region:
        return in_pixels(self._part, self._place.topLeft(), self._scale)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the screen, dim what is not chosen, and say how large the part is."""
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._picture)
        shade = QColor(0, 0, 0, 150)
        around = [self.rect()] if self._part.isEmpty() else _around(self.rect(), self._part)
        for box in around:
            painter.fillRect(box, shade)
        look = theme()
        painter.setFont(font(16, MEDIUM))
        said = _HOW
        if not self._part.isEmpty():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRect(self._part)
            region = self._region()
            said = f"{region.width}×{region.height}"
        bar = QRect(0, 0, self.width(), 40)
        painter.fillRect(bar, look.colour("bg2"))
        painter.setPen(look.colour("text"))
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, said)


def _around(whole: QRect, part: QRect) -> list[QRect]:
    """Return the four boxes that surround a part."""
    right, bottom = part.x() + part.width(), part.y() + part.height()
    return [
        QRect(0, 0, whole.width(), part.y()),
        QRect(0, bottom, whole.width(), whole.height() - bottom),
        QRect(0, part.y(), part.x(), part.height()),
        QRect(right, part.y(), whole.width() - right, part.height()),
    ]
