"""The strip of alternatives: up to five kept frames of one plane, best first, with certainty and age beside them."""

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.exam.view import Alternative, Strip
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button, ButtonLook
from uiac_desktop.ui.look.fonts import MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import ON_BLACK
from uiac_desktop.ui.pictures.thumbs import Thumbs

_COMMANDS = ("use", "reassign", "reject")
_LOOKS: dict[str, ButtonLook] = {"use": "primary", "reassign": "normal", "reject": "normal"}
_LABEL = 84
_BESIDE = 52
_MOST_HIGH = 84
_LEAST_WIDE = 72
_MOST = 5
_BUTTON = 32
_ROW_HIGH = 88
_HEAD = 24


class StripView(QWidget):
    """Draws a `Strip`, lying under the image or standing in the side column, with Use, Reassign and Reject.

    ``pressed`` carries the number of a frame that was clicked.
    """

    pressed = Signal(int)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alternatives")
        self._strip = Strip()
        self._upright = False
        self._aspect = 4 / 3
        self._thumbs = Thumbs()
        self._boxes: list[tuple[QRectF, Alternative]] = []
        self._buttons = []
        for name in _COMMANDS:
            command, look = BY_ID[name], _LOOKS[name]
            button = Button(command.word, command.icon, actions.key_text(name), look, self)
            button.setObjectName(f"button_{name}")
            button.setToolTip(actions.tooltip(name))
            button.clicked.connect(lambda _checked=False, name=name: actions.give(name))
            self._buttons.append(button)
        self._actions = actions
        self._name()

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for button, name in zip(self._buttons, _COMMANDS, strict=True):
            button.setToolTip(self._actions.tooltip(name))
        self._place()

    def set_upright(self, upright: bool, aspect: float) -> None:
        """Say whether it stands in the side column, and which aspect the pictures have."""
        if (upright, aspect) != (self._upright, self._aspect):
            self._upright, self._aspect = upright, aspect
            self._place()

    def show_strip(self, strip: Strip) -> None:
        """Show the alternatives of a plane."""
        if strip == self._strip:
            return
        self._strip = strip
        self._thumbs.keep_only(one.thumb for one in strip.alternatives)
        self._place()
        self._name()

    def _name(self) -> None:
        count = len(self._strip.alternatives)
        self.setAccessibleName(f"Alternatives of {self._strip.plane}: {count}" if count else self._empty_words())

    def _empty_words(self) -> str:
        plane = self._strip.plane
        if plane:
            return f"No alternatives for {plane} yet."
        if self._strip.any_kept:
            return "The last frame kept shows no plane of the list."
        return "Nothing kept yet. K keeps the frame on screen."

    @override
    def resizeEvent(self, event: object) -> None:
        """Place pictures and buttons."""
        self._place()

    def _place(self) -> None:
        if self._upright:
            self._place_upright()
        else:
            self._place_lying()
        acts = self._strip.active and bool(self._strip.alternatives)
        for button in self._buttons:
            button.setVisible(acts)
        self.update()

    def _place_lying(self) -> None:
        """Place pictures from the left and buttons at the right; their room is kept while they are not shown."""
        use, reassign, reject = self._buttons
        for button, name in zip(self._buttons, _COMMANDS, strict=True):
            button.set_key(self._actions.key_text(name))
        wide = max(use.sizeHint().width(), reassign.sizeHint().width() + 6 + reject.sizeHint().width())
        high = min(float(self.height()), _MOST_HIGH)
        left, below = self.width() - wide, self.height() >= 2 * _BUTTON + 4
        top = max(0, (round(high) - (2 * _BUTTON + 6 if below else _BUTTON)) // 2)
        use.setGeometry(left, top, wide, _BUTTON)
        second = top + _BUTTON + 6 if below else -2 * _BUTTON
        reassign.setGeometry(left, second, reassign.sizeHint().width(), _BUTTON)
        reject.setGeometry(self.width() - reject.sizeHint().width(), second, reject.sizeHint().width(), _BUTTON)
        room = left - 12 - _LABEL
        most = high * self._aspect
        count = min(_MOST, max(1, int(room // (min(most, _LEAST_WIDE) + _BESIDE))))
        thumb = min(most, room / count - _BESIDE)
        self._boxes = [
            (QRectF(_LABEL + place * (thumb + _BESIDE), 0, thumb, high), one)
            for place, one in enumerate(self._within(count))
        ]

    def _place_upright(self) -> None:
        """Place pictures from the top and buttons at the foot, a button a line."""
        for button, name in zip(self._buttons, _COMMANDS, strict=True):
            button.set_key(self._actions.key_text(name))
            if button.sizeHint().width() > self.width():
                button.set_key("")
        foot = 3 * (_BUTTON + 4)
        high = min(float(_ROW_HIGH), (self.width() - _BESIDE) / self._aspect)
        shown = self._within(max(1, int((self.height() - _HEAD - foot) // (high + 6))))
        self._boxes = [
            (QRectF(0, _HEAD + place * (high + 6), high * self._aspect, high), one) for place, one in enumerate(shown)
        ]
        for place, button in enumerate(self._buttons):
            button.setGeometry(0, self.height() - foot + 4 + place * (_BUTTON + 4), self.width(), _BUTTON)

    def _within(self, count: int) -> tuple[Alternative, ...]:
        """Return as many alternatives as there is room for, with the chosen one among them."""
        everyone = self._strip.alternatives
        chosen = next((place for place, one in enumerate(everyone) if one.chosen), 0)
        first = max(0, min(chosen - count + 1, len(everyone) - count))
        return everyone[first : first + count]

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the picture under the pointer."""
        point: QPoint = event.position().toPoint()
        hit = next((one for box, one in self._boxes if box.contains(point)), None)
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(hit.thumb.frame_id)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw label, pictures, and what is known of each beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        bright, quiet = ON_BLACK.colour("text"), ON_BLACK.colour("text2")
        self._draw_label(painter, bright, quiet)
        for box, one in self._boxes:
            edge = ON_BLACK.colour("ok" if one.best else "border2")
            self._thumbs.draw(painter, box, one.thumb, edge, 2 if one.best else 1)
            if one.chosen:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(ON_BLACK.colour("focus"), 2))
                painter.drawRoundedRect(box.adjusted(-1, 1, 1, -1), 3, 3)
            beside = QRectF(box.right() + 5, box.y() + min(box.height() / 2 - 18, 20), _BESIDE - 7, 18)
            ink.draw_text(painter, beside, one.percent, font(12, SEMIBOLD), bright)
            ink.draw_text(painter, beside.translated(0, 17), one.age, font(11, MEDIUM), quiet)
            if one.best and self._upright:
                draw_icon(painter, "met", beside.x(), beside.y() + 38, 14, ON_BLACK.colour("ok"))

    def _draw_label(self, painter: QPainter, bright: QColor, quiet: QColor) -> None:
        plane, any_ = self._strip.plane, bool(self._strip.alternatives)
        if not any_:
            box = QRectF(0, 0, self.width(), _HEAD)
            for row, line in enumerate(ink.wrapped(self._empty_words(), font(12, MEDIUM), self.width())):
                ink.draw_text(painter, box.translated(0, row * 18), line, font(12, MEDIUM), quiet)
            return
        if self._upright:
            ink.draw_text(painter, QRectF(0, 0, self.width(), 20), f"{plane} alternatives", font(12, SEMIBOLD), quiet)
            return
        ink.draw_text(painter, QRectF(0, 0, _LABEL - 6, 20), plane, font(14, SEMIBOLD), bright)
        ink.draw_text(painter, QRectF(0, 20, _LABEL - 6, 16), "alternatives", font(11, MEDIUM), quiet)
        if self.height() >= 54:
            draw_icon(painter, "met", 0, 39, 14, ON_BLACK.colour("ok"))
            ink.draw_text(painter, QRectF(18, 38, _LABEL - 22, 16), "best so far", font(11, MEDIUM), quiet)
