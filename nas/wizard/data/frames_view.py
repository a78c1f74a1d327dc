"""Frames of one kind side by side, such as those of a cell of the matrix, each with what was said of it below it."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.wizard.data.pictures import Pictures
from nas.wizard.look.own_keys import ARROWS, PAGES, keeps
from nas.wizard.look.record import Look
from nas.wizard.result.gallery_view import percent
from nas.wizard.result.record import Prediction

_WIDE: Final = 132.0
_FOOT: Final = 18.0
_GAP: Final = 8.0
_EDGE: Final = 6.0
_RATIO: Final = 0.75
_FEW: Final = 4
_TURNS: Final = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class FramesView(QWidget):
    """A page of frames; the wheel, Page Up and Page Down turn the pages."""

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look = look
        self._pictures = pictures
        self._frames: tuple[Prediction, ...] = ()
        self._first = 0
        self.setObjectName("cell_frames")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(240, 120))
        pictures.came.connect(lambda _: self.update())

    @property
    def frames(self) -> tuple[Prediction, ...]:
        """The frames, of which a page is in view."""
        return self._frames

    def show_frames(self, frames: tuple[Prediction, ...], words: str) -> None:
        """Show frames from the first on; ``words`` say what they are."""
        self._frames, self._first = frames, 0
        self.setAccessibleName(words)
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.update()

    def turn_page(self, by: int) -> None:
        """Show the page before or after."""
        first = self._first + by * self._per_page
        if 0 <= first < len(self._frames):
            self._first = first
            self.update()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the pages."""
        if event.angleDelta().y():
            self.turn_page(-1 if event.angleDelta().y() > 0 else 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the pages."""
        by = _TURNS.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.turn_page(by)

    @override
    def event(self, event: QEvent) -> bool:
        """Keep the keys that go about in it."""
        return keeps(event, (*ARROWS, *PAGES)) or super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frames on black, and below each its truth, the answer and how certain that was."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place, frame in enumerate(self._frames[self._first : self._first + self._per_page]):
            self._draw(painter, self._box(place), frame)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._look.colour("focus")), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def _draw(self, painter: QPainter, box: QRectF, frame: Prediction) -> None:
        colour = self._look.colour
        place = box.adjusted(0, 0, 0, -_FOOT)
        painter.fillRect(place, QColor(colour("bg0")))
        picture = self._pictures.picture(frame.file)
        painter.setFont(self._look.font(11, 500))
        if picture is not None:
            scaled = picture.size().scaled(place.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            inner = QRectF(0, 0, scaled.width(), scaled.height())
            inner.moveCenter(place.center())
            painter.drawImage(inner, picture)
        elif self._pictures.missing(frame.file):
            painter.setPen(QColor(colour("text3")))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "the frame is not there")
        said = f"{frame.label} → {frame.answer}" if frame.label != frame.answer else frame.label
        foot = QRectF(box.x(), place.bottom(), box.width(), _FOOT)
        painter.setPen(QColor(colour("text")))
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
        painter.setPen(QColor(colour("text2")))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(foot, right, percent(frame.certainty))

    @property
    def _columns(self) -> int:
        fit = max(int((self.width() - 2 * _EDGE + _GAP) // (_WIDE + _GAP)), 1)
        return min(fit, max(len(self._frames), 1)) if len(self._frames) <= _FEW else fit

    @property
    def _size(self) -> tuple[float, float]:
        wide = (self.width() - 2 * _EDGE - (self._columns - 1) * _GAP) / self._columns
        return wide, min(wide * _RATIO + _FOOT, self.height() - 2 * _EDGE)

    @property
    def _per_page(self) -> int:
        return max(int((self.height() - 2 * _EDGE + _GAP) // (self._size[1] + _GAP)), 1) * self._columns

    def _box(self, place: int) -> QRectF:
        wide, high = self._size
        row, column = divmod(place, self._columns)
        return QRectF(_EDGE + column * (wide + _GAP), _EDGE + row * (high + _GAP), wide, high)
