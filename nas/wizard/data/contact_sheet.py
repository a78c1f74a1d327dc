"""Small pictures of one class side by side, because a wrong label is seen at once and found by no rule."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.errors import NasError
from nas.still import Pixels, read_still
from nas.wizard.look.record import Look

_LEAST_WIDE: Final = 112
_LEAST_COMPACT: Final = 84
_GAP: Final = 6
_RATIO: Final = 0.75
_KEPT: Final = 4000


class ContactSheet(QWidget):
    """A page of pictures; they are read one at a time between other work, so that nothing waits for them.

    ``moved`` says that another page is in view.
    """

    moved = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._root = Path()
        self._paths: tuple[str, ...] = ()
        self._marked: frozenset[str] = frozenset()
        self._first = 0
        self._pictures: dict[str, QImage | None] = {}
        self._round = -1
        self.setObjectName("contact_sheet")
        self.setMinimumSize(QSize(200, 160))
        self._reader = QTimer(self, interval=0)
        self._reader.timeout.connect(self._read_one)

    def show_pictures(self, root: Path, paths: Sequence[str], marked: frozenset[str], round_: int) -> None:
        """Show pictures by their paths below ``root``; ``marked`` are framed as copies."""
        if (root, round_) != (self._root, self._round):
            self._pictures.clear()
            self._root, self._round = root, round_
        if tuple(paths) != self._paths:
            self._paths, self._first = tuple(paths), 0
        self._marked = marked
        self.setAccessibleName(f"Contact sheet, {len(self._paths)} pictures")
        self._reader.start()
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self._first -= self._first % self._per_page
        self._reader.start()
        self.update()

    @property
    def span(self) -> tuple[int, int, int]:
        """Number of the first and of the last picture in view, counted from 1, and of all."""
        last = min(self._first + self._per_page, len(self._paths))
        return (self._first + 1 if self._paths else 0), last, len(self._paths)

    @property
    def waiting(self) -> bool:
        """Whether pictures in view are still to be read."""
        return any(path not in self._pictures for path in self._in_view)

    def turn_page(self, by: int) -> None:
        """Show the page before or after."""
        first = min(max(self._first + by * self._per_page, 0), max(len(self._paths) - 1, 0))
        first -= first % self._per_page
        if first != self._first:
            self._first = first
            self._reader.start()
            self.update()
            self.moved.emit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the pages."""
        if event.angleDelta().y():
            self.turn_page(-1 if event.angleDelta().y() > 0 else 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the place anew."""
        super().resizeEvent(event)
        self._first -= self._first % self._per_page
        self._reader.start()
        self.moved.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures that are there, on black, as the scanner shows them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place, path in enumerate(self._in_view):
            box = self._box(place)
            painter.fillRect(box, QColor(self._look.colour("bg0")))
            picture = self._pictures.get(path)
            if picture is not None:
                scaled = picture.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
                inner = QRectF(0, 0, scaled.width(), scaled.height())
                inner.moveCenter(box.center())
                painter.drawImage(inner, picture)
            if path in self._marked:
                self._mark(painter, box)

    def _mark(self, painter: QPainter, box: QRectF) -> None:
        warn = QColor(self._look.colour("warn"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(warn, 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.setFont(self._look.font(11, 600))
        tag = QRectF(box.x() + 2, box.bottom() - 17, painter.fontMetrics().horizontalAdvance("copies") + 8, 15)
        painter.fillRect(tag, QColor(self._look.colour("warnbg")))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, "copies")

    def _read_one(self) -> None:
        """Read the next picture in view; when all are there, rest."""
        path = next((path for path in self._in_view if path not in self._pictures), None)
        if path is None or not self.isVisible():
            self._reader.stop()
            return
        if len(self._pictures) > _KEPT:
            self._pictures.clear()
        self._pictures[path] = self._small(path)
        self.update()

    def _small(self, path: str) -> QImage | None:
        try:
            pixels = read_still(self._root / path)
        except NasError:
            return None
        wide = round(self._wide * max(self.devicePixelRatioF(), 1.0))
        return image_of(pixels).scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)

    @property
    def _in_view(self) -> tuple[str, ...]:
        return self._paths[self._first : self._first + self._per_page]

    @property
    def _columns(self) -> int:
        least = _LEAST_COMPACT if self._look.compact else _LEAST_WIDE
        return max((self.width() + _GAP) // (least + _GAP), 1)

    @property
    def _wide(self) -> float:
        return (self.width() - (self._columns - 1) * _GAP) / self._columns

    @property
    def _per_page(self) -> int:
        rows = max(int((self.height() + _GAP) // (self._wide * _RATIO + _GAP)), 1)
        return rows * self._columns

    def _box(self, place: int) -> QRectF:
        row, column = divmod(place, self._columns)
        high = self._wide * _RATIO
        return QRectF(column * (self._wide + _GAP), row * (high + _GAP), self._wide, high)


def image_of(pixels: Pixels) -> QImage:
    """Return pixels, uint8 (H, W) or (H, W, 3) RGB, as a picture of its own memory."""
    high, wide = pixels.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(pixels.tobytes(), wide, high, wide * (1 if pixels.ndim == 2 else 3), kind).copy()
