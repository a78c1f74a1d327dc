"""The list of exams: a line an exam, planes as ticks and dashes, how far each is in sign, word and colour."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.exam.report import moment
from uiac_desktop.session.exams.desk_records import ListedExam
from uiac_desktop.ui.exams.state import Column, ExamsState, exported_words, state_words
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import theme

_HEAD: Final = 32
_PAD: Final = 12
_BOX: Final = 16
_PITCH: Final = 19
_TITLES: Final[dict[Column, str]] = {
    "date": "Date", "subject": "Subject", "protocol": "Protocol", "planes": "Planes kept",
    "frames": "Frames", "clips": "Clips", "checked": "Labels checked", "exported": "Exported",
    "state": "State",
}  # fmt: skip
_WIDTHS: Final[dict[Column, int]] = {
    "date": 130, "subject": 92, "protocol": 96, "planes": 11 * _PITCH + 14, "frames": 66, "clips": 56, "checked": 116,
    "exported": 70,
}  # fmt: skip
_EXPORTED: Final = {
    "not exported": ("no", "text2"), "exported": ("yes", "text2"), "exported, changed since": ("changed", "warn"),
}  # fmt: skip
_STATE_LEAST: Final = 150
_GIVE_WAY: Final[tuple[Column, ...]] = ("checked", "clips", "protocol", "planes", "frames")


def columns_for(width: int) -> dict[Column, tuple[int, int]]:
    """Return left edge and width of each column that has room, the state's taking what is left."""
    shown = list(_WIDTHS)
    for name in _GIVE_WAY:
        if sum(_WIDTHS[one] for one in shown) + _STATE_LEAST + 2 * _PAD <= width:
            break
        shown.remove(name)
    places: dict[Column, tuple[int, int]] = {}
    left = _PAD
    spare = max(0, width - 2 * _PAD - _STATE_LEAST - sum(_WIDTHS[one] for one in shown)) // (len(shown) + 3)
    for name in shown:
        places[name] = (left, _WIDTHS[name] + spare)
        left += _WIDTHS[name] + spare
    places["state"] = (left, width - _PAD - left)
    return places


class _Head(QWidget):
    """Names of the columns; a click orders by one.

    ``pressed`` carries the column.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exams_head")
        self.setAccessibleName("Columns of the list of exams")
        self.setFixedHeight(_HEAD)
        self._state = ExamsState()

    def show_state(self, state: ExamsState) -> None:
        self._state = state
        order = "falling" if state.falling else "rising"
        self.setAccessibleDescription(f"Ordered by {_TITLES[state.sort].lower()}, {order}")
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        for name, (left, wide) in columns_for(self.width()).items():
            if left <= x < left + wide:
                self.pressed.emit(name)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme()
        painter.fillRect(self.rect(), look.colour("bg2"))
        for name, (left, wide) in columns_for(self.width()).items():
            title = _TITLES[name]
            ink.draw_text(painter, QRectF(left, 0, wide - 4, _HEAD), title, font(12, SEMIBOLD), look.colour("text2"))
            if name == self._state.sort:
                x = left + ink.text_width(title, font(12, SEMIBOLD)) + 6
                sign = "down" if self._state.falling else "up"
                draw_icon(painter, sign, x, (_HEAD - 12) / 2, 12, look.colour("text2"))


class _Lines(QWidget):
    """All lines, those in view drawn.

    ``pressed`` carries an exam's number.
    """

    pressed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("exams_lines")
        self.row = 46
        self.state = ExamsState()

    @property
    def exams(self) -> tuple[ListedExam, ...]:
        return self.state.exams or ()

    def fit(self) -> None:
        self.setFixedHeight(max(len(self.exams), 3) * self.row)
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = int(event.position().y() // self.row)
        if 0 <= number < len(self.exams):
            self.pressed.emit(self.exams[number].line.exam.id)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        if self.state.nothing:
            box = QRectF(_PAD, 24, self.width() - 2 * _PAD, 28)
            ink.draw_text(painter, box, self.state.nothing, font(14, MEDIUM), theme().colour("text2"))
            return
        places = columns_for(self.width())
        first = event.rect().top() // self.row
        for number in range(first, min(len(self.exams), event.rect().bottom() // self.row + 1)):
            self._draw_line(painter, number, places)

    def _draw_line(self, painter: QPainter, number: int, places: dict[Column, tuple[int, int]]) -> None:
        look, listed = theme(), self.exams[number]
        line = listed.line
        box = QRectF(0, number * self.row, self.width(), self.row)
        if line.exam.id == self.state.chosen:
            painter.setBrush(look.colour("accentbg"))
            painter.setPen(QPen(look.colour("accent"), 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        elif number % 2 == 0:
            painter.fillRect(box, look.colour("bg2"))
        texts: dict[Column, tuple[str, str]] = {
            "date": (moment(line.exam.started_at), "text"),
            "subject": (line.exam.subject, "text"),
            "protocol": (line.exam.protocol, "text2"),
            "frames": (f"{line.frames:,}", "text"),
            "clips": (f"{line.clips:,}", "text"),
            "checked": (f"{line.corrected:,} of {line.frames:,}", "text2"),
            "exported": _EXPORTED[exported_words(line)],
        }
        for name, (left, wide) in places.items():
            cell = QRectF(left, box.y(), wide - 8, self.row)
            if name in texts:
                text, token = texts[name]
                ink.draw_text(painter, cell, text, font(13, MEDIUM), look.colour(token))
            elif name == "planes":
                _draw_planes(painter, cell, listed)
            else:
                sign, token, words = state_words(listed)
                draw_icon(painter, sign, left, box.center().y() - 8, 16, look.colour(token))
                ink.draw_text(painter, cell.adjusted(24, 0, 8, 0), words, font(13, MEDIUM), look.colour("text"))


def _draw_planes(painter: QPainter, cell: QRectF, listed: ListedExam) -> None:
    """Draw a box a plane of the protocol: ticked, or dashed where it is missing."""
    look = theme()
    for number, plane in enumerate(listed.planes or listed.line.planes):
        box = QRectF(cell.x() + number * _PITCH, cell.center().y() - _BOX / 2, _BOX, _BOX)
        if box.right() > cell.right() + 8:
            return
        met = plane in listed.line.planes
        pen = QPen(look.colour("ok" if met else "warn"), 1.2)
        if not met:
            pen.setDashPattern([2.6, 2])
        painter.setPen(pen)
        painter.setBrush(look.colour("okbg") if met else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        if met:
            painter.setPen(QPen(look.colour("ok"), 1.6))
            x, y = box.x(), box.y()
            painter.drawLine(round(x + 4), round(y + 8), round(x + 7), round(y + 11))
            painter.drawLine(round(x + 7), round(y + 11), round(x + 12), round(y + 5))


class ExamsList(QWidget):
    """Head and lines.

    ``pressed`` carries an exam's number, ``sorted_by`` a column.
    """

    pressed = Signal(int)
    sorted_by = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exams_list")
        self._head = _Head(self)
        self._lines = _Lines()
        self._head.pressed.connect(self.sorted_by)
        self._lines.pressed.connect(self.pressed)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
        self.show_state(ExamsState())

    def set_row(self, pixels: int) -> None:
        """Set the height of a line."""
        self._lines.row = pixels
        self._lines.fit()

    def show_state(self, state: ExamsState) -> None:
        """Show the lines; the chosen one stays in view."""
        moved = state.chosen != self._lines.state.chosen
        self._lines.state = state
        self._head.show_state(state)
        self._lines.fit()
        chosen = state.chosen_exam
        self.setAccessibleName(state.nothing or f"Exams: {len(state.exams or ())} shown")
        self.setAccessibleDescription(_spoken(chosen) if chosen is not None else "")
        if moved and chosen is not None:
            number = (state.exams or ()).index(chosen)
            self._scroll.ensureVisible(0, round((number + 0.5) * self._lines.row), 0, self._lines.row)

    @override
    def sizeHint(self) -> QSize:
        """Return a size that shows some lines."""
        return QSize(700, 300)


def _spoken(listed: ListedExam) -> str:
    line = listed.line
    return ", ".join(
        (
            moment(line.exam.started_at),
            line.exam.subject,
            line.exam.protocol,
            f"kept {' '.join(line.planes) or 'nothing'}",
            f"{line.frames} frames",
            exported_words(line),
            state_words(listed)[2],
        )
    )
