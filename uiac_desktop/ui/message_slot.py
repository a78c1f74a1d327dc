"""The message slot: always in its place over the source line, never over the image; it draws what the board shows."""

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.focus import leave_focus
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.look.fonts import REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.messages import Message, MessageBoard, Rank

_COUNT_FROM = 380
_RENEWED_EVERY_MS = 250
_WITH_KEY = ("undo", "review_undo", "exam_go_on", "exam_end", "exam_new", "play")
_RANKS = {
    Rank.INFO: ("info", "info", ""),
    Rank.OK: ("ok", "ok", ""),
    Rank.WARN: ("warn", "warn", "warnbg"),
    Rank.ERROR: ("error", "error", "errorbg"),
}


class MessageSlot(QWidget):
    """One line a cause, with at most two buttons, a count where there are several, a cross where it may be closed."""

    def __init__(self, board: MessageBoard, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._board = board
        self._actions = actions
        self._seen = -1
        self._message: Message | None = None
        self._place_text = ""
        self._buttons: list[Button] = []
        self._timer = QTimer(self, interval=_RENEWED_EVERY_MS)
        self._timer.timeout.connect(self.renew)
        self._timer.start()
        self.renew()

    def renew(self) -> None:
        """Show what the board shows now; costs nothing while nothing changed."""
        self._board.expire()
        if self._board.changes == self._seen:
            return
        self._seen = self._board.changes
        shown = self._board.shown
        place, count = self._board.place
        self._place_text = f"{place} of {count}" if count > 1 else ""
        same_buttons = _buttons_of(shown) == _buttons_of(self._message)
        self._message = shown
        if not same_buttons or bool(self._place_text) != any(b.objectName() == "message_next" for b in self._buttons):
            self._make_buttons(shown)
        said = f"{shown.what} {shown.advice}".strip() if shown is not None else self._board.last_event
        if said != self.accessibleName():
            self.setAccessibleName(said)
            self._announce(said)
        self.setToolTip(said)
        self.update()

    def _announce(self, said: str) -> None:
        if QAccessible.isActive() and self._message is not None:
            event = QAccessibleAnnouncementEvent(self, said)
            if self._message.rank is Rank.ERROR:
                event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
            QAccessible.updateAccessibility(event)

    def _make_buttons(self, shown: Message | None) -> None:
        for button in self._buttons:
            leave_focus(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        if shown is None:
            return
        for choice in shown.choices:
            button = self._button(choice.word, "", choice.command, f"message_{choice.command}")
            if choice.command in _WITH_KEY:
                button.set_key(self._actions.key_text(choice.command))
            button.clicked.connect(lambda _checked=False, name=choice.command: self._actions.give(name))
        if self._place_text:
            button = self._button("Next message", "forward", "next_message", "message_next")
            button.show_word(False)
            button.clicked.connect(lambda: self._turn(1))
        if not shown.holds:
            button = self._button("Close message", "close", "dismiss", "message_close")
            button.show_word(False)
            button.clicked.connect(self._close)
        self._place()

    def _button(self, word: str, icon: str, command: str, name: str) -> Button:
        button = Button(word, icon, look="flat" if icon else "normal", parent=self)
        button.setObjectName(name)
        button.set_height(30)
        button.setToolTip(self._actions.tooltip(command))
        button.show()
        self._buttons.append(button)
        return button

    def _turn(self, steps: int) -> None:
        self._board.turn(steps)
        self.renew()

    def _close(self) -> None:
        self._board.close_shown()
        self.renew()

    @override
    def resizeEvent(self, event: object) -> None:
        """Place the buttons."""
        self._place()

    def _place(self) -> None:
        x = self.width() - 10
        for button in reversed(self._buttons):
            size = button.sizeHint()
            x -= size.width()
            button.setGeometry(x, (self.height() - size.height()) // 2 + 1, size.width(), size.height())
            x -= 6

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, icon and words."""
        painter = QPainter(self)
        look = theme()
        message = self._message
        icon_name, token, ground = _RANKS[message.rank] if message else ("info", "text2", "")
        painter.fillRect(self.rect(), look.colour(ground or "bg2"))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(0, 0, self.width(), 0)
        colour = look.colour(token)
        if message is not None and ground:
            painter.fillRect(QRectF(0, 0, 4, self.height()), colour)
        if message is not None and message.icon:
            icon_name = message.icon
        draw_icon(painter, icon_name, 14, (self.height() - 18) / 2 + 1, 18, colour)
        right = min((button.x() for button in self._buttons), default=self.width()) - 12
        if self._place_text and right > _COUNT_FROM:
            width = ink.text_width(self._place_text, font(12, REGULAR))
            count_box = QRectF(right - width, 0, width + 1, self.height())
            ink.draw_text(painter, count_box, self._place_text, font(12, REGULAR), look.colour("text2"))
            right -= round(width) + 12
        box = QRectF(42, 1, right - 42, self.height() - 1)
        if message is None:
            ink.draw_text(painter, box, self._board.last_event, font(13, REGULAR), look.colour("text2"))
            return
        self._draw_words(painter, box, message)

    def _draw_words(self, painter: QPainter, box: QRectF, message: Message) -> None:
        bold = SEMIBOLD if message.rank >= Rank.WARN else REGULAR
        what_type, advice_type, colour = font(13, bold), font(13, REGULAR), theme().colour("text")
        what_width = ink.text_width(message.what, what_type)
        if what_width + 12 + ink.text_width(message.advice, advice_type) <= box.width():
            ink.draw_text(painter, box, message.what, what_type, colour)
            ink.draw_text(painter, box.adjusted(what_width + 10, 0, 0, 0), message.advice, advice_type, colour)
            return
        for row, (line, type_) in enumerate(_two_lines(message, box.width(), bold)):
            line_box = QRectF(box.x(), box.y() + 1 + row * (box.height() - 2) / 2, box.width(), (box.height() - 2) / 2)
            ink.draw_text(painter, line_box, line, type_, colour)


def _two_lines(message: Message, width: float, bold: int) -> list[tuple[str, QFont]]:
    """Return a long message on two lines: words and advice; where there is no room for both, the words alone."""
    large, small, small_bold = font(13, bold), font(12, REGULAR), font(12, bold)
    if ink.text_width(message.what, large) <= width and ink.text_width(message.advice, small) <= width:
        return [(message.what, large), (message.advice, small)]
    return [(line, small_bold) for line in ink.wrapped(message.what, small_bold, width)]


def _buttons_of(message: Message | None) -> tuple[object, ...]:
    return () if message is None else (message.choices, message.holds)
