"""Icons: one black path each, tinted when drawn, so that both themes share the files."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from uiac_desktop.paths import resource
from uiac_desktop.ui.look.theme import theme


@lru_cache(maxsize=64)
def _renderer(name: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(resource(f"icons/{name}.svg").read_bytes()))


@lru_cache(maxsize=256)
def _tinted(name: str, size: int, colour: str, ratio: float) -> QPixmap:
    side = round(size * ratio)
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _renderer(name).render(painter, QRectF(0, 0, side, side))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor(colour))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def draw_icon(painter: QPainter, name: str, x: float, y: float, size: int, colour: QColor) -> None:
    """Draw an icon with its left and top at ``x``, ``y``, sharp at the painter's own scale."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(round(x), round(y), _tinted(name, size, colour.name(), ratio))


def icon(name: str, tint: str = "text2") -> QIcon:
    """Return an icon for a Qt control, in a colour of the theme."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio() if QGuiApplication.primaryScreen() else 1.0
    return QIcon(_tinted(name, 20, theme().colour(tint).name(), ratio))
