"""The controls of a clip beside its seek bar: to the start, a frame back, play, a frame on, time; and the speed."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.clock import clock_text
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.look.fonts import MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.theme import ON_BLACK
from uiac_desktop.ui.scan.state import Playhead

TRANSPORT_WIDTH = 4 * 42 + 84
SPEED_WIDTH = 124


class _Reading(QWidget):
    """A figure between buttons: a large line, and a small one under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = ("", "")

    def show_lines(self, large: str, small: str) -> None:
        if (large, small) != self._lines:
            self._lines = (large, small)
            self.setAccessibleName(f"{large} {small}".strip())
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        large, small = self._lines
        half = self.height() / 2
        top = QRectF(0, half - 18 if small else 0, self.width(), 18 if small else self.height())
        ink.draw_text(painter, top, large, font(14, SEMIBOLD), ON_BLACK.colour("text"), ink.CENTRE)
        if small:
            under = QRectF(0, half, self.width(), 16)
            ink.draw_text(painter, under, small, font(11, MEDIUM), ON_BLACK.colour("text2"), ink.CENTRE)


def _button(actions: Actions, name: str) -> Button:
    command = BY_ID[name]
    button = Button(command.word, command.icon)
    button.setObjectName(f"button_{name}")
    button.show_word(False)
    button.setToolTip(actions.tooltip(name))
    button.setAccessibleDescription(actions.key_text(name))
    button.clicked.connect(lambda: actions.give(name))
    return button


def _row(parent: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(parent)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    return row


class Transport(QWidget):
    """Start, back, play, on, and where the clip stands."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        row = _row(self)
        self._play = _button(actions, "play")
        for button in (_button(actions, "restart"), _button(actions, "back"), self._play, _button(actions, "forward")):
            row.addWidget(button)
        self._time = _Reading()
        row.addWidget(self._time, 1)

    def show_playhead(self, playhead: Playhead) -> None:
        """Show time and whether it plays."""
        self._play.set_word(*(("Pause", "pause") if playhead.playing else ("Play", "play")))
        self._time.show_lines(clock_text(playhead.position_s), f"of {clock_text(playhead.duration_s)}")


class Speed(QWidget):
    """Slower, the speed, faster."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("speed")
        row = _row(self)
        row.addWidget(_button(actions, "slower"))
        self._figure = _Reading()
        row.addWidget(self._figure, 1)
        row.addWidget(_button(actions, "faster"))
        row.setAlignment(Qt.AlignmentFlag.AlignVCenter)

    def show_playhead(self, playhead: Playhead) -> None:
        """Show the speed."""
        self._figure.show_lines(playhead.speed_text, "")
