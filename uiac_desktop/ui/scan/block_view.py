"""The plane block: code and name large enough to be read from the probe, certainty as bars, word and percentage."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import NONE
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import BOLD, MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.sizes import Sizes, sizes_for
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.scan.block import NO_SOURCE, PlaneBlock

_ANNOUNCED_AFTER_MS = 500


class BlockView(QWidget):
    """Draws a `PlaneBlock`; a plane that has held for half a second is announced to screen readers.

    Parameters
    ----------
    announces
        Whether it is the one that announces; a second view of the same plane stays silent.
    """

    def __init__(self, parent: QWidget | None = None, *, announces: bool = True) -> None:
        super().__init__(parent)
        self._announces = announces
        self.setObjectName("plane")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._block = NO_SOURCE
        self._sizes = sizes_for(1920, 1080)
        self.setAccessibleName(self._block.spoken)
        self._announce = QTimer(self, singleShot=True, interval=_ANNOUNCED_AFTER_MS)
        self._announce.timeout.connect(self._say)

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._sizes = sizes
        self.update()

    def show_block(self, block: PlaneBlock) -> None:
        """Show a block; equal blocks cost nothing."""
        if block == self._block:
            return
        said_anew = (block.headline, block.frozen) != (self._block.headline, self._block.frozen)
        self._block = block
        self.setAccessibleName(block.spoken)
        if said_anew and self._announces:
            self._announce.start()
        self.update()

    def _say(self) -> None:
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self, self._block.spoken)
            QAccessible.updateAccessibility(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the block."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, sizes, block = theme(), self._sizes, self._block
        painter.fillRect(self.rect(), look.colour("bg1"))
        self._draw_colour_bar(painter)
        left, width = sizes.plane_bar + sizes.pad, self.width() - sizes.plane_bar - 2 * sizes.pad
        known = block.plane is not None
        head_px = sizes.code_px if known else sizes.word_px
        top = 1.0
        head_high = sizes.code_px * 1.16
        head = font(head_px, BOLD if known else SEMIBOLD)
        colour = look.colour("text" if known else "search")
        ink.draw_text(painter, QRectF(left - head_px * 0.04, top, width + 8, head_high), block.headline, head, colour)
        top += head_high
        line_high = sizes.name_px * 1.16
        name = font(sizes.name_px, MEDIUM)
        lines = ink.two_lines(block.name, name, width)
        for number, line in enumerate(lines):
            box = QRectF(left, top + number * line_high, width, line_high)
            ink.draw_text(painter, box, line, name, colour)
        if block.frozen:
            self._draw_frozen_chip(painter, top + line_high, line_high)
        self._draw_certainty(painter, QRectF(left, top + 2 * line_high, width, self.height() - top - 2 * line_high - 6))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def _draw_colour_bar(self, painter: QPainter) -> None:
        bar = QRectF(0, 0, self._sizes.plane_bar, self.height())
        if self._block.word == "Waiting":
            painter.fillRect(bar, theme().colour("bg3"))
        else:
            ink.fill_plane(painter, bar, self._block.plane or NONE)

    def _draw_certainty(self, painter: QPainter, box: QRectF) -> None:
        block, px = self._block, self._sizes.certainty_px
        type_ = font(px, SEMIBOLD if block.plane else MEDIUM)
        colour = ink.level_colour(block.level)
        bars = QRectF(box.x(), box.center().y() - px * 0.45, px * 1.55, px * 0.9)
        ink.draw_bars(painter, bars, block.level)
        figure_width = ink.text_width(block.figure, type_)
        left = bars.right() + px * 0.36
        word = QRectF(left, box.y(), box.right() - left - figure_width - px * 0.24, box.height())
        ink.draw_text(painter, word, block.word, type_, colour)
        figure_colour = theme().colour("text" if block.plane else "search")
        ink.draw_text(painter, box, block.figure, type_, figure_colour, ink.RIGHT)

    def _draw_frozen_chip(self, painter: QPainter, top: float, high: float) -> None:
        look = theme()
        px = max(14, round(0.42 * self._sizes.certainty_px))
        unit = px / 14
        type_ = font(px, SEMIBOLD)
        width = ink.text_width("Frozen", type_) + 44 * unit
        box = QRectF(self.width() - self._sizes.pad - width + 4, top + (high - 30 * unit) / 2, width, 30 * unit)
        painter.setPen(QPen(look.colour("info"), 1.5))
        painter.setBrush(look.colour("infobg"))
        painter.drawRoundedRect(box, 5, 5)
        draw_icon(painter, "freeze", box.x() + 8 * unit, box.y() + 6 * unit, round(18 * unit), look.colour("info"))
        ink.draw_text(painter, box.adjusted(32 * unit, 0, -6, 0), "Frozen", type_, look.colour("text"))
