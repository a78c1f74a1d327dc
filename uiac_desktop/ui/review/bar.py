"""The transport of the Review room: steps of 1, 10 and 100 frames, play, time, what to look for next, speed."""

from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.clock import clock_text
from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button, ButtonLook
from uiac_desktop.ui.look.fonts import MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.review.words import position_text

_STEPS: Final = (
    ("review_start", "", "restart"),
    ("review_back_100", "‹ 100", ""),
    ("review_back_10", "‹ 10", ""),
    ("review_back", "‹ 1", ""),
    ("review_play", "Play", "play"),
    ("review_forward", "1 ›", ""),
    ("review_forward_10", "10 ›", ""),
    ("review_forward_100", "100 ›", ""),
    ("review_end", "", "to-end"),
)
_GOALS: Final = (
    ("review_doubtful", "Doubtful"),
    ("review_difference", "Difference"),
    ("review_change", "Change"),
    ("review_best", "Best"),
)
SPEEDS: Final = ((0.25, "¼"), (0.5, "½"), (1.0, "1×"), (2.0, "2×"), (4.0, "4×"))
_SPARE: Final = (
    "review_start", "review_end", "review_back_100", "review_forward_100", "review_back_10", "review_forward_10",
    "review_best", "review_difference",
)  # fmt: skip


class ReviewBar(QWidget):
    """One row of buttons; what has no room loses its key cap first, then its place.

    ``speed_chosen`` carries a factor.
    """

    speed_chosen = Signal(float)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review_bar")
        self._actions = actions
        self._steps = {name: self._button(name, word, icon) for name, word, icon in _STEPS}
        self._goals = {name: self._button(name, word, "") for name, word in _GOALS}
        self._play = self._steps["review_play"]
        self._play.show_word(False)
        self._loop = self._button("review_loop", "", "again")
        self._loop.setCheckable(True)
        self._speeds: dict[float, Button] = {}
        for factor, word in SPEEDS:
            button = Button(word, parent=self)
            button.setObjectName(f"speed_{factor:g}")
            button.setAccessibleName(f"Speed {word}")
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose_speed, factor))
            self._speeds[factor] = button
        self._speed = Button("1×", parent=self)
        self._speed.setObjectName("speed")
        self._speed.setAccessibleName("Speed")
        self._speed.setToolTip("Plays at the next speed, after the highest at the lowest.")
        self._speed.clicked.connect(self._next_speed)
        self._now = 1.0
        self._lines = ("", "")
        self._reading = QRectF()
        self.renew_keys()

    def _button(self, name: str, word: str, icon: str) -> Button:
        command = BY_ID[name]
        look: ButtonLook = "primary" if name == "review_play" else "normal"
        button = Button(word, icon, look=look, parent=self)
        button.setObjectName(f"button_{name}")
        button.setAccessibleName(command.word)
        button.clicked.connect(lambda _checked=False: self._actions.give(name))
        return button

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for name, button in {**self._steps, **self._goals, "review_loop": self._loop}.items():
            button.setToolTip(self._actions.tooltip(name))
            button.setAccessibleDescription(self._actions.key_text(name))
        self._place()

    def _choose_speed(self, factor: float, _checked: bool = False) -> None:
        self.speed_chosen.emit(factor)

    def _next_speed(self) -> None:
        factors = [factor for factor, _ in SPEEDS]
        self.speed_chosen.emit(next((factor for factor in factors if factor > self._now + 1e-6), factors[0]))

    def show_state(self, state: ReviewState) -> None:
        """Show how the room stands."""
        has_clip = state.clip is not None
        if has_clip != self._play.isEnabled() or not self._lines[0]:
            several = (self._steps, self._goals, self._speeds)
            for button in (self._loop, self._speed, *(one for group in several for one in group.values())):
                button.setEnabled(has_clip)
        playing = state.playing
        self._play.set_word(*(("Pause", "pause") if playing else ("Play", "play")))
        self._play.setAccessibleName("Pause" if playing else "Play")
        self._loop.setChecked(state.loop)
        self._now = state.speed
        self._speed.set_word(next((word for factor, word in SPEEDS if abs(factor - state.speed) < 1e-6), "1×"))
        for factor, button in self._speeds.items():
            button.setChecked(abs(factor - state.speed) < 1e-6)
        lines = (clock_text(state.time_s), position_text(state)) if has_clip else ("–", "")
        if lines != self._lines:
            moved = len(lines[1]) != len(self._lines[1])
            self._lines = lines
            if moved:
                self._place()
            self.update(self._reading.toAlignedRect())

    @override
    def resizeEvent(self, event: object) -> None:
        """Place the buttons."""
        self._place()

    def _place(self) -> None:
        for name, button in self._goals.items():
            button.set_key(self._actions.key_text(name))
        hidden: list[str] = []
        capped, small = list(self._goals), [*reversed(_SPARE)]
        while self._width(hidden) > self.width() - 24:
            if capped:
                self._goals[capped.pop()].set_key("")
            elif "review_change" not in hidden:
                hidden.append("review_change")
            elif "speeds" not in hidden:
                hidden.append("speeds")
            elif small:
                hidden.append(small.pop())
            else:
                break
        for name, button in self._goals.items():
            button.setAccessibleDescription(self._actions.key_text(name))
        self._put(hidden)

    def _width(self, hidden: list[str]) -> int:
        left = sum(self._wide(button) + 4 for name, button in self._steps.items() if name not in hidden)
        middle = sum(button.sizeHint().width() + 4 for name, button in self._goals.items() if name not in hidden)
        right = 48 if "speeds" in hidden else sum(button.sizeHint().width() + 2 for button in self._speeds.values())
        return left + self._reading_width() + middle + right + self._loop.sizeHint().width() + 36

    def _wide(self, button: Button) -> int:
        return 44 if button is self._play else button.sizeHint().width()

    def _reading_width(self) -> int:
        large = ink.text_width("0:00:00.00" if len(self._lines[0]) > 8 else "0:00.00", font(18, SEMIBOLD))
        return round(large + ink.text_width(self._lines[1] or "0", font(12, MEDIUM)) + 28)

    def _put(self, hidden: list[str]) -> None:
        x, top = 12, (self.height() - 32) // 2
        for name, button in self._steps.items():
            button.setVisible(name not in hidden)
            if name not in hidden:
                button.setGeometry(x, top, self._wide(button), 32)
                x += self._wide(button) + 4
        self._reading = QRectF(x + 8, 0, self._reading_width(), self.height())
        x = round(self._reading.right()) + 8
        for name, button in self._goals.items():
            button.setVisible(name not in hidden)
            if name not in hidden:
                width = button.sizeHint().width()
                button.setGeometry(x, top, width, 32)
                x += width + 4
        right = self.width() - 12
        for factor, _ in reversed(SPEEDS):
            button = self._speeds[factor]
            button.setVisible("speeds" not in hidden)
            if "speeds" not in hidden:
                width = button.sizeHint().width()
                right -= width
                button.setGeometry(right, top, width, 32)
                right -= 2
        self._speed.setVisible("speeds" in hidden)
        if "speeds" in hidden:
            right -= 46
            self._speed.setGeometry(right, top, 46, 32)
        width = self._loop.sizeHint().width()
        self._loop.setGeometry(right - width - 6, top, width, 32)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, time and frame."""
        painter = QPainter(self)
        look = theme()
        painter.fillRect(self.rect(), look.colour("bg1"))
        large, small = self._lines
        box = self._reading
        ink.draw_text(painter, box, large, font(18, SEMIBOLD), look.colour("text"))
        beside = box.adjusted(ink.text_width(large, font(18, SEMIBOLD)) + 10, 0, 0, 0)
        ink.draw_text(painter, beside, small, font(12, MEDIUM), look.colour("text2"))
