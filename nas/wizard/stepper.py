"""The steps as a row: which are done, which is in view, which can be gone to."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout
from typing_extensions import override

from nas.wizard.look.button import Button
from nas.wizard.look.record import Look
from nas.wizard.requests import GoTo
from nas.wizard.state import Step

_HIGH = 56
_LOW = 46
_DISC = 20


class _StepButton(QAbstractButton):
    """A step: a disc with its number, or a tick, and its word."""

    def __init__(self, look: Look, number: int, word: str, step: Step) -> None:
        super().__init__()
        self._look, self._number = look, number
        self.step: Step = step
        self.done = False
        self.setText(word)
        self.setObjectName(f"step_{step}")
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_as(self, chosen: bool, done: bool, possible: bool) -> None:
        """Show the step's state."""
        self.done = done
        self.setChecked(chosen)
        self.setEnabled(possible)
        state = "in view" if chosen else "done" if done else "open" if possible else "not yet"
        self.setAccessibleName(f"Step {self._number}: {self.text()}, {state}")
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.updateGeometry()
        self.update()

    @override
    def nextCheckState(self) -> None:
        """Leave the state to whoever shows the step."""

    @override
    def sizeHint(self) -> QSize:
        """Return the size that shows the word whole."""
        width = QFontMetricsF(self._look.font(14, 600)).horizontalAdvance(self.text())
        return QSize(round(width) + _DISC + (26 if self._look.compact else 32), 34)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw disc, word and, where it is in view, the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._look.colour
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        chosen = self.isChecked()
        if chosen or (self.underMouse() and self.isEnabled()):
            painter.setBrush(QColor(colour("accentbg" if chosen else "hover")))
            painter.setPen(QPen(QColor(colour("accent")), 1) if chosen else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour("focus")), 2))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        disc = QRectF(10, (self.height() - _DISC) / 2, _DISC, _DISC)
        self._draw_disc(painter, disc)
        painter.setFont(self._look.font(14, 600 if chosen else 500))
        painter.setPen(QColor(colour("text" if self.isEnabled() else "text3")))
        rest = QRectF(disc.right() + 8, 0, self.width(), self.height())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())

    def _draw_disc(self, painter: QPainter, disc: QRectF) -> None:
        colour = self._look.colour
        if self.done and not self.isChecked():
            painter.drawPixmap(disc.toRect(), self._look.icon("ok", "ok").pixmap(_DISC, _DISC))
            return
        if self.isChecked():
            painter.setBrush(QColor(colour("accent")))
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour("border2")), 1.2))
        painter.drawEllipse(disc.adjusted(0.6, 0.6, -0.6, -0.6))
        painter.setFont(self._look.font(12, 600))
        ink = "onaccent" if self.isChecked() else "text2" if self.isEnabled() else "text3"
        painter.setPen(QColor(colour(ink)))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self._number))


class Stepper(QFrame):
    """The steps, and the button to the list of runs; ``wants`` carries a `GoTo`."""

    wants = Signal(object)

    def __init__(self, look: Look, steps: tuple[tuple[Step, str], ...]) -> None:
        super().__init__()
        self._look = look
        self.setProperty("role", "bar")
        self.setObjectName("stepper")
        self._row = QHBoxLayout(self)
        self._buttons: dict[Step, _StepButton] = {}
        for number, (step, word) in enumerate(steps, 1):
            button = _StepButton(look, number, word, step)
            button.clicked.connect(lambda _checked=False, step=step: self.wants.emit(GoTo(step)))
            self._row.addWidget(button)
            self._buttons[step] = button
        self._row.addStretch(1)
        self._runs = Button(look, "Runs", "show_runs", "last", command="learn_runs")
        self._runs.setCheckable(True)
        self._runs.clicked.connect(lambda _checked=False: self.wants.emit(GoTo("runs")))
        self._row.addWidget(self._runs)
        self.wear(look)

    def show_steps(self, chosen: Step, done: frozenset[Step], possible: frozenset[Step], runs: str) -> None:
        """Show which step is in view, which are done, which can be gone to; ``runs`` is the word of the list."""
        for step, button in self._buttons.items():
            button.show_as(step == chosen, step in done, step in possible)
        self._runs.set_word(runs)
        self._runs.setChecked(chosen == "runs")

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.setFixedHeight(_LOW if look.compact else _HIGH)
        self._row.setContentsMargins(14, 0, 16, 0)
        self._row.setSpacing(4 if look.compact else 14)
        for button in self._buttons.values():
            button.wear(look)
        self._runs.wear(look)
