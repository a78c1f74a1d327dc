"""Frames of each class as bars in the colour of their plane; the class that is chosen is shown on the contact sheet."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from typing_extensions import override

from nas.counts import counted
from nas.wizard.bar_rows import LEFT, RIGHT, BarRows
from nas.wizard.look.record import Look

_LEAST: Final = 22
_MOST: Final = 62
_CODE_WIDE: Final = 76.0
_CODE_SHARE: Final = 0.4  # of the width, at most, where a department's names are long
_SUBJECTS_WIDE: Final = 56
_FIGURE: Final = 70.0  # room for the count beside the longest bar
_SIGN: Final = 24.0  # of a warning, before its word


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class: its name, frames, subjects (0 where unknown) and what is to be known of it, such as ``tiny``."""

    name: str
    frames: int
    subjects: int
    warning: str = ""


class ClassBars(BarRows):
    """A row a class; ``chosen`` carries the name of the one that is chosen by mouse or by Up and Down."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "class_bars", _LEAST, _MOST)
        self._rows: tuple[ClassRow, ...] = ()
        self._now = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._name()

    def show_rows(self, rows: tuple[ClassRow, ...], now: str) -> None:
        """Show the classes; ``now`` is the chosen one."""
        if (rows, now) == (self._rows, self._now):
            return
        self._rows, self._now = rows, now
        self.make_room(len(rows))
        self._name()

    @override
    def sizeHint(self) -> QSize:
        """Return a size at which the rows are easy to read."""
        return QSize(420, _MOST * max(len(self._rows), 1))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a row a class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, row in enumerate(self._rows):
            self._draw_row(painter, self.box(place), row)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.look.colour("focus")), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _draw_row(self, painter: QPainter, box: QRectF, row: ClassRow) -> None:
        colour = self.look.colour
        if row.name == self._now:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour("accentbg")))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)
        high = min(14.0, box.height() - 8)
        wide = self._names_wide
        track = QRectF(box.x() + wide, box.center().y() - high / 2, box.width() - wide - _SUBJECTS_WIDE - 12, high)
        painter.setFont(self.look.font(13, 600))
        painter.setPen(QColor(colour("text")))
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, round(wide) - 14)
        painter.drawText(QRectF(box.x() + 8, box.y(), wide - 10, box.height()), LEFT, name)
        painter.fillRect(track, QColor(colour("bg3")))
        bar = QRectF(track)
        bar.setWidth(max(2.0, self._a_frame(track.width()) * row.frames))
        self.look.fill_plane(painter, bar, row.name)
        painter.setPen(QColor(colour("text")))
        said = f"{row.frames:,}"
        beside = QRectF(bar.right() + 8, box.y(), track.right() - bar.right() - 8, box.height())
        painter.drawText(beside, LEFT, said)
        if row.warning:
            self._draw_warning(painter, beside, QFontMetricsF(painter.font()).horizontalAdvance(said), row.warning)
        painter.setFont(self.look.font(13, 500))
        painter.setPen(QColor(colour("warn" if row.warning else "text2")))
        subjects = f"{row.subjects:,}" if row.subjects else "–"
        painter.drawText(
            QRectF(box.right() - _SUBJECTS_WIDE, box.y(), _SUBJECTS_WIDE - 8, box.height()), RIGHT, subjects
        )

    def _draw_warning(self, painter: QPainter, beside: QRectF, taken: float, warning: str) -> None:
        painter.setFont(self.look.font(12, 600))
        needed = QFontMetricsF(painter.font()).horizontalAdvance(warning) + _SIGN
        left = beside.x() + taken + 14
        painter.drawPixmap(round(left), round(beside.center().y() - 8), self.look.icon("warn", "warn").pixmap(16, 16))
        if beside.right() - left >= needed:
            painter.setPen(QColor(self.look.colour("warn")))
            painter.drawText(QRectF(left + 22, beside.y(), needed, beside.height()), LEFT, warning)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the class under the mouse."""
        for place, row in enumerate(self._rows):
            if self.box(place).contains(event.position()):
                self.chosen.emit(row.name)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the class above or below."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if by is None or not self._rows:
            super().keyPressEvent(event)
            return
        names = [row.name for row in self._rows]
        place = names.index(self._now) if self._now in names else 0
        self.chosen.emit(names[min(max(place + by, 0), len(names) - 1)])

    def _a_frame(self, wide: float) -> float:
        """Return the length of a frame at which every bar leaves room for its count, and for its warning."""
        told = QFontMetricsF(self.look.font(12, 600)).horizontalAdvance
        rooms = [(wide - _FIGURE - (told(row.warning) + _SIGN if row.warning else 0), row.frames) for row in self._rows]
        return min(room / max(frames, 1) for room, frames in rooms)

    @property
    def _names_wide(self) -> float:
        """Room for the names: as much as the longest needs, within a share of the width."""
        type_ = QFontMetricsF(self.look.font(13, 600))
        longest = max((type_.horizontalAdvance(row.name) for row in self._rows), default=0.0)
        return max(_CODE_WIDE, min(longest + 18, _CODE_SHARE * self.width()))

    def _name(self) -> None:
        self.setAccessibleName("Frames of each class")
        self.setAccessibleDescription("; ".join(map(_said, self._rows)))


def _said(row: ClassRow) -> str:
    women = counted(row.subjects, "subject") if row.subjects else "subjects not known"
    return f"{row.name}: {counted(row.frames, 'frame')}, {women}{f', {row.warning}' if row.warning else ''}"
