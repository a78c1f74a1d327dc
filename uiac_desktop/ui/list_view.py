"""The one list of planes: colour, code, bar and percentage a line, in protocol order; no line ever moves."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from nas.planes import NONE
from uiac_desktop.ui import ink
from uiac_desktop.ui.fonts import BOLD, MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.rows import PlaneRow, rows_of
from uiac_desktop.ui.sizes import Sizes, sizes_for
from uiac_desktop.ui.theme import theme

_TITLE = 28
_SUBTITLE = 24
_LEAST_ROW = 24


@dataclass(frozen=True, slots=True)
class _Line:
    """A row's or a title's place from the top."""

    top: int
    height: int
    row: PlaneRow | None
    title: str = ""


class ListView(QWidget):
    """Draws the rows; its height follows their number, so that a scroll area can hold it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planes")
        self._rows: tuple[PlaneRow, ...] = rows_of((), None)
        self._sizes = sizes_for(1920, 1080)
        self._room = 1000
        self._lines: tuple[_Line, ...] = ()
        self._place()

    def set_sizes(self, sizes: Sizes, room: int) -> None:
        """Take the sizes of the window's class, and the height there is for all lines."""
        if (sizes, room) != (self._sizes, self._room):
            self._sizes, self._room = sizes, room
            self._place()

    def show_rows(self, rows: tuple[PlaneRow, ...]) -> None:
        """Show what each plane has; the same planes keep their places."""
        if rows == self._rows:
            return
        moved = [row.plane for row in rows] != [row.plane for row in self._rows]
        self._rows = rows
        if moved:
            self._place()
        self._lines = tuple(_Line(line.top, line.height, self._row_at(line), line.title) for line in self._lines)
        self._name_current()
        self.update()

    def _row_at(self, line: _Line) -> PlaneRow | None:
        if line.row is None:
            return None
        return next((row for row in self._rows if row.plane == line.row.plane), None)

    def _name_current(self) -> None:
        current = next((row for row in self._rows if row.current), None)
        said = f"{current.plane}, {current.name.lower()}" if current else "no answer yet"
        if self.accessibleName() != f"Planes: {said}":
            self.setAccessibleName(f"Planes: {said}")

    def _place(self) -> None:
        sizes, lines, top = self._sizes, [], 0
        first = [row for row in self._rows if row.group == "screening"]
        also = [] if sizes.folds_also else [row for row in self._rows if row.group == "also"]
        lines.append(
            _Line(
                top,
                _TITLE,
                None,
                "Screening planes" if any(row.group == "also" for row in self._rows) else "Planes of this model",
            )
        )
        top += _TITLE
        small = (len(also) + 1) * sizes.row_small + (_SUBTITLE if also else 0)
        fitting = (self._room - _TITLE - small - 2) // max(len(first), 1)
        high = max(min(sizes.row, fitting), min(sizes.row, _LEAST_ROW))
        for row in first:
            lines.append(_Line(top, high, row))
            top += high
        if also:
            lines.append(_Line(top, _SUBTITLE, None, "also recognised"))
            top += _SUBTITLE
        for row in (*also, *(row for row in self._rows if row.group == "none")):
            lines.append(_Line(top, sizes.row_small, row))
            top += sizes.row_small
        self._lines = tuple(lines)
        self.setMinimumHeight(top + 2)
        self.updateGeometry()
        self._name_current()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return the height of all lines."""
        return QSize(self._sizes.panel, self.minimumHeight())

    @override
    def event(self, event: QEvent) -> bool:
        """Show a plane's full name where the pointer rests."""
        if isinstance(event, QHelpEvent):
            line = next((line for line in self._lines if line.top <= event.pos().y() < line.top + line.height), None)
            if line is not None and line.row is not None:
                QToolTip.showText(event.globalPos(), f"{line.row.plane}: {line.row.name}", self)
                return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        for line in self._lines:
            if line.row is None:
                self._draw_title(painter, line)
            else:
                self._draw_row(painter, line, line.row)

    def _draw_title(self, painter: QPainter, line: _Line) -> None:
        box = QRectF(self._sizes.pad, line.top, self.width() - 2 * self._sizes.pad, line.height)
        first = line.top == 0
        ink.draw_text(painter, box, line.title, font(13 if first else 12, MEDIUM), theme().colour("text2"))

    def _draw_row(self, painter: QPainter, line: _Line, row: PlaneRow) -> None:
        look, sizes = theme(), self._sizes
        tall = line.height >= 40
        box = QRectF(0, line.top, self.width(), line.height)
        if row.current:
            painter.fillRect(box, look.colour("bg3"))
            ink.fill_plane(painter, QRectF(0, line.top, 5, line.height), row.plane)
        middle = box.center().y() - (8 if tall else 0)
        swatch = 14.0 if tall else 10.0
        ink.fill_plane(painter, QRectF(sizes.pad, middle - swatch / 2, swatch, swatch), row.plane)
        code_px = 16 if tall else 13
        code_x = sizes.pad + swatch + 10 + (0 if tall else 4)
        bar_x = sizes.pad + 24 + 16 * 4.2
        weight = BOLD if row.current else (SEMIBOLD if row.group == "screening" else MEDIUM)
        token = "text" if row.current or row.group == "screening" else "text2"
        code_box = QRectF(code_x, middle - 12, bar_x - code_x - 4, 24)
        ink.draw_text(painter, code_box, row.plane, font(code_px, weight), look.colour(token))
        figure_width = 46.0
        bar_right = self.width() - sizes.pad - figure_width - 8
        self._draw_bar(painter, QRectF(bar_x, middle - sizes.bar / 2, bar_right - bar_x, sizes.bar), row)
        figure_box = QRectF(self.width() - sizes.pad - figure_width, middle - 12, figure_width, 24)
        figure_type = font(14 if tall else 12, SEMIBOLD if row.current else MEDIUM)
        ink.draw_text(painter, figure_box, row.percent, figure_type, look.colour(token), ink.RIGHT)
        if tall:
            name_box = QRectF(code_x, middle + 11, self.width() - code_x - sizes.pad, 16)
            ink.draw_text(painter, name_box, row.name, font(12, REGULAR), look.colour("text2"))
            painter.setPen(QPen(look.colour("border"), 1))
            painter.drawLine(
                sizes.pad, line.top + line.height - 1, self.width() - sizes.pad, line.top + line.height - 1
            )

    def _draw_bar(self, painter: QPainter, box: QRectF, row: PlaneRow) -> None:
        if row.plane == NONE and row.share is None:
            return
        painter.fillRect(box, theme().colour("bg3" if not row.current else "bg1"))
        if row.share:
            filled = QRectF(box.x(), box.y(), max(2.0, box.width() * row.share), box.height())
            if row.share >= 0.005:
                ink.fill_plane(painter, filled, row.plane)
