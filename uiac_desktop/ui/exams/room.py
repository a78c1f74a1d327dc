"""The Exams room: search and list at the left, the model against people below, the chosen exam at the right."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.session.exams.desk import ReportKind
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.exams.across_view import AcrossView
from uiac_desktop.ui.exams.control import ExamsControl
from uiac_desktop.ui.exams.list import ExamsList
from uiac_desktop.ui.exams.search import ExamsSearch
from uiac_desktop.ui.exams.side import ExamsSide
from uiac_desktop.ui.exams.state import ExamsState
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.look.fitted_label import FittedLabel
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.scan.source_picker import ask_where_to_write

_KINDS: Final = {"pdf": "PDF", "html": "HTML, opens in any browser"}
_REGULAR: Final = 1500
_NARROW: Final = 880
_FIELD: Final = 34
_FOOT: Final = 34


class ExamsRoom(QWidget):
    """Views of the exams' state; nothing is read before the room is entered.

    ``entered`` says that the room comes into view.
    """

    entered = Signal()

    def __init__(self, control: ExamsControl, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exams_room")
        self.control, self._actions = control, actions
        self.search = ExamsSearch(self)
        self.list = ExamsList(self)
        self._foot = QWidget(self)
        self._said = FittedLabel()
        self._said.setObjectName("exams_said")
        self._said.setProperty("role", "hint")
        self._buttons: dict[str, Button] = {}
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._said, 1)
        for name in ("exams_bin", "export", "exams_restore", "exams_erase", "exams_delete"):
            row.addWidget(self._button(name))
        self.across = AcrossView(self)
        self.side = ExamsSide(actions, self)
        self.search.asked.connect(control.look_for)
        self.list.pressed.connect(control.choose)
        self.list.sorted_by.connect(control.sort)
        self.across.reshaped.connect(self._place)
        control.changed.connect(self.draw)
        self.draw()

    def renew(self) -> None:
        """Read anew, since the room comes into view."""
        self.renew_keys()
        self.entered.emit()
        self.control.enter()

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for name, button in self._buttons.items():
            button.set_key(self._actions.key_text(name))
            button.setToolTip(self._actions.tooltip(name))
        self.side.renew_keys()

    def draw(self) -> None:
        """Show what the control knows."""
        state = self.control.state
        self.search.show_state(state)
        self.list.show_state(state)
        self.side.show_state(state)
        self.across.show_across(state.across)
        chosen = state.chosen_exam
        binned = chosen is not None and chosen.line.binned_at is not None
        self._said.say(*_said(state))
        self._buttons["exams_bin"].set_word("Show list" if state.in_bin else "Show bin")
        self._buttons["export"].setEnabled(chosen is not None and not binned)
        self._buttons["exams_restore"].setVisible(binned)
        self._buttons["exams_delete"].setVisible(not binned)
        self._buttons["exams_delete"].setEnabled(chosen is not None)
        self._buttons["exams_erase"].setEnabled(chosen is not None)

    def ask_where(self, kind: ReportKind) -> None:
        """Ask where the report of the chosen exam goes; it is then written, of the kind that the file's ending says."""
        opened = self.control.state.opened
        if opened is None:
            return
        exam = opened.listed.line.exam
        name = f"report {exam.subject} {exam.started_at.astimezone():%Y-%m-%d}.{kind}"
        title = f"Save the report of {exam.subject}"
        ask_where_to_write(self, title, name, _KINDS, lambda path: self.control.write(_kind_of(path), path))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give every part its place."""
        self._place()

    def _place(self) -> None:
        wide, high = self.width(), self.height()
        regular = wide >= _REGULAR
        pad, gap = (20, 12) if regular else (12, 8)
        side = 0 if wide < _NARROW else (680 if regular else min(520, wide * 2 // 5))
        self.side.setVisible(side > 0)
        self.side.setGeometry(wide - side, 0, side, high)
        left = QRect(pad, 10, wide - side - 2 * pad, high - 20)
        across = max(280 if regular else 208, min(self.across.wanted, high // 2)) if high >= 520 else 0
        self.across.setVisible(across > 0)
        self.search.setGeometry(left.x(), left.y(), left.width(), _FIELD)
        top = left.y() + _FIELD + gap
        foot = left.bottom() - (across + gap if across else 0) - _FOOT
        self.list.set_row(46 if regular else 38)
        self.list.setGeometry(left.x(), top, left.width(), foot - gap - top)
        self._foot.setGeometry(left.x(), foot, left.width(), _FOOT)
        self.across.setGeometry(left.x(), left.bottom() - across, left.width(), across)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), theme().colour("bg1"))

    def _button(self, name: str) -> Button:
        command = BY_ID[name]
        button = Button(command.word, command.icon, self._actions.key_text(name))
        button.setObjectName(f"button_{name}")
        button.clicked.connect(lambda: self._actions.give(name))
        if name in ("exams_delete", "exams_erase"):
            button.set_icon_tone("error")
        self._buttons[name] = button
        return button


def _kind_of(path: Path) -> ReportKind:
    return "html" if path.suffix.lower() == ".html" else "pdf"


def _said(state: ExamsState) -> tuple[str, ...]:
    """Return what the store holds and takes, and what becomes of the chosen exam, ever shorter."""
    held, free = state.held, f"{state.held}, {state.free}" if state.held else ""
    if state.chosen_exam is None:
        return free, held
    return f"{free}.  {'Erase is for good.' if state.in_bin else 'Delete keeps it for 30 days.'}", free, held
