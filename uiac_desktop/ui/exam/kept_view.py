"""What was kept in this exam, the newest first: plane, clock time, certainty, and whether by itself or by hand."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.exam.view import KeptLine
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.theme import ON_BLACK

_HEAD = 28
_LINE = 27
_TAG = 50


class KeptView(QWidget):
    """Draws as many lines as there is room for; the count of all stands in the title."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kept")
        self._lines: tuple[KeptLine, ...] = ()
        self._title = ""
        self.show_lines((), 0)

    def show_lines(self, lines: tuple[KeptLine, ...], count: int) -> None:
        """Show the newest lines of an exam, and how many frames it has in all."""
        title = f"Kept in this exam: {count}" if lines else "Nothing kept yet"
        if (lines, title) == (self._lines, self._title):
            return
        self._lines, self._title = lines, title
        said = ". ".join(f"{line.plane} {line.at} {line.percent} {line.by}" for line in lines[:12])
        self.setAccessibleName(title)
        self.setAccessibleDescription(said)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title and lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        bright, quiet = ON_BLACK.colour("text"), ON_BLACK.colour("text2")
        wide = float(self.width())
        if not self._lines:
            return
        ink.draw_text(painter, QRectF(0, 0, wide, _HEAD - 4), self._title, font(12, SEMIBOLD), quiet)
        for place, line in enumerate(self._lines[: max(0, int((self.height() - _HEAD) // _LINE))]):
            top = _HEAD + place * _LINE
            tag = QRectF(0, top + 2, _TAG, 20)
            ink.fill_plane(painter, tag, line.plane)
            ink.draw_tag(painter, tag, line.plane, line.plane)
            ink.draw_text(painter, QRectF(_TAG + 10, top, 60, 24), line.at, font(12, MEDIUM), quiet)
            if wide >= 170:
                ink.draw_text(painter, QRectF(_TAG + 76, top, 40, 24), line.percent, font(12, SEMIBOLD), bright)
            if wide >= 210:
                ink.draw_text(painter, QRectF(wide - 40, top, 40, 24), line.by, font(12, MEDIUM), quiet, ink.RIGHT)
