"""The list of runs: how each stands, and what can be done with it; also runs of a terminal or another computer."""

from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from typing_extensions import override

from nas.wizard.look.button import Button
from nas.wizard.look.panel import Panel, label, set_role
from nas.wizard.look.plan import Plan
from nas.wizard.look.record import Look
from nas.wizard.page import Gate, Page
from nas.wizard.requests import (
    AskForFolder,
    CompareRun,
    DeleteRun,
    GoOnWithRun,
    GoTo,
    OpenRun,
    RepeatRun,
    ShowFile,
    StopRun,
    UndoDelete,
)
from nas.wizard.runs.words import KINDS, cells_of, deeds_of, sign_of, told
from nas.wizard.state import Step, WizardState

_HEADS: Final = ("Run", "What", "State", "Progress", "Result", "Began")


class RunsPage(Page):
    """Every run in a table, the chosen one with what it said last and what can be done with it."""

    step: ClassVar[Step] = "runs"
    word: ClassVar[str] = "Runs"
    question: ClassVar[str] = "Runs"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._chosen: Path | None = None
        self._table = QTableWidget(0, len(_HEADS))
        self._list = Panel(look, "All runs, newest first", "panel_runs")
        self._detail = Panel(look, "No run is chosen", "panel_run")
        self._state = label("", "strong", "run_state", wraps=True)
        self._words = label("", "hint", "run_words", wraps=True)
        self._place = label("", "faint", "run_place", wraps=True)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = {
            name: self._button(look, name, word, icon, hint)
            for name, word, icon, hint in (
                (
                    "open_run",
                    "Look at it",
                    "image",
                    "Shows its curves, blocks or result; a run that goes on is followed.",
                ),
                ("go_on_run", "Go on", "play", "Goes on from the state that was kept last."),
                ("stop_run", "Stop", "pause", "Stops it with its state kept; Go on takes it up again."),
                ("repeat_run", "Same again", "again", "Takes its data, split and settings for a new run."),
                (
                    "compare_run",
                    "Compare",
                    "model",
                    "Trains further networks as this one was, and judges all of them.",
                ),
                ("show_run", "Show files", "folder", "Opens its folder."),
                (
                    "delete_run",
                    "Delete",
                    "close",
                    "Moves it into the bin, which keeps it for 30 days. Undo brings it back.",
                ),
            )
        }
        self._undo = Button(look, "Undo", "undo_delete", "undo", small=True)
        self._undo.clicked.connect(lambda: self.wants.emit(UndoDelete()))
        self._new = Button(look, "New run", "new_run", "plus", "primary")
        self._new.clicked.connect(lambda: self.wants.emit(GoTo("data")))
        self._watch = Button(look, "Watch a folder", "watch_run", "folder")
        self._watch.setToolTip("Follows a run that was started in a terminal or on another computer.")
        self._watch.clicked.connect(lambda: self.wants.emit(AskForFolder("run")))
        self._lay_out()

    @override
    def show_state(self, state: WizardState) -> None:
        """Draw the page from a state."""
        former, self.state = self.state, state
        if state.step == self.step:
            self._undo.setVisible(bool(state.deleted))
            self._undo.setToolTip(f"Brings {state.deleted} back.")
            if former.shelf != state.shelf or former.step != state.step:
                self._fill()

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        self._plan.wear(look)
        self._fill()

    @override
    def gate(self, state: WizardState) -> Gate:
        """Nothing follows the list of runs."""
        return Gate("")

    # What is shown

    def _fill(self) -> None:
        views = self.state.shelf
        self._table.blockSignals(True)
        self._table.setRowCount(len(views))
        for place, view in enumerate(views):
            for column, text in enumerate(cells_of(view)):
                item = self._table.item(place, column) or QTableWidgetItem()
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if item.text() != text:
                    item.setText(text)
                if column == 2:
                    item.setIcon(self.look.icon(*sign_of(view)))
                self._table.setItem(place, column, item) if item.tableWidget() is None else None
        folders = [view.folder for view in views]
        if self._chosen not in folders:
            self._chosen = folders[0] if folders else None
        if self._chosen is not None:
            self._table.selectRow(folders.index(self._chosen))
        self._table.blockSignals(False)
        at_work = sum(view.state == "running" for view in views)
        self._list.set_title(
            "All runs, newest first",
            f"{len(views)} run{'s' if len(views) > 1 else ''}, {at_work} at work" if views else "",
        )
        self._show_chosen()

    def _show_chosen(self) -> None:
        view = next((view for view in self.state.shelf if view.folder == self._chosen), None)
        for name, button in self._buttons.items():
            button.setVisible(view is not None and name in deeds_of(view))
        if view is None:
            self._detail.set_title("No runs yet." if not self.state.shelf else "No run is chosen", "")
            self._state.setText("")
            self._words.setText("" if self.state.shelf else "Choose labelled frames, and the wizard does the rest.")
            self._place.setText("")
            return
        self._detail.set_title(view.name, KINDS.get(view.kind or "", ""))
        said, words = told(view)
        self._state.setText(said)
        set_role(self._state, {"failed": "error", "went_off": "warn", "finished": "ok"}.get(view.state, "strong"))
        self._words.setText(words)
        self._place.setText(f"{view.folder}" + (f"\nData: {view.data}" if view.data else "\nStarted elsewhere."))

    # What is asked

    def _press(self, name: str) -> None:
        folder = self._chosen
        if folder is None:
            return
        requests: dict[str, object] = {
            "open_run": OpenRun(folder),
            "go_on_run": GoOnWithRun(folder),
            "stop_run": StopRun(folder),
            "repeat_run": RepeatRun(folder),
            "compare_run": CompareRun(folder),
            "show_run": ShowFile(folder),
            "delete_run": DeleteRun(folder),
        }
        self.wants.emit(requests[name])

    def _choose(self) -> None:
        row = self._table.currentRow()
        if 0 <= row < len(self.state.shelf):
            self._chosen = self.state.shelf[row].folder
            self._show_chosen()

    def _button(self, look: Look, name: str, word: str, icon: str, hint: str) -> Button:
        button = Button(look, word, name, icon, "danger" if name == "delete_run" else "normal")
        button.setToolTip(hint)
        button.clicked.connect(lambda _checked=False: self._press(name))
        return button

    def _lay_out(self) -> None:
        table = self._table
        table.setObjectName("runs_table")
        table.setAccessibleName("Runs")
        table.setHorizontalHeaderLabels(list(_HEADS))
        table.verticalHeader().setVisible(False)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        head = table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        table.verticalHeader().setDefaultSectionSize(38)
        table.itemSelectionChanged.connect(self._choose)
        table.itemDoubleClicked.connect(lambda _item: self._press("open_run"))
        self._list.add(table, 1)
        self._detail.add(self._state)
        self._detail.add(self._words)
        for button in self._buttons.values():
            self._detail.add(button)
        self._detail.body.addStretch(1)
        self._detail.add(self._place)
        top = QHBoxLayout()
        top.addWidget(label(self.question, "title"))
        top.addStretch(1)
        for part in (self._undo, self._watch, self._new):
            top.addWidget(part)
        self._plan = Plan(self, self.look, (top,), {self._list: 70, self._detail: 30})
