"""The rail at the left: the rooms that work, an icon and a word each, with Settings and Help at its foot."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.pressable import Pressable
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.rooms import Room


class _RailButton(Pressable):
    def __init__(self, word: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setAutoExclusive(False)

    @override
    def sizeHint(self) -> QSize:
        return QSize(60, 58)

    @override
    def nextCheckState(self) -> None:
        """Leave the state to whoever shows the room."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme()
        chosen = self.isChecked()
        box = QRectF(self.rect()).adjusted(3, 2, -3, -2)
        if chosen or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accentbg" if chosen else ("hover" if self.underMouse() else "bg2")))
            painter.drawRoundedRect(box, 6, 6)
        if chosen:
            painter.fillRect(QRectF(0, 2, 4, self.height() - 4), look.colour("accent"))
        self.draw_ring(painter)
        colour = look.colour("text" if chosen else "text2")
        draw_icon(painter, self._icon, (self.width() - 24) / 2, 9, 24, colour)
        type_ = font(12, SEMIBOLD if chosen else MEDIUM)
        ink.draw_text(painter, QRectF(0, 34, self.width(), 18), self.text(), type_, colour, ink.CENTRE)


class Rail(QWidget):
    """The rooms; the one in view is marked by ground, bar and weight."""

    def __init__(self, rooms: tuple[Room, ...], actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(2)
        self._buttons: dict[str, _RailButton] = {}
        names = [room.id for room in sorted(rooms, key=lambda room: room.foot)]
        at_foot = next((room.id for room in rooms if room.foot), "")
        for name in names:
            if name == at_foot:
                column.addStretch(1)
            command = BY_ID[name]
            button = _RailButton(command.word, command.icon)
            button.setObjectName(f"rail_{name}")
            button.setToolTip(actions.tooltip(name))
            button.setAccessibleDescription(actions.key_text(name))
            button.clicked.connect(lambda _checked=False, name=name: actions.give(name))
            column.addWidget(button)
            self._buttons[name] = button

    def mark(self, name: str) -> None:
        """Mark the room in view."""
        for room, button in self._buttons.items():
            button.setChecked(room == name)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        painter.setPen(QPen(theme().colour("border"), 1))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
