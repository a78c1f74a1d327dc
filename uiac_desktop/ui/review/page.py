"""What fills the Review room while no clip is on screen: nothing open yet, a clip being opened, or one that failed."""

from time import monotonic
from typing import Final

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button, ButtonLook
from uiac_desktop.ui.look.fonts import REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.review.words import EMPTY

_HOW: Final = (
    "Open a video, a DICOM file, a disc, a zip of one, or a folder of pictures; or drop it here. "
    "Everything stays on this PC."
)
_NAMES: Final = ("review_open", "review_open_folder", "review_close")


class ReviewPage(QWidget):
    """A title, a line or two, and buttons, in the middle of the room."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review_page")
        self._actions = actions
        self._state = ReviewState("empty")
        self._since = monotonic()
        self._tick = QTimer(self, interval=500)
        self._tick.timeout.connect(self._renew)
        self._buttons: dict[str, Button] = {}
        for name in _NAMES:
            command = BY_ID[name]
            look: ButtonLook = "primary" if name == "review_open" else "normal"
            button = Button(command.word, command.icon, actions.key_text(name), look, parent=self)
            button.setObjectName(f"page_{name}")
            button.set_height(40)
            button.setToolTip(actions.tooltip(name))
            button.clicked.connect(lambda _checked=False, name=name: actions.give(name))
            self._buttons[name] = button
        self._buttons["review_close"].set_word("Stop")
        self._renew()

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for name, button in self._buttons.items():
            button.set_key(self._actions.key_text(name))
            button.setToolTip(self._actions.tooltip(name))
        self._place()

    def show_state(self, state: ReviewState) -> None:
        """Show how the room stands."""
        if state.phase == self._state.phase == "open":
            return
        if (state.phase, state.opening) != (self._state.phase, self._state.opening):
            self._since = monotonic()
        self._state = state
        if state.phase == "opening":
            self._tick.start()
        else:
            self._tick.stop()
        self._renew()

    @property
    def lines(self) -> tuple[str, str]:
        """Title and what stands below it."""
        state = self._state
        if state.phase == "opening":
            seconds = int(monotonic() - self._since)
            lasted = f" {seconds} s" if seconds else ""
            return f"Opening {state.opening} …{lasted}", "The first frame is on its way."
        if state.phase == "failed":
            return state.message, state.advice
        return EMPTY, _HOW

    def _renew(self) -> None:
        opening = self._state.phase == "opening"
        for name, button in self._buttons.items():
            button.setVisible((name == "review_close") == opening)
        self.setAccessibleName(" ".join(self.lines))
        self._place()
        self.update()

    @override
    def resizeEvent(self, event: object) -> None:
        """Place the buttons."""
        self._place()

    def _place(self) -> None:
        shown = [button for button in self._buttons.values() if not button.isHidden()]
        wide = sum(button.sizeHint().width() + 10 for button in shown) - 10
        x, top = (self.width() - wide) // 2, self.height() // 2 + 34
        for button in shown:
            width = button.sizeHint().width()
            button.setGeometry(x, top, width, 40)
            x += width + 10

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, middle = theme(), self.height() / 2
        painter.fillRect(self.rect(), look.colour("bg1"))
        title, words = self.lines
        failed = self._state.phase == "failed"
        tone = "error" if failed else "text2"
        draw_icon(painter, "error" if failed else "review", self.width() / 2 - 20, middle - 116, 40, look.colour(tone))
        wide = min(self.width() - 64, 720)
        box = QRectF((self.width() - wide) / 2, middle - 64, wide, 28)
        for line in ink.wrapped(title, font(20, SEMIBOLD), wide, 2):
            ink.draw_text(painter, box, line, font(20, SEMIBOLD), look.colour("text"), ink.CENTRE)
            box.translate(0, 28)
        box.setHeight(20)
        for line in ink.wrapped(words, font(13, REGULAR), wide, 2):
            ink.draw_text(painter, box, line, font(13, REGULAR), look.colour("text2"), ink.CENTRE)
            box.translate(0, 20)
