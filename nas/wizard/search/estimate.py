"""What a search will take, asked of a child process before the start, and shown beside the settings."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel

from nas.config.search import SearchConfig
from nas.durations import duration, memory
from nas.events import Estimate, from_line
from nas.wizard.look.button import Button
from nas.wizard.look.deed_row import DeedRow
from nas.wizard.look.panel import Panel, label, set_role
from nas.wizard.look.record import Look
from nas.wizard.remedies import in_words, remedy_deeds
from nas.wizard.requests import ChooseSearch, StartTask, StopTask
from nas.wizard.runs.child import threads_for_runs
from nas.wizard.runs.commands import search_config
from nas.wizard.runs.phases import phase_of_line
from nas.wizard.state import Task, WizardState

TASK: Final = "estimate"


class SearchEstimate(Panel):
    """Time and memory; ``wants`` carries requests."""

    wants = Signal(object)

    def __init__(self, look: Look) -> None:
        self._said = label("", "", "estimate_said", wraps=True)
        self._ask = Button(look, "Estimate", "estimate_ask", tone="normal")
        self._remedies = DeedRow(look)
        super().__init__(look, "Time and memory", "estimate")
        self._remedies.wants.connect(self.wants)
        self._look = look
        self._state = WizardState()
        self._asked: tuple[str, ...] = ()
        self._row = QHBoxLayout()
        self._row.addWidget(self._said, 1)
        self._row.addWidget(self._remedies)
        self._row.addWidget(self._ask)
        self.body.addLayout(self._row)
        self._ask.clicked.connect(self._press)

    def show_state(self, state: WizardState) -> None:
        """Draw it from a state."""
        self._state = state
        task = state.task(TASK)
        running = task is not None and task.running
        self._ask.set_word("Stop" if running else "Estimate")
        self._ask.setEnabled(running or state.data.usable)
        self._ask.setToolTip("Takes a few steps of the search and throws them away.")
        self._remedies.show_deeds(())
        if task is None or (not running and not self._asked):
            self._say(
                "A few timed steps tell what the search will take." if state.data.usable else "Choose data first."
            )
        elif running:
            self._say(phase_of_line(task.words) or ("Preparing a few steps." if task.words else "Starting."))
        elif task.refused is not None:
            self._say(f"{task.refused.message} {in_words(task.refused.advice, SearchConfig)}", "error")
            self._remedies.show_deeds(remedy_deeds(task.refused.advice, state.search, ChooseSearch))
        else:
            self._show_estimate(task, state)

    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        self._ask.wear(look)
        self._remedies.wear(look)

    def _show_estimate(self, task: Task, state: WizardState) -> None:
        told = estimate_in(task.output)
        if told is None:
            self._say("The estimate ended without a figure. Try once more.", "error")
            return
        if self._asked != estimate_words(state):
            self._say(f"Settings have changed since. Before: {in_one_line(told)}", "hint")
            return
        self._say(in_one_line(told), "warn" if told.batch_mib > told.free_mib else "strong")

    def _press(self) -> None:
        task = self._state.task(TASK)
        if task is not None and task.running:
            self.wants.emit(StopTask(TASK))
            return
        if self._state.data.folder is None:
            return
        self._asked = estimate_words(self._state)
        self.wants.emit(StartTask(TASK, self._state.data.folder, self._asked))

    def _say(self, text: str, role: str = "hint") -> None:
        self._said.setText(text)
        set_role(self._said, role)
        self.setAccessibleDescription(text)

    @property
    def said(self) -> QLabel:
        """The line that tells."""
        return self._said


def estimate_words(state: WizardState) -> tuple[str, ...]:
    """Return the command line that estimates what is chosen, on as many threads as the search will have."""
    config = search_config(state, threads_for_runs())
    return ("search", str(state.data.folder or Path()), "--estimate-only", "--events", *flags_of(config))


def flags_of(config: SearchConfig) -> tuple[str, ...]:
    """Return a config as flags, those that differ from the defaults."""
    plain = SearchConfig()
    names = [name for name in type(config).model_fields if getattr(config, name) != getattr(plain, name)]
    return tuple(word for name in names for word in _flag(name.replace("_", "-"), getattr(config, name)))


def _flag(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (f"--{name}",) if value else (f"--no-{name}",)
    if isinstance(value, tuple):
        return (f"--{name}", *map(str, value))
    return (f"--{name}", str(value))


def estimate_in(output: str) -> Estimate | None:
    """Return the estimate that a command told on its stdout; None where it told none."""
    for line in reversed(output.splitlines()):
        try:
            event = from_line(line)
        except ValueError:
            continue
        if isinstance(event, Estimate):
            return event
    return None


def in_one_line(told: Estimate) -> str:
    """Return an estimate in words."""
    return (
        f"About {duration(told.epoch_s)} an epoch, {duration(told.total_s)} in all; {memory(told.batch_mib)} of memory"
        f" at batch {told.batch}, {memory(told.free_mib)} are free."
    )
