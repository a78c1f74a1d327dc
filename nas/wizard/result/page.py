"""The sixth page: how good the network is on women that it never saw, where it errs, and how others do."""

from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from nas.counts import counted
from nas.errors import NasError
from nas.model_config import ModelConfig, load_config
from nas.wizard.data.pictures import Pictures
from nas.wizard.look.button import Button
from nas.wizard.look.deed_row import Deed
from nas.wizard.look.record import Look
from nas.wizard.look.save_place import ask_where
from nas.wizard.look.warn_row import Level, WarnRow
from nas.wizard.page import Gate, Page
from nas.wizard.presence import is_folder
from nas.wizard.requests import ShowFile, StopTask, UseModel
from nas.wizard.result.comparison import Comparison, read_comparison
from nas.wizard.result.evaluating import EVALUATE, evaluate_request, evaluation_folder, evaluation_task, stamp
from nas.wizard.result.headline import Headline, facts_of
from nas.wizard.result.pack import pack
from nas.wizard.result.panels import ResultPanels
from nas.wizard.result.record import Result, read_result
from nas.wizard.runs.phases import phase_of_line
from nas.wizard.state import RunView, Step, Task, WizardState


class ResultPage(Page):
    """Figures, pictures and frames of a finished training; what is missing is judged in the background."""

    step: ClassVar[Step] = "result"
    word: ClassVar[str] = "Result"
    question: ClassVar[str] = "How good is it?"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._pictures = Pictures(self)
        self._headline = Headline(look)
        self._export = Button(look, "Export all", "export_all", "use")
        self._export.setToolTip("Tables as CSV, pictures as PNG and PDF, and the card, in one .zip file.")
        self._export.clicked.connect(self._ask_where)
        self._use = Button(look, "Put to work in Scan", "put_to_work", "scan", "primary")
        self._use.clicked.connect(self._put_to_work)
        self._warning = WarnRow(look)
        self._warning.wants.connect(self.wants)
        self._panels = ResultPanels(look, self._pictures)
        self._panels.wants.connect(self.wants)
        self._column = QVBoxLayout(self)
        for button in (self._export, self._use):
            self._headline.row.addWidget(button)
        for part in (self._headline, self._warning):
            self._column.addWidget(part)
        self._column.addWidget(self._panels, 1)
        self.result: Result | None = None
        self.comparison: Comparison | None = None
        self._read: tuple[object, ...] = ()
        self._damaged: NasError | None = None
        self._asked: set[Path] = set()
        self._told: tuple[str, Path] | None = None
        self._unpacked: NasError | None = None
        self.wear(look)

    @override
    def show_state(self, state: WizardState) -> None:
        """Draw the page from a state; files are read only where they are other ones."""
        self.state = state
        if state.step != self.step:
            return
        self._read_files(state)
        self._headline.show_facts(facts_of(self.result, self.comparison))
        self._panels.show_state(state)
        run = state.train_run
        self._export.setEnabled(run is not None and (self.result is not None or self.comparison is not None))
        self._use.setEnabled(self._model is not None)
        self._judge_unasked(run)
        self._say(state)

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        self._column.setContentsMargins(look.pad, look.gap, look.pad, look.gap)
        self._column.setSpacing(look.gap)
        for part in (self._headline, self._export, self._use, self._warning, self._panels):
            part.wear(look)

    @override
    def gate(self, state: WizardState) -> Gate:
        """Go on to the model's card once there is a model."""
        run = state.train_run
        there = run is not None and is_folder(run.folder / "model")
        return Gate("Use it", there, "" if there else "The training has left no model yet.")

    @property
    def _model(self) -> Path | None:
        run = self.state.train_run
        return run.folder / "model" if run is not None and is_folder(run.folder / "model") else None

    def _read_files(self, state: WizardState) -> None:
        """Read evaluation and comparison where they are others than those that are shown."""
        run, other = state.train_run, state.compare_run
        compared = (other.folder, other.state) if other is not None else None
        found = (run.folder, run.data, stamp(evaluation_folder(run.folder)), stamp(run.folder)) if run else None
        if (found, compared) == self._read:
            return
        self._read, self._damaged, self._told, self._unpacked = (found, compared), None, None, None
        self.result = self.comparison = None
        try:
            if run is not None:
                self.result = read_result(evaluation_folder(run.folder)) or read_result(run.folder)
            if other is not None:
                self.comparison = read_comparison(other.folder)
        except NasError as error:
            self._damaged = error
        self._pictures.set_root(run.data if run is not None else None)
        self._panels.show_result(self.result, self.comparison, self._model_config())

    def _model_config(self) -> ModelConfig | None:
        try:
            return load_config(self._model) if self._model is not None else None
        except NasError as error:
            self._damaged = error
            return None

    def _judge_unasked(self, run: RunView | None) -> None:
        """Have a finished run judged once, when its result is first looked at."""
        if run is None or run.state != "finished" or run.folder in self._asked:
            return
        if stamp(evaluation_folder(run.folder)) or evaluation_task(self.state, run) is not None:
            return
        request = evaluate_request(run)
        if request is not None:
            self._asked.add(run.folder)
            QTimer.singleShot(0, self, lambda: self.wants.emit(request))

    def _say(self, state: WizardState) -> None:
        """Say the one thing that matters most now."""
        run = state.train_run
        task = evaluation_task(state, run)
        again = evaluate_request(run) if run is not None else None
        retry = (Deed("judge_again", "Judge again", again),) if again is not None else ()
        if self._damaged is not None:
            self._warning.say("error", self._damaged.message, self._damaged.advice, retry)
        elif self._unpacked is not None:
            self._warning.say("error", self._unpacked.message, self._unpacked.advice)
        elif run is None and state.compare_run is not None:
            known = "Open a training under Runs to see its figures beside it."
            self._warning.say("info", f"Comparison {state.compare_run.name}.", known)
        elif run is None:
            self._warning.say("info", "No result yet.", "Train a network first, or open a run under Runs.")
        elif task is not None and task.running:
            self._say_running(task)
        elif task is not None and task.refused is not None:
            self._warning.say("error", task.refused.message, task.refused.advice, retry)
        elif self._told is not None and is_folder(self._told[1].parent):
            self._warning.say("info", *_exported(*self._told), (Deed("show_export", "Show", ShowFile(self._told[1])),))
        elif self.result is not None and not self.result.predictions:
            away = "" if again is not None else "The data set of this run is not here, so frames cannot be shown."
            self._warning.say("info", "Figures of the training run itself.", away, retry)
        elif self.result is not None:
            self._warning.say(*_judged_on(run, self.result))
        else:
            self._warning.clear()

    def _say_running(self, task: Task) -> None:
        doing = phase_of_line(task.words) or "Loading the model."
        stop = Deed("stop_judging", "Stop", StopTask(EVALUATE))
        self._warning.say("info", "Judging the network on the frames that were held out.", doing, (stop,))

    def _put_to_work(self) -> None:
        if self._model is not None:
            self.wants.emit(UseModel(self._model))

    def _ask_where(self) -> None:
        run = self.state.train_run
        if run is not None:
            ask_where(self, "Export all", f"{run.name}_result.zip", self.export_to)

    def export_to(self, target: Path) -> None:
        """Pack everything into a file, and say so."""
        run = self.state.train_run
        if run is None:
            return
        try:
            count = pack(run.folder, self.result, self.comparison, target)
        except NasError as error:
            self._told, self._unpacked = None, error
        else:
            self._told, self._unpacked = (f"{count} files are in {target.name}.", target), None
        self._say(self.state)


def _exported(what: str, target: Path) -> tuple[str, str]:
    return what, f"Frames and weights are not in it. Folder: {target.parent.name or target.parent}"


def _judged_on(run: RunView, result: Result) -> tuple[Level, str, str]:
    """Return what the figures come from; a warning where the women of the test were learned from, too."""
    figures = result.figures
    apart = run.story.started.split_by if run.story.started is not None else "subject"
    known = figures.n_subjects > 0
    women = counted(figures.n_subjects, "held-out subject" if apart == "subject" else "subject")
    nones = f", {counted(figures.n_none, 'frame')} of none" if figures.n_none else ""
    what = f"{counted(figures.n, 'test frame')}{f' of {women}' if known else ', subjects not known'}{nones}."
    if known and apart != "subject":
        return (
            "warn",
            what,
            f"Split by {apart}: they were learned from, too; the figures are too good. Run {run.name}.",
        )
    return "info", what, f"Run {run.name}."
