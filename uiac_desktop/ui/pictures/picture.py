"""A frame as a Qt image, with its row length given, since odd widths shear without it."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from uiac_desktop.frame import Pixels

_SHRINKS_BADLY_BELOW = 0.5


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
    """Draw an image into a box smoothly; areas are averaged below half its size, where bilinear passes pixels over."""
    ratio = painter.device().devicePixelRatioF()
    scale = box.width() * ratio / max(image.width(), 1)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if scale < _SHRINKS_BADLY_BELOW:
        image = _averaged(image, max(1, round(box.width() * ratio)), max(1, round(box.height() * ratio)))
    painter.drawImage(box, image)


def fitted(image: QImage, room: QRectF) -> QRectF:
    """Return where an image stands whole in the middle of a room, as large as it can be."""
    scale = min(room.width() / image.width(), room.height() / image.height())
    box = QRectF(0, 0, image.width() * scale, image.height() * scale)
    box.moveCenter(room.center())
    return box


def small_grey(image: QImage, width: int, height: int) -> QImage:
    """Return a small grey copy of a 32-bit image, with memory of its own.

    Qt's own way to grey goes through the colour space, which takes three times as long.
    """
    small = _averaged(image, width, height)
    bgrx = np.frombuffer(small.constBits(), np.uint8).reshape(height, small.bytesPerLine() // 4, 4)[:, :width]
    blue, green, red = (bgrx[..., number].astype(np.uint16) for number in range(3))
    grey = ((5 * blue + 16 * green + 11 * red) >> 5).astype(np.uint8)
    return QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def _averaged(image: QImage, width: int, height: int) -> QImage:
    return image.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
