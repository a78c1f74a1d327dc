"""The field for a woman's local number, in the place of the message slot: never shown in letters, gone once given."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget
from typing_extensions import override

from uiac_desktop.ui.look.button import Button, make_room
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.look.typed_field import ENTER, TypedField

_FIELD = 190
_HINT_FROM, _WORD_FROM = 760, 460
_HINT = "Kept only as a keyed hash, to find her at a later visit."
_SECRET = (
    Qt.InputMethodHint.ImhHiddenText
    | Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.ZOrderChange)
_STAYS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class _NumberField(TypedField):
    """Dots for signs; ``left`` says that the person went elsewhere."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__((*ENTER, Qt.Key.Key_Escape))
        self.setObjectName("local_number")
        self.setAccessibleName("Local number")
        self.setAccessibleDescription(_HINT)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(_SECRET)
        self.setMaxLength(80)
        self.setMaximumWidth(_FIELD)
        self.setPlaceholderText("Local number")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave with the focus, unless another program only lies over the window."""
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.left.emit()


class NumberBar(QWidget):
    """Asks for the number.

    Parameters
    ----------
    place
        The widget whose place it takes while it asks.
    room
        The room that it asks for; where that goes from view, it leaves.

    ``given`` carries what was typed; nothing else keeps it.
    """

    given = Signal(str)

    def __init__(self, place: QWidget, room: QWidget) -> None:
        super().__init__(place.parentWidget())
        self.setObjectName("number_bar")
        self._place = place
        self._field = _NumberField()
        self._hint = QLabel(_HINT)
        self._hint.setObjectName("number_hint")
        self._hint.setProperty("role", "hint")
        self._give = Button("Begin exam", "", "Enter", "primary")
        self._give.setObjectName("number_give")
        self._leave = Button("Cancel", "", "Esc")
        self._leave.setObjectName("number_leave")
        self._word = QLabel("Local number")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 10, 1)
        row.setSpacing(8)
        row.addWidget(self._word)
        row.addWidget(self._field)
        for button in (self._give, self._leave):
            button.set_height(30)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        row.addWidget(self._hint)
        row.addStretch(1)
        self._field.textChanged.connect(lambda text: self._give.setEnabled(bool(text.strip())))
        self._field.returnPressed.connect(self._take)
        self._field.left.connect(self.leave)
        self._give.clicked.connect(self._take)
        self._leave.clicked.connect(self.leave)
        self.setFocusProxy(self._field)  # a click on the bar stays in the field
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        place.installEventFilter(self)
        room.installEventFilter(self)
        self.hide()

    def ask(self, word: str) -> None:
        """Show the empty field.

        Parameters
        ----------
        word
            What Enter does.
        """
        self._field.clear()
        self._give.set_word(word)
        self._give.setEnabled(False)
        self.show()
        self._fill_place()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Let go of what was typed, and of the place."""
        self._field.clear()
        if self.isVisible():
            self.hide()
            (self._place.parentWidget() or self._place).setFocus()

    def _take(self) -> None:
        number = self._field.text()
        if number.strip():
            self.leave()
            self.given.emit(number)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the place, and leave with the room."""
        if watched is self._place and event.type() in _MOVES and self.isVisible():
            self._fill_place()
        elif watched is not self._place and event.type() == QEvent.Type.Hide:
            self.leave()
        return False

    def _fill_place(self) -> None:
        wide = self._place.width()
        self.setGeometry(self._place.geometry())
        self.raise_()
        self._hint.setVisible(wide >= _HINT_FROM)
        self._word.setVisible(wide >= _WORD_FROM)
        buttons = (self._leave, self._give)
        left = wide - _FIELD - 48 - (self._word.sizeHint().width() if wide >= _WORD_FROM else 0)
        make_room(buttons, lambda: sum(button.sizeHint().width() for button in buttons) <= left)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of the slot."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("bg2"))
        painter.setPen(QPen(theme().colour("border"), 1))
        painter.drawLine(0, 0, self.width(), 0)
