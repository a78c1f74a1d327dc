"""A frame as a Qt image, with its row length given, since odd widths shear without it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from uiac_desktop.frame import Pixels

_SHRINKS_BADLY_BELOW = 0.6


def qt_image(pixels: Pixels) -> QImage:
    """Return a frame as a 32-bit image with memory of its own, so that it outlives the array.

    Parameters
    ----------
    pixels
        uint8, (H, W) grey or (H, W, 3) RGB, rows contiguous.
    """
    height, width = pixels.shape[:2]
    layout = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    view = QImage(pixels.data, width, height, pixels.strides[0], layout)
    return view.convertToFormat(QImage.Format.Format_RGB32)


def draw_picture(painter: QPainter, image: QImage, box: QRectF) -> None:
    """Draw an image into a box smoothly; areas are averaged where it becomes much smaller, since bilinear aliases."""
    ratio = painter.device().devicePixelRatioF()
    scale = box.width() * ratio / max(image.width(), 1)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if scale < _SHRINKS_BADLY_BELOW:
        image = image.scaled(
            max(1, round(box.width() * ratio)),
            max(1, round(box.height() * ratio)),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    painter.drawImage(box, image)
