"""Small pictures of kept frames, and the signs and frames that say what they stand for: shape, word and colour."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from uiac_desktop.ui.exam.view import MarkState, Thumb
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import ON_BLACK, theme
from uiac_desktop.ui.pictures.picture import draw_picture, fitted, qt_image


class Thumbs:
    """Pictures made once for each kept frame and drawn many times."""

    def __init__(self) -> None:
        self._images: dict[int, QImage] = {}

    def keep_only(self, thumbs: Iterable[Thumb | None]) -> None:
        """Let go of every picture that is not among these."""
        known = {thumb.frame_id for thumb in thumbs if thumb is not None}
        self._images = {number: image for number, image in self._images.items() if number in known}

    def draw(self, painter: QPainter, box: QRectF, thumb: Thumb, colour: QColor, width: float = 1.5) -> None:
        """Draw a picture whole inside a box on black, in a frame of a colour."""
        if thumb.frame_id not in self._images:
            self._images[thumb.frame_id] = qt_image(thumb.pixels)
        image = self._images[thumb.frame_id]
        painter.fillRect(box, ON_BLACK.colour("bg0"))
        draw_picture(painter, image, fitted(image, box.adjusted(2, 2, -2, -2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width))
        painter.drawRect(box.adjusted(0.75, 0.75, -0.75, -0.75))


def draw_sign(painter: QPainter, box: QRectF, state: MarkState) -> None:
    """Draw a line's sign: a tick, a dashed circle, or a cross."""
    side = round(box.width())
    if state == "met":
        draw_icon(painter, "met", box.x(), box.y(), side, theme().colour("ok"))
    elif state == "rejected":
        draw_icon(painter, "rejected", box.x(), box.y(), side, theme().colour("text2"))
    else:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme().colour("warn"), 1.5)
        pen.setDashPattern([2.2, 1.8])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        painter.restore()


def draw_missing(painter: QPainter, box: QRectF, word: str) -> None:
    """Draw the dashed box that stands where a frame is missing or was rejected, with the word."""
    colour = theme().colour("warn" if word == "missing" else "text2")
    pen = QPen(colour, 1.2)
    pen.setDashPattern([3, 2.4])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0.75, 0.75, -0.75, -0.75))
    ink.draw_text(painter, box, word, font(11, SEMIBOLD), colour, ink.CENTRE)
