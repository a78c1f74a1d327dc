"""Shows a numbered picture on the real screen, drags over it as a user does, and prints the part that was chosen.

Arguments: x y (of the picture, pixels of the desktop) width height number. Leaves when its input closes.
"""

import json
import sys

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.uiac_desktop.sources.numbered import numbered
from uiac_desktop.sources.screen.address import screen_address
from uiac_desktop.ui.look.fonts import load_fonts
from uiac_desktop.ui.scan.screen_part import ScreenPart


def on_screen(screen: QScreen, x: int, y: int) -> QPoint | None:
    """Return where a pixel of the desktop lies on a screen, in Qt's units from its corner; None where it is outside."""
    place, scale = screen.geometry(), screen.devicePixelRatio()
    point = QPoint(round((x - place.x()) / scale), round((y - place.y()) / scale))
    return point if QRect(QPoint(), place.size()).contains(point) else None


def main() -> None:
    x, y, width, height, number = (int(word) for word in sys.argv[1:6])
    application = QApplication(sys.argv[:1])
    load_fonts()
    screens = application.screens()
    screen = next(one for one in screens if on_screen(one, x, y) is not None)
    scale, corner = screen.devicePixelRatio(), screen.geometry().topLeft()
    first = on_screen(screen, x, y) or QPoint()
    pixels = np.ascontiguousarray(numbered(number, width, height))
    pixmap = QPixmap.fromImage(QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8))
    pixmap.setDevicePixelRatio(scale)
    label = QLabel()
    label.setWindowFlags(Qt.WindowType.FramelessWindowHint)
    label.setPixmap(pixmap)
    label.setGeometry(QRect(corner + first, QSize(round(width / scale), round(height / scale))))
    label.show()
    window = QWidget(None, Qt.WindowType.FramelessWindowHint)
    window.setGeometry(0, 0, 20, 20)
    part = ScreenPart(window)

    def drag() -> None:
        if not part.veils:
            QTimer.singleShot(50, drag)
            return
        veil = part.veils[screens.index(screen)]
        last = (on_screen(screen, x + width, y + height) or QPoint()) - QPoint(1, 1)
        QTest.mousePress(veil, Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(veil, last)
        QTest.mouseRelease(veil, Qt.MouseButton.LeftButton, pos=last)

    def tell(region: object) -> None:
        told = json.dumps({"address": screen_address(region), "scale": scale})  # type: ignore[arg-type]
        label.raise_()
        QTimer.singleShot(200, lambda: print(told, flush=True))

    part.chosen.connect(tell)
    QTimer.singleShot(300, part.ask)
    QTimer.singleShot(600, drag)
    ending = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ending.activated.connect(application.quit)
    application.exec()


main()
