"""The sheet on screen: each frame as the store has it beside what would leave, large enough to find writing in it."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget
from typing_extensions import override

from uiac_desktop.frame import Pixels
from uiac_desktop.session.export.records import SheetRow
from uiac_desktop.ui.pictures.picture import draw_picture, qt_image

_GAP: Final = 12
_WIDEST: Final = 560
_LEAST: Final = 120


class ExportSheetView(QScrollArea):
    """Rows of before and after: two pictures as wide as there is room, and under each all that is told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("export_sheet")
        self.setAccessibleName("Frames before and after")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._pictures: list[_Picture] = []
        self.show_rows(())

    def show_rows(self, rows: tuple[SheetRow, ...]) -> None:
        """Show these frames from the top."""
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, _GAP, 0)
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(4)
        self._pictures = []
        for column, word in enumerate(("As it is in the store", "As it leaves") if rows else ()):
            grid.addWidget(_text(word, "heading"), 0, column)
        for place, row in enumerate(rows):
            for column, pixels, told in ((0, row.before, row.told_before), (1, row.after, row.told_after)):
                picture = _Picture(pixels)
                self._pictures.append(picture)
                grid.addWidget(picture, 2 * place + 1, column, Qt.AlignmentFlag.AlignTop)
                words = _text(", ".join(told), "hint")
                words.setContentsMargins(0, 0, 0, _GAP)
                grid.addWidget(words, 2 * place + 2, column, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(2 * len(rows) + 1, 1)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self.setWidget(inner)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the pictures the room that there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = (self.viewport().width() - 2 * _GAP) // 2
        for picture in self._pictures:
            picture.fit(max(min(wide, _WIDEST), _LEAST))


class _Picture(QWidget):
    """A picture in its own proportions."""

    def __init__(self, pixels: Pixels) -> None:
        super().__init__()
        self._pixels = pixels

    def fit(self, wide: int) -> None:
        """Take so many pixels of width."""
        high, across = self._pixels.shape[:2]
        self.setFixedSize(QSize(wide, max(round(wide * high / across), 1)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, made for that alone, since most of them are out of view."""
        draw_picture(QPainter(self), qt_image(self._pixels), QRectF(self.rect()))


def _text(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
