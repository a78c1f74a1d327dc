"""The right side of the Exams room: report, frames and clips, or history of the chosen exam, and what is done to it."""

from typing import Final, get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.exams.frames_view import ExamFramesView
from uiac_desktop.ui.exams.history_view import ExamHistoryView
from uiac_desktop.ui.exams.report_view import ReportView
from uiac_desktop.ui.exams.state import ExamsState, Side
from uiac_desktop.ui.look.button import Button, ButtonLook, make_room
from uiac_desktop.ui.look.theme import theme

_FOOT: Final = ("exams_pdf", "exams_html", "exams_confirm", "exams_review")
_LOOKS: Final[dict[str, ButtonLook]] = {"exams_pdf": "primary"}


class ExamsSide(QWidget):
    """One of three views with the buttons below it."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exams_side")
        self._actions = actions
        self.report, self.frames, self.history = ReportView(), ExamFramesView(), ExamHistoryView()
        self._title = QLabel()
        self._title.setObjectName("exams_side_title")
        self._title.setProperty("role", "heading")
        self._maps = QLabel()
        self._maps.setObjectName("exams_maps")
        self._maps.setProperty("role", "hint")
        self._stack = QStackedWidget()
        self._sides: dict[Side, Button] = {}
        self._buttons: dict[str, Button] = {}
        self._scrolls: dict[Side, QScrollArea] = {}
        self._frame: int | None = None
        tabs, foot = QHBoxLayout(), QHBoxLayout()
        for name, view in zip(get_args(Side), (self.report, self.frames, self.history), strict=True):
            self._scrolls[name] = _scrolled(view)
            self._stack.addWidget(self._scrolls[name])
            button = self._button(f"exams_{name}")
            button.setCheckable(True)
            button.set_height(28)
            self._sides[name] = button
            tabs.addWidget(button)
        tabs.addStretch(1)
        tabs.addWidget(self._maps)
        for name in _FOOT:
            foot.addWidget(self._button(name))
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        self.show_side("report")
        self.show_state(ExamsState())

    @property
    def buttons(self) -> dict[str, Button]:
        """All buttons by their command."""
        return self._buttons

    @property
    def side(self) -> Side:
        """Which of the three is shown."""
        return next(name for name, button in self._sides.items() if button.isChecked())

    def show_side(self, side: Side) -> None:
        """Show one of the three."""
        for place, (name, button) in enumerate(self._sides.items()):
            button.setChecked(name == side)
            if name == side:
                self._stack.setCurrentIndex(place)

    def show_state(self, state: ExamsState) -> None:
        """Show the chosen exam."""
        chosen, opened = state.chosen_exam, state.opened
        if opened is not None:
            self._title.setText(f"Report of {opened.report.title}")
        else:
            self._title.setText("No exam is chosen." if chosen is None else f"Reading {chosen.line.exam.subject} …")
        done, of = state.maps
        self._maps.setText(f"Maps: {done} of {of}" if done < of else "")
        self.report.show_report(opened.report if opened is not None else None)
        self.frames.show_exam(opened, state.frame)
        if state.frame is not None and state.frame != self._frame:
            self._scrolls["frames"].ensureVisible(0, round(self.frames.top_of(state.frame)) + 37, 0, 60)
        self._frame = state.frame
        self.history.show_history(opened, state.audit)
        for name in _FOOT:
            self._buttons[name].setEnabled(opened is not None)
        self._buttons["exams_review"].setEnabled(opened is not None and bool(opened.clips))
        self._give_room()

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for name, button in self._buttons.items():
            button.set_key(self._actions.key_text(name))
            button.setToolTip(self._actions.tooltip(name))

    def _give_room(self) -> None:
        """Let all words stand where the buttons would not fit beside each other whole."""
        buttons = [self._buttons[name] for name in reversed(_FOOT)]
        make_room(buttons, lambda: _row(buttons) <= self.width() - 32)
        tabs = [*self._sides.values()]
        beside = self._maps.sizeHint().width() + 8 if self._maps.text() else 0
        make_room(tabs, lambda: _row(tabs) + beside <= self.width() - 32)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the buttons their room."""
        self._give_room()

    def _button(self, name: str) -> Button:
        command = BY_ID[name]
        button = Button(command.word, command.icon, self._actions.key_text(name), _LOOKS.get(name, "normal"))
        button.setObjectName(f"button_{name}")
        button.setToolTip(self._actions.tooltip(name))
        button.clicked.connect(lambda: self._actions.give(name))
        self._buttons[name] = button
        return button

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        painter.setPen(QPen(theme().colour("border"), 1))
        painter.drawLine(0, 0, 0, self.height())


def _row(buttons: list[Button]) -> int:
    return sum(button.sizeHint().width() + 8 for button in buttons) - 8


def _scrolled(view: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(view)
    return scroll
