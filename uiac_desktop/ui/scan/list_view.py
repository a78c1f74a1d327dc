"""The one list of planes: sign, code, bar, percentage and best frame a line, in protocol order; no line ever moves."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from nas.planes import NONE
from uiac_desktop.ui.exam.view import ExamView, Mark
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import BOLD, MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.sizes import Sizes, sizes_for
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.pictures.thumbs import Thumbs, draw_missing, draw_sign
from uiac_desktop.ui.scan.rows import PlaneRow, rows_of

_TITLE = 28
_SUBTITLE = 24
_LEAST_ROW = 24
_WITH_THUMB = 34
_WITH_NAME = 50
_THUMB_WIDE = 60
_THUMB_LEAST = 54
_SIGN = 16
_CODE_EM = 4.2


@dataclass(frozen=True, slots=True)
class _Line:
    """A row's or a title's place from the top."""

    top: int
    height: int
    row: PlaneRow | None
    title: str = ""


class ListView(QWidget):
    """Draws the rows; its height follows their number, so that a scroll area can hold it.

    ``pressed`` carries the plane of a protocol line that was clicked.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planes")
        self._rows: tuple[PlaneRow, ...] = rows_of((), None)
        self._sizes = sizes_for(1920, 1080)
        self._room = 1000
        self._lines: tuple[_Line, ...] = ()
        self._title = ("", "")
        self._marks: Mapping[str, Mark] = {}
        self._chosen = ""
        self._thumbs = Thumbs()
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
        moved = [(row.plane, row.group) for row in rows] != [(row.plane, row.group) for row in self._rows]
        self._rows = rows
        if moved:
            self._place()
        before = self._lines
        self._lines = tuple(_Line(line.top, line.height, self._row_at(line), line.title) for line in before)
        self._name_current()
        for former, line in zip(before, self._lines, strict=True):
            if moved or line != former:
                self.update(0, line.top, self.width(), line.height)

    def show_exam(self, view: ExamView) -> None:
        """Show how far each plane of the protocol is, and which line is chosen."""
        title = (f"Protocol: {view.protocol}", view.count)
        if (title, view.marks, view.chosen) == (self._title, self._marks, self._chosen):
            return
        self._title, self._marks, self._chosen = title, view.marks, view.chosen
        self._thumbs.keep_only(mark.thumb for mark in view.marks.values())
        self._name_current()
        self.update()

    def line_box(self, plane: str) -> QRectF:
        """Return the place of a plane's line; empty where it has none."""
        found = next((line for line in self._lines if line.row is not None and line.row.plane == plane), None)
        return QRectF(0, found.top, self.width(), found.height) if found is not None else QRectF()

    def _row_at(self, line: _Line) -> PlaneRow | None:
        if line.row is None:
            return None
        return next((row for row in self._rows if row.plane == line.row.plane), None)

    def _name_current(self) -> None:
        current = next((row for row in self._rows if row.current), None)
        said = f"Planes: {current.plane}, {current.name.lower()}" if current else "Planes: no answer yet"
        if self.accessibleName() != said:
            self.setAccessibleName(said)
        lines = (self._spoken(row) for row in self._rows if row.plane in self._marks)
        self.setAccessibleDescription(". ".join(lines))

    def _spoken(self, row: PlaneRow) -> str:
        chosen = ", chosen" if row.plane == self._chosen else ""
        return f"{row.plane}, {row.name.lower()}, {self._marks[row.plane].state}{chosen}"

    def _place(self) -> None:
        sizes, lines, top = self._sizes, [], 0
        first = [row for row in self._rows if row.group == "protocol"]
        also = [] if sizes.folds_also else [row for row in self._rows if row.group == "also"]
        lines.append(_Line(top, _TITLE, None, "protocol"))
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
        """Show a plane's full name and state where the pointer rests."""
        if isinstance(event, QHelpEvent):
            row = self._row_under(event.pos().y())
            if row is not None:
                mark = self._marks.get(row.plane)
                state = f", {mark.state}" if mark is not None else ""
                QToolTip.showText(event.globalPos(), f"{row.plane}: {row.name}{state}", self)
                return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the line under the pointer."""
        row = self._row_under(event.position().y())
        if row is not None and row.plane in self._marks and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(row.plane)

    def _row_under(self, y: float) -> PlaneRow | None:
        line = next((line for line in self._lines if line.top <= y < line.top + line.height), None)
        return line.row if line is not None else None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines that were asked for."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        for line in self._lines:
            if not event.region().intersects(QRect(0, line.top, self.width(), line.height)):
                continue
            if line.row is None:
                self._draw_title(painter, line)
            else:
                self._draw_row(painter, line, line.row)

    def _draw_title(self, painter: QPainter, line: _Line) -> None:
        box = QRectF(self._sizes.pad, line.top, self.width() - 2 * self._sizes.pad, line.height)
        if line.title != "protocol":
            ink.draw_text(painter, box, line.title, font(12, MEDIUM), theme().colour("text2"))
            return
        listed = any(row.plane in self._marks for row in self._rows)
        title, count = self._title if listed else ("Planes of this model", "")
        counted = ink.text_width(count, font(13, SEMIBOLD)) + 12
        name_box = box.adjusted(0, 0, -counted, 0)
        ink.draw_text(painter, name_box, title, font(13, MEDIUM), theme().colour("text2"))
        ink.draw_text(painter, box, count, font(13, SEMIBOLD), theme().colour("text"), ink.RIGHT)

    def _draw_row(self, painter: QPainter, line: _Line, row: PlaneRow) -> None:
        pad = self._sizes.pad
        box = QRectF(0, line.top, self.width(), line.height)
        listed = row.group == "protocol"
        named = listed and line.height >= _WITH_NAME
        middle = box.center().y() - (8 if named else 0)
        if row.current:
            painter.fillRect(box, theme().colour("bg3"))
            ink.fill_plane(painter, QRectF(0, line.top, 5, line.height), row.plane)
        mark = self._marks.get(row.plane) if listed else None
        right = float(self.width() - pad) if mark is None else self._draw_mark(painter, box, mark)
        if mark is None:
            ink.fill_plane(painter, QRectF(pad + 3, middle - 5, 10, 10), row.plane)
        code_x = pad + _SIGN + 8.0
        bar_x = code_x + 16 * _CODE_EM
        large = line.height >= _WITH_THUMB
        self._draw_code(painter, QRectF(code_x, middle - 12, bar_x - code_x - 4, 24), row, large=large)
        self._draw_percent(painter, QRectF(right - 46, middle - 12, 46, 24), row, large=large)
        self._draw_bar(painter, QRectF(bar_x, middle - self._sizes.bar / 2, right - 54 - bar_x, self._sizes.bar), row)
        if named:
            name_box = QRectF(code_x, middle + 11, right - code_x, 16)
            ink.draw_text(painter, name_box, row.name, font(12, REGULAR), theme().colour("text2"))
        if listed:
            self._draw_edges(painter, box, chosen=row.plane == self._chosen)

    def _draw_code(self, painter: QPainter, box: QRectF, row: PlaneRow, *, large: bool) -> None:
        listed = row.group == "protocol"
        pixels = 13 if not listed else (16 if large else 14)
        weight = BOLD if row.current else (SEMIBOLD if listed else MEDIUM)
        ink.draw_text(painter, box, row.plane, font(pixels, weight), _tone(row))

    def _draw_percent(self, painter: QPainter, box: QRectF, row: PlaneRow, *, large: bool) -> None:
        type_ = font(14 if large and row.group == "protocol" else 12, SEMIBOLD if row.current else MEDIUM)
        ink.draw_text(painter, box, row.percent, type_, _tone(row), ink.RIGHT)

    def _draw_edges(self, painter: QPainter, box: QRectF, *, chosen: bool) -> None:
        """Draw the rule under a line of the protocol, and the ring of the chosen one."""
        look, pad, bottom = theme(), self._sizes.pad, round(box.bottom()) - 1
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(pad, bottom, self.width() - pad, bottom)
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), 5, 5)

    def _draw_mark(self, painter: QPainter, box: QRectF, mark: Mark) -> float:
        """Draw sign and best frame of a line, and return where the room for the bar ends."""
        pad = self._sizes.pad
        draw_sign(painter, QRectF(pad, box.center().y() - _SIGN / 2, _SIGN, _SIGN), mark.state)
        if box.height() < _WITH_THUMB:
            return self.width() - pad
        high = box.height() - 6
        wide = max(_THUMB_LEAST, min(_THUMB_WIDE if high < 52 else 86, round(high * 4 / 3)))
        thumb = QRectF(self.width() - pad - wide, box.y() + 3, wide, high)
        if mark.thumb is not None and mark.state == "met":
            self._thumbs.draw(painter, thumb, mark.thumb, theme().colour("ok"))
        else:
            draw_missing(painter, thumb, "missing" if mark.state == "missing" else "rejected")
        return thumb.x() - 10

    def _draw_bar(self, painter: QPainter, box: QRectF, row: PlaneRow) -> None:
        if row.plane == NONE and row.share is None:
            return
        painter.fillRect(box, theme().colour("bg3" if not row.current else "bg1"))
        if row.share:
            filled = QRectF(box.x(), box.y(), max(2.0, box.width() * row.share), box.height())
            if row.share >= 0.005:
                ink.fill_plane(painter, filled, row.plane)


def _tone(row: PlaneRow) -> QColor:
    return theme().colour("text" if row.current or row.group == "protocol" else "text2")
