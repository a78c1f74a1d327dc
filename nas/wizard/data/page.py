"""The first page: which frames the network learns from, looked at before anything is trained on them."""

from collections import defaultdict
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget
from typing_extensions import override

from nas.data.folder import DataSet
from nas.data.inspect import Inspection
from nas.wizard.data.choice import DataChoice
from nas.wizard.data.class_bars import ClassBars, ClassRow
from nas.wizard.data.contact_sheet import ContactSheet
from nas.wizard.data.problem_list import ProblemList
from nas.wizard.data.words import severities, summary, warned, written
from nas.wizard.look.button import Button
from nas.wizard.look.panel import Panel, label, set_role
from nas.wizard.look.plan import Plan
from nas.wizard.look.record import Look
from nas.wizard.page import Gate, Page
from nas.wizard.requests import ChooseData, Repair, StopChecking, StopTask, UndoRepair
from nas.wizard.state import DataState, Step, WizardState

SIMULATE: Final = "simulate"
"""Name of the task that writes a simulated set."""
_COPIES: Final = frozenset({"copies", "near_copies", "copies_two_labels"})
_EMPTY: Final = (
    "No frames are chosen.\n\nChoose folder: one sub-folder of images for each plane, named after it. A file labels.csv"
    " may name subjects, so that no woman is on both sides.\n\nExported exams: what the room Exams exported.\n\n"
    "Simulated set: frames that this program draws, to try Learn without any of your own."
)
_STOPPED: Final = "The check was stopped. Check again looks at every frame of the folder."


class DataPage(Page):
    """Choose a folder, see what is in it and what is wrong with it, put it right."""

    step: ClassVar[Step] = "data"
    word: ClassVar[str] = "Data"
    question: ClassVar[str] = "Which frames shall the network learn from?"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._class = ""
        self._by_class: dict[str, tuple[str, ...]] = {}
        self._rows: tuple[ClassRow, ...] = ()
        self._seen: tuple[int, Path | None] = (-1, None)
        self._choice = DataChoice(look)
        self._choice.wants.connect(self.wants)
        self._progress = QProgressBar()
        self._progress.setObjectName("data_progress")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(160)
        self._summary = label("", "strong", "data_summary")
        self._stop = Button(look, "Stop", "stop_checking", "close", small=True)
        self._stop.clicked.connect(self._stop_it)
        self._again = Button(look, "Check again", "check_again", "again", small=True)
        self._again.clicked.connect(self._check_again)
        self._undo = Button(look, "Undo", "undo_repair", "undo", small=True, command="learn_undo")
        self._undo.clicked.connect(lambda: self.wants.emit(UndoRepair()))
        self._bars = ClassBars(look)
        self._bars.chosen.connect(self._show_class)
        self._problems = ProblemList(look)
        self._problems.repair.connect(lambda place: self.wants.emit(Repair(place)))
        self._sheet = ContactSheet(look)
        self._sheet.moved.connect(self._say_span)
        self._classes = Panel(look, "Frames per class", "panel_classes")
        self._looked = Panel(look, "What to look at", "panel_problems")
        self._contact = Panel(look, "Contact sheet", "panel_contact")
        self._turn = label("", "hint", "class_turn", wraps=True)
        self._empty = label("", "hint", "data_empty", wraps=True)
        self._lay_out()

    @override
    def show_state(self, state: WizardState) -> None:
        """Draw the page from a state."""
        self.state = state
        data = state.data
        self._choice.show_state(state)
        if (data.round, data.folder) != self._seen:
            self._seen = (data.round, data.folder)
            self._take(data.images, data.inspection)
        self._show_progress(state)
        self._undo.setVisible(bool(data.repaired))
        self._undo.setToolTip(f"Takes back: {data.repaired} (Ctrl+Z)" if data.repaired else "")
        self._undo.setEnabled(not data.checking)
        self._again.setVisible(data.folder is not None and not data.checking)
        settled = frozenset({"unbalanced"}) if state.train.class_weights == "balanced" else frozenset[str]()
        self._problems.show_problems(data.inspection, settled, data.checking)
        self._bars.show_rows(self._rows if data.inspection is not None else (), self._class)
        self._looked.set_title("What to look at", severities(data.inspection))
        self._show_sheet(data)
        self._say_empty(state)

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        self._plan.wear(look)

    @override
    def gate(self, state: WizardState) -> Gate:
        """Return whether the set is settled."""
        data, word = state.data, "Next: Split"
        if data.folder is None:
            return Gate(word, False, "Choose labelled frames first.")
        if data.checking:
            return Gate(word, False, "The frames are being checked.")
        if data.inspection is None:
            stopped = data.refused is None
            return Gate(
                word, False, "The check was stopped: check again." if stopped else "Choose a folder that can be read."
            )
        must = [problem for problem in data.inspection.problems if problem.severity == "error"]
        if must:
            said = (
                "1 problem must be settled first" if len(must) == 1 else f"{len(must)} problems must be settled first"
            )
            return Gate(word, False, f"{said}.")
        return Gate(word, reason=f"Checked in {data.seconds:.1f} s.")

    @override
    def turn(self, by: int) -> None:
        """Show the class before or after on the contact sheet."""
        names = [row.name for row in self._rows]
        if names:
            place = names.index(self._class) if self._class in names else 0
            self._show_class(names[(place + by) % len(names)])

    def turn_page(self, by: int) -> None:
        """Show the pictures of the class before or after those in view."""
        self._sheet.turn_page(by)

    # What is shown

    def _take(self, images: DataSet | None, inspection: Inspection | None) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        women: dict[str, set[str]] = defaultdict(set)
        for image in images.images if images is not None else ():
            found[image.label].append(image.path)
            women[image.label].add(image.subject)
        self._by_class = {name: tuple(paths) for name, paths in found.items()}
        known = warned(inspection)
        counts = inspection.classes if inspection is not None else {}
        self._rows = tuple(
            ClassRow(name, count, len(women[name] - {""}), known.get(name, "")) for name, count in counts.items()
        )
        if self._class not in counts:
            self._class = next(iter(counts), "")

    def _show_progress(self, state: WizardState) -> None:
        data = state.data
        task = state.task(SIMULATE)
        writing = task if task is not None and task.running else None
        busy = data.checking or writing is not None
        self._progress.setVisible(busy)
        self._stop.setVisible(busy)
        role = "strong"
        if writing is not None:
            done, total = written(writing.words)
            self._progress.setRange(0, total)
            self._progress.setValue(done)
            text = f"Writing {total:,} simulated frames … {done:,}" if total else "Writing simulated frames …"
        elif data.checking:
            self._progress.setRange(0, max(data.total, 1))
            self._progress.setValue(data.done)
            text = f"Checking {data.total:,} frames … {data.done:,}" if data.total else "Reading the folder …"
        elif data.refused is not None:
            role, text = "error", data.refused.message
        elif task is not None and task.refused is not None and data.inspection is None:
            role, text = "error", task.refused.message
        else:
            text = summary(data.inspection)
        set_role(self._summary, role)
        self._summary.setText(text)
        self._summary.setToolTip(text)

    def _show_class(self, name: str) -> None:
        self._class = name
        self._bars.show_rows(self._rows, name)
        self._show_sheet(self.state.data)

    def _show_sheet(self, data: DataState) -> None:
        paths = self._by_class.get(self._class, ()) if data.inspection is not None else ()
        copies = frozenset(
            path
            for problem in (data.inspection.problems if data.inspection is not None else ())
            if problem.kind in _COPIES
            for group in problem.groups
            for path in group
        )
        self._sheet.show_pictures(data.folder or Path(), paths, copies, data.round)
        self._say_span()

    def _say_span(self) -> None:
        first, last, total = self._sheet.span
        title = f"Contact sheet: {self._class}" if total else "Contact sheet"
        aside = (
            "" if not total else f"{total:,} frames" if last - first + 1 == total else f"{first}–{last} of {total:,}"
        )
        self._contact.set_title(title, aside)
        names = [row.name for row in self._rows]
        if not total or self._class not in names:
            self._turn.setText("")
            return
        place = names.index(self._class)
        before, after = names[place - 1], names[(place + 1) % len(names)]
        self._turn.setText(
            f"‹ {before}   [{self._class}]   {after} ›     Left and Right change the class, Page Down goes on"
        )

    def _say_empty(self, state: WizardState) -> None:
        data, task = state.data, state.task(SIMULATE)
        refused = data.refused or (task.refused if task is not None else None)
        self._empty.setVisible(data.inspection is None or data.refused is not None)
        if data.checking:
            self._empty.setText("")
        elif refused is not None and (data.inspection is None or data.refused is not None):
            self._empty.setText(f"{refused.message} {refused.advice}")
        else:
            self._empty.setText(_EMPTY if data.folder is None else _STOPPED)

    # What is asked

    def _check_again(self) -> None:
        if self.state.data.folder is not None:
            self.wants.emit(ChooseData(self.state.data.folder))

    def _stop_it(self) -> None:
        self.wants.emit(StopChecking() if self.state.data.checking else StopTask(SIMULATE))

    def _lay_out(self) -> None:
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        told = QWidget()
        told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        right = QHBoxLayout(told)
        right.setContentsMargins(8, 0, 0, 0)
        right.setSpacing(10)
        right.addWidget(self._progress)
        for button in (self._stop, self._again, self._undo):
            right.addWidget(button)
        right.addWidget(self._summary, 1)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._choice, 11)
        top.addWidget(told, 9)
        self._classes.aside.setText("subjects")
        self._classes.add(self._bars, 1)
        self._looked.add(self._empty)
        self._looked.add(self._problems, 1)
        self._contact.add(self._sheet, 1)
        self._contact.add(self._turn)
        rows = (label(self.question, "title"), top)
        self._plan = Plan(self, self.look, rows, {self._classes: 33, self._looked: 39, self._contact: 28})

    @override
    def minimumSizeHint(self) -> QSize:
        """Return a size at which nothing is cut."""
        return QSize(800, 360)
