"""The wizard as one widget: the steps on top, one page in view, the foot; it asks the program around for little."""

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from nas.wizard.control import WizardControl
from nas.wizard.enter_key import has_use_for_enter, is_enter
from nas.wizard.foot import Foot
from nas.wizard.look.record import Look
from nas.wizard.look.style import style_sheet
from nas.wizard.page import Page
from nas.wizard.pages import PAGES
from nas.wizard.requests import GoTo, UndoDelete, UndoRepair
from nas.wizard.state import STEPS, Said, Step, WizardState
from nas.wizard.stepper import Stepper


class Wizard(QWidget):
    """Search and train a department's own network.

    Parameters
    ----------
    look
        What it is drawn with.
    runs
        Folder of the runs.

    ``asks`` carries requests that only the program around can do (see `WizardControl`); ``troubled`` carries a `Said`
    of what could not be done, or None when that is over.
    """

    asks = Signal(object)
    troubled = Signal(object)

    def __init__(self, look: Look, runs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wizard")
        self._look = look
        self._told: Said | None = None
        self.control = WizardControl(runs, self)
        self.pages: dict[Step, Page] = {}
        self._kinds = {kind.step: kind for kind in PAGES}
        in_row = tuple((step, self._kinds[step].word) for step in STEPS if step in self._kinds)
        self._order = tuple(step for step, _ in in_row)
        self._stepper = Stepper(look, in_row)
        self._stack = QStackedWidget()
        self._foot = Foot(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stepper)
        column.addWidget(self._stack, 1)
        column.addWidget(self._foot)
        self._stepper.wants.connect(self.control.do)
        self._foot.back.connect(self.back)
        self._foot.next.connect(self.go_on)
        self.control.changed.connect(self._show)
        self.control.asks.connect(self.asks)
        self.setStyleSheet(style_sheet(look))
        self._show(self.control.state)

    @property
    def state(self) -> WizardState:
        """What is shown."""
        return self.control.state

    @property
    def page(self) -> Page:
        """The page in view; each is made when it is first gone to, so that the room opens at once."""
        step = self.state.step if self.state.step in self._kinds else "runs"
        if step not in self.pages:
            page = self.pages[step] = self._kinds[step](self._look)
            self._stack.addWidget(page)
            page.wants.connect(self.control.do)
        return self.pages[step]

    def go_on(self) -> None:
        """Do what the button at the right of the foot says, where it may be pressed."""
        gate = self.page.gate(self.state)
        if gate.word and gate.open:
            self.page.go_on()
        self._show_foot()

    def back(self) -> None:
        """Show the step before."""
        before = self._before(self.state.step)
        if before is not None:
            self.control.do(GoTo(before))

    def turn(self, by: int) -> None:
        """Show the class before or after on the contact sheet."""
        self.page.turn(by)

    def turn_page(self, by: int) -> None:
        """Show the pictures before or after those in view."""
        self.page.turn_page(by)

    def undo(self) -> None:
        """Take back what the page in view did last."""
        if self.state.step == "runs" and self.state.deleted:
            self.control.do(UndoDelete())
        elif self.state.step == "data" and self.state.data.repaired:
            self.control.do(UndoRepair())

    def wear(self, look: Look) -> None:
        """Take another look: the theme or the size of the window changed."""
        if look == self._look:
            return
        self._look = look
        self.setStyleSheet(style_sheet(look))
        for part in (self._stepper, self._foot):
            part.wear(look)
        for page in self.pages.values():
            page.wear(look)
            page.show_state(self.state)

    def shut(self) -> None:
        """The window goes; the runs go on."""
        self.control.shut()

    @override
    def event(self, event: QEvent) -> bool:
        """Keep Enter for the part that has a use for it; else it is the key of the next step."""
        asks = event.type() == QEvent.Type.ShortcutOverride
        if asks and is_enter(event) and has_use_for_enter(QApplication.focusWidget()):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus."""
        focus = QApplication.focusWidget()
        if is_enter(event) and isinstance(focus, QAbstractButton) and has_use_for_enter(focus):
            focus.click()
            return
        super().keyPressEvent(event)

    def _show(self, state: WizardState) -> None:
        page = self.page
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
        page.show_state(state)
        going = sum(view.state == "running" for view in state.shelf)
        self._stepper.show_steps(
            state.step, done_steps(state), possible_steps(state), f"Runs: {going} at work" if going else "Runs"
        )
        self._show_foot()
        if state.problem != self._told:
            self._told = state.problem
            self.troubled.emit(state.problem)

    def _show_foot(self) -> None:
        """Show where one can go; pressed in vain, the button says why."""
        before = self._before(self.state.step)
        self._foot.setVisible(self.page.has_foot)
        self._foot.show_gate(self._kinds[before].word if before is not None else "", self.page.gate(self.state))

    def _before(self, step: Step) -> Step | None:
        if step not in self._order:
            return "data"
        place = self._order.index(step)
        before = [earlier for earlier in self._order[:place] if earlier in possible_steps(self.state)]
        return before[-1] if before else None


def done_steps(state: WizardState) -> frozenset[Step]:
    """Return the steps that are settled."""
    done: set[Step] = set()
    if state.data.usable:
        done.add("data")
    if state.search_run is not None or state.train_run is not None:
        done |= {"split", "search"}
    if state.search_run is not None and state.search_run.state == "finished":
        done.add("searching")
    if state.train_run is not None and state.train_run.state == "finished":
        done |= {"train", "result"}
    return frozenset(done)


def possible_steps(state: WizardState) -> frozenset[Step]:
    """Return the steps that can be gone to."""
    possible: set[Step] = {"runs", "data"}
    if state.data.usable:
        possible |= {"split", "search"}
        if state.genotype.source != "search":
            possible.add("train")
    if state.search_run is not None:
        possible.add("searching")
        if state.search_run.state == "finished":
            possible.add("train")
    if state.train_run is not None:
        possible.add("train")
        if state.train_run.state == "finished":
            possible |= {"result", "use"}
    if state.compare_run is not None:
        possible.add("result")
    return frozenset(possible)
