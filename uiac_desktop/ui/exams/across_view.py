"""The model against people over all exams: what is most often changed, the matrix, and every frame that differs."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from nas.counts import counted
from uiac_desktop.exam.agreement import Agreement, Disagreement
from uiac_desktop.exam.report import moment
from uiac_desktop.maps.heat import colour_table
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.look.certainty import percent
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import theme

Mode: TypeAlias = Literal["changed", "matrix", "frames"]

NOTHING: Final = "No frame has a person's label yet. C confirms those of the chosen exam; A in Scan gives another."
_WORDS: Final[dict[Mode, str]] = {"changed": "Most changed", "matrix": "Matrix", "frames": "Frames"}
_LINE: Final = 30
_CELL: Final = 42
_CELL_HIGH: Final = 20
_LABEL: Final = 56
_TAG: Final = 54
_BAR: Final = 220
_TOP: Final = 66


@dataclass(frozen=True, slots=True)
class Pair:
    """What the model said and what a person said."""

    predicted: str
    person: str


class _Board(QWidget):
    """Draws one of the three.

    ``pair`` carries a `Pair` whose frames are wanted, ``frame`` a `Disagreement`.
    """

    pair = Signal(object)
    frame = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("across_board")
        self.across = Agreement()
        self.mode: Mode = "changed"
        self.only: Pair | None = None
        self.chosen: int | None = None

    @property
    def shown(self) -> tuple[Disagreement, ...]:
        """The frames that differ, those of the chosen pair alone where one is."""
        only = self.only
        return tuple(
            one for one in self.across.disagreements if only is None or (one.predicted, one.person) == _pair(only)
        )

    def fit(self) -> None:
        lines = {
            "changed": len(self.across.changes) * _LINE,
            "matrix": (len(self.across.planes) + 2) * _CELL_HIGH,
            "frames": len(self.shown) * _LINE,
        }[self.mode]
        self.setMinimumHeight(max(lines, _LINE) + 6)
        self.setAccessibleName(_WORDS[self.mode])
        self.setAccessibleDescription(". ".join(self._spoken()))
        self.update()

    def _spoken(self) -> list[str]:
        if self.mode == "frames":
            return [f"{one.subject}, {one.predicted} to {one.person}" for one in self.shown[:40]]
        return [f"{count.predicted} to {count.person}, {count.frames} frames" for count in self.across.changes[:40]]

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        x, line = event.position().x(), int(event.position().y() // _LINE)
        if self.mode == "changed" and 0 <= line < len(self.across.changes):
            count = self.across.changes[line]
            self.pair.emit(Pair(count.predicted, count.person))
        elif self.mode == "frames" and 0 <= line < len(self.shown):
            self.frame.emit(self.shown[line])
        elif self.mode == "matrix":
            row, column = int(event.position().y() // _CELL_HIGH) - 1, int((x - _LABEL) // _CELL)
            planes = self.across.planes
            if 0 <= row < len(planes) and 0 <= column < len(planes) and row != column:
                self.pair.emit(Pair(planes[row], planes[column]))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        if not self.across.checked:
            self._quiet(painter, NOTHING)
        elif self.mode == "matrix":
            self._draw_matrix(painter)
        elif not self.across.disagreements:
            self._quiet(painter, "People said what the model said, every time.")
        elif self.mode == "changed":
            self._draw_changed(painter)
        else:
            for number, one in enumerate(self.shown):
                if event.rect().top() <= (number + 1) * _LINE and number * _LINE <= event.rect().bottom():
                    self._draw_frame(painter, number * _LINE, one)

    def _quiet(self, painter: QPainter, text: str) -> None:
        ink.draw_text(painter, QRectF(0, 0, self.width(), _LINE), text, font(13, REGULAR), theme().colour("text2"))

    def _draw_changed(self, painter: QPainter) -> None:
        look = theme()
        most = self.across.changes[0].frames
        for number, count in enumerate(self.across.changes):
            top = float(number * _LINE)
            left = self._draw_pair(painter, top, count.predicted, count.person)
            bar = QRectF(left, top + 10, min(_BAR, self.width() - left - 170), 8)
            painter.fillRect(bar, look.colour("bg3"))
            painter.fillRect(QRectF(bar.x(), bar.y(), bar.width() * count.frames / most, 8), look.colour("accent"))
            frames = counted(count.frames, "frame")
            box = QRectF(bar.right() + 14, top, 90, 28)
            ink.draw_text(painter, box, frames, font(13, MEDIUM), look.colour("text"))
            show = QRectF(bar.right() + 108, top, 50, 28)
            ink.draw_text(painter, show, "Show", font(13, SEMIBOLD), look.colour("accent"))

    def _draw_pair(self, painter: QPainter, top: float, predicted: str, person: str) -> float:
        """Draw both codes and return where there is room again."""
        first, second = QRectF(0, top + 4, _TAG, 20), QRectF(_TAG + 26, top + 4, _TAG, 20)
        for box, plane in ((first, predicted), (second, person)):
            ink.fill_plane(painter, box, plane)
            ink.draw_tag(painter, box, plane, plane)
        draw_icon(painter, "forward", _TAG + 6, top + 7, 14, theme().colour("text2"))
        return second.right() + 16

    def _draw_frame(self, painter: QPainter, top: float, one: Disagreement) -> None:
        look = theme()
        if one.frame_id == self.chosen:
            painter.fillRect(QRectF(0, top, self.width(), _LINE), look.colour("accentbg"))
        left = self._draw_pair(painter, top, one.predicted, one.person)
        box = QRectF(left, top, 44, 28)
        ink.draw_text(painter, box, percent(one.certainty), font(13, MEDIUM), look.colour("text"), ink.RIGHT)
        rest = QRectF(left + 58, top, self.width() - left - 58, 28)
        said = f"{one.subject}, {moment(one.taken_at)}, {one.who or 'a person'}"
        ink.draw_text(painter, rest, said, font(13, REGULAR), look.colour("text2"))

    def _draw_matrix(self, painter: QPainter) -> None:
        look, planes = theme(), self.across.planes
        colours = colour_table("cividis")
        small = font(11, MEDIUM)
        for number, plane in enumerate(planes):
            head = QRectF(_LABEL + number * _CELL - 6, 0, _CELL + 12, _CELL_HIGH)
            short = plane if ink.text_width(plane, small) <= _CELL else plane[:4]
            ink.draw_text(painter, head, short, small, look.colour("text2"), ink.CENTRE)
        for row, counts in enumerate(self.across.matrix):
            top = float((row + 1) * _CELL_HIGH)
            of = max(sum(counts), 1)
            ink.draw_text(painter, QRectF(0, top, _LABEL - 6, _CELL_HIGH), planes[row], small, look.colour("text2"))
            for column, count in enumerate(counts):
                cell = QRectF(_LABEL + column * _CELL, top, _CELL - 1, _CELL_HIGH - 1)
                level = round(255 * (count / of) ** 0.6)
                red, green, blue = (int(part) for part in colours[level])
                painter.fillRect(cell, QColor(red, green, blue) if count else look.colour("bg2"))
                if count:
                    tone = QColor("#000000" if level > 140 else "#FFFFFF")
                    ink.draw_text(painter, cell, f"{count:,}", small, tone, ink.CENTRE)
        left = _LABEL + len(planes) * _CELL + 16.0
        painter.setPen(QPen(look.colour("border2"), 1))
        painter.drawLine(QPointF(left - 8, _CELL_HIGH), QPointF(left - 8, (len(planes) + 1) * _CELL_HIGH))
        for place, text in enumerate(("Rows: the model", "Columns: the person", "A click shows the frames")):
            box = QRectF(left, _CELL_HIGH * (place + 1), max(0.0, self.width() - left), _CELL_HIGH)
            ink.draw_text(painter, box, text, font(12, REGULAR), look.colour("text2"))


class AcrossView(QWidget):
    """Title, the choice of three, and what was chosen.

    ``frame`` carries the `Disagreement` whose exam is wanted; ``reshaped`` says that another of the three is shown.
    """

    frame = Signal(object)
    reshaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("across")
        self.setAccessibleName("Model against person, all exams")
        title = QLabel("Model against person, all exams")
        title.setProperty("role", "heading")
        self._said = QLabel()
        self._said.setObjectName("across_said")
        self._said.setProperty("role", "hint")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(title)
        head.addStretch(1)
        self._buttons: dict[Mode, Button] = {}
        for mode in get_args(Mode):
            button = Button(_WORDS[mode])
            button.setObjectName(f"across_{mode}")
            button.setCheckable(True)
            button.set_height(28)
            button.clicked.connect(lambda _checked=False, mode=mode: self.show_mode(mode))
            head.addWidget(button)
            self._buttons[mode] = button
        self._board = _Board()
        self._board.pair.connect(self._show_pair)
        self._board.frame.connect(self._choose)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._board)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._said)
        column.addWidget(self._scroll, 1)
        self.show_mode("changed")

    @property
    def mode(self) -> Mode:
        """Which of the three is shown."""
        return self._board.mode

    @property
    def wanted(self) -> int:
        """The height that shows the matrix whole, 0 where a list is shown, which scrolls."""
        return _TOP + self._board.minimumHeight() if self.mode == "matrix" else 0

    def show_across(self, across: Agreement | None) -> None:
        """Show how the model and people agree."""
        across = across or Agreement()
        if across is not self._board.across:
            self._board.across = across
            self._renew()

    def show_mode(self, mode: Mode) -> None:
        """Show one of the three, with the frames of every pair."""
        self._board.mode, self._board.only = mode, None
        self._renew()

    def next_mode(self) -> None:
        """Show the next of the three."""
        modes = get_args(Mode)
        self.show_mode(modes[(modes.index(self._board.mode) + 1) % len(modes)])

    def next_frame(self) -> None:
        """Choose the next frame that differs."""
        if self._board.mode != "frames":
            self.show_mode("frames")
        shown = self._board.shown
        if shown:
            numbers = [one.frame_id for one in shown]
            now = numbers.index(self._board.chosen) if self._board.chosen in numbers else -1
            place = (now + 1) % len(shown)
            self._choose(shown[place])
            self._scroll.ensureVisible(0, round((place + 0.5) * _LINE), 0, _LINE)

    def _show_pair(self, pair: Pair) -> None:
        self._board.mode, self._board.only = "frames", pair
        self._renew()

    def _choose(self, one: Disagreement) -> None:
        self._board.chosen = one.frame_id
        self._board.update()
        self.frame.emit(one)

    def _renew(self) -> None:
        across, only = self._board.across, self._board.only
        for mode, button in self._buttons.items():
            button.setChecked(mode == self._board.mode)
        share = f"{counted(across.checked, 'checked frame')}. "
        share += f"Same plane: {100 * across.same / max(across.checked, 1):.1f} %."
        more = f" Model {only.predicted}, person {only.person}: {len(self._board.shown):,}." if only is not None else ""
        self._said.setText(share + more if across.checked else "")
        self._said.setVisible(bool(across.checked))
        self._board.fit()
        self.reshaped.emit()


def _pair(only: Pair) -> tuple[str, str]:
    return only.predicted, only.person
