"""The last line of the window: real figures of the source at the left, the research-use line at the right, always."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.scan.state import Figure, Tone

RESEARCH_USE: Final = "Research use only. Not for diagnosis."
_TONES: dict[Tone, str] = {"plain": "text", "ok": "ok", "warn": "warn", "error": "error", "quiet": "text2"}


def tone_colour(tone: Tone) -> QColor:
    """Return the colour of a tone; the word beside it says the same."""
    return theme().colour(_TONES[tone])


class SourceLine(QWidget):
    """Draws the figures; what does not fit is left out whole from the right, and the research-use line stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("source_line")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._figures: tuple[Figure, ...] = ()
        self.setAccessibleName(RESEARCH_USE)

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        """Show figures from left to right."""
        if figures == self._figures:
            return
        self._figures = figures
        said = ", ".join(f"{figure.label} {figure.value}" for figure in figures)
        self.setAccessibleDescription(said)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        look = theme()
        painter.fillRect(self.rect(), look.colour("bg2"))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(0, 0, self.width(), 0)
        high = self.height()
        notice = font(12, SEMIBOLD)
        notice_width = ink.text_width(RESEARCH_USE, notice) + 2
        notice_box = QRectF(self.width() - notice_width - 12, 0, notice_width, high)
        ink.draw_text(painter, notice_box, RESEARCH_USE, notice, look.colour("text"), ink.RIGHT)
        x, end = 12.0, notice_box.left() - 24
        label_type, value_type = font(12, REGULAR), font(12, MEDIUM)
        for figure in self._figures:
            label_width = ink.text_width(figure.label, label_type) + 6
            value_width = ink.text_width(figure.value, value_type) + 1
            if x + label_width + value_width > end:
                break
            ink.draw_text(painter, QRectF(x, 0, label_width, high), figure.label, label_type, look.colour("text2"))
            box = QRectF(x + label_width, 0, value_width, high)
            ink.draw_text(painter, box, figure.value, value_type, tone_colour(figure.tone))
            x += label_width + value_width + 16
