"""What every page of the wizard is: drawn from one state, and asking for what it wants instead of doing it."""

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from nas.wizard.look.record import Look
from nas.wizard.requests import GoTo
from nas.wizard.state import STEPS, Step, WizardState

_ACROSS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True, slots=True)
class Gate:
    """The way on from a page: the ``word`` on the button, whether it is ``open``, and why not (or what to know)."""

    word: str
    open: bool = True
    reason: str = ""


class Page(QWidget):
    """A page of the wizard.

    Parameters
    ----------
    look
        What it is drawn with; `wear` gives another.

    ``wants`` carries a record of `nas.wizard.requests`. Subclasses set ``step``, ``word`` (on the stepper) and
    ``question`` (the title), and override `show_state`, `wear` and `gate`.
    """

    wants = Signal(object)
    step: ClassVar[Step] = "data"
    word: ClassVar[str] = ""
    question: ClassVar[str] = ""
    has_foot: ClassVar[bool] = True

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.state = WizardState()
        self.setObjectName(f"learn_{self.step}")
        self.setAccessibleName(self.question or self.word)

    def show_state(self, state: WizardState) -> None:
        """Draw the page from a state; cheap where nothing of it changed."""
        self.state = state

    def wear(self, look: Look) -> None:
        """Take another look: the theme or the window's size changed; every part with a method ``wear`` takes it too."""
        self.look = look
        for part in self.findChildren(QWidget):
            taker = getattr(part, "wear", None)
            if callable(taker):
                taker(look)
        self.update()

    def gate(self, state: WizardState) -> Gate:
        """Return what the button at the right of the foot says, and whether it may be pressed."""
        return Gate("Next", state.step != STEPS[-1])

    def go_on(self) -> None:
        """Do what the button at the right of the foot says."""
        place = STEPS.index(self.step) + 1 if self.step in STEPS else 0
        if place < len(STEPS):
            self.wants.emit(GoTo(STEPS[place]))

    def turn(self, by: int) -> None:
        """Left and right: the class before or after, where the page has such a thing."""

    def turn_page(self, by: int) -> None:
        """Page Up and Page Down, where the page has such a thing."""

    @override
    def event(self, event: QEvent) -> bool:
        """Keep arrows for the part that has the focus, where the page has no use for them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focus = QApplication.focusWidget()
            inside = focus is not None and focus is not self and self.isAncestorOf(focus)
            if inside and event.key() in _ACROSS and type(self).turn is Page.turn and not event.modifiers():
                event.accept()
                return True
        return super().event(event)
