"""Does what the pages ask for, and holds the one state that they are drawn from."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from nas.config.search import SearchConfig
from nas.config.train import TrainConfig
from nas.errors import NasError
from nas.graphics_card import usable_cards
from nas.wizard import requests as ask
from nas.wizard.data.control import DataControl
from nas.wizard.jobs import Jobs
from nas.wizard.mirroring import Config, may_mirror
from nas.wizard.presence import is_folder
from nas.wizard.runs.child import threads_for_runs
from nas.wizard.runs.commands import (
    asked_blocks,
    choices_of,
    config_of,
    genotype_word,
    search_config,
    toml_of,
    train_config,
)
from nas.wizard.runs.control import RunsControl
from nas.wizard.search.genotype_source import blocks_of
from nas.wizard.state import RunView, Said, Step, WizardState

_STEP_OF: Final[dict[str, Step]] = {"search": "searching", "train": "train", "compare": "result"}


class WizardControl(QObject):
    """The wizard without its window.

    Parameters
    ----------
    runs
        Folder of the runs.

    ``changed`` carries each new `WizardState`; ``asks`` carries requests that only the program around can do: folders
    to be chosen, simulated sets, a model to be put to work, files to be shown.
    """

    changed = Signal(object)
    asks = Signal(object)

    def __init__(self, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = WizardState()
        self.data = DataControl(self)
        self.runs = RunsControl(runs, self, cards=usable_cards())
        self.jobs = Jobs(self)
        self._search_run: Path | None = None
        self._train_run: Path | None = None
        self._compare_run: Path | None = None
        self._noted: tuple[Path | None, bool] | None = None
        self._settled: dict[type, Path | None] = {}  # for which set each config is that of a run
        self._unmirrored: set[type] = set()  # configs in which mirroring was turned off for the sake of the set
        self.data.changed.connect(self._gather)
        self.runs.changed.connect(self._gather)
        self.runs.troubled.connect(lambda said: self._put(problem=said))
        self.jobs.changed.connect(self._gather)
        self._deeds: Final[dict[type, Callable[[Any], None]]] = {
            ask.GoTo: lambda request: self._put(step=request.step, problem=None),
            ask.ChooseData: self._choose_data,
            ask.StopChecking: lambda _: self.data.stop(),
            ask.Repair: self._repair,
            ask.UndoRepair: lambda _: self.data.undo(),
            ask.ChooseSplit: lambda request: self._put(split=request.split),
            ask.ChooseGenotype: lambda request: self._put(genotype=request.genotype),
            ask.TrainWith: self._train_with,
            ask.ChooseSearch: lambda request: self._put(search=request.config, search_preset=request.preset),
            ask.ChooseTrain: lambda request: self._put(train=request.config),
            ask.StartSearch: lambda _: self._start_search(),
            ask.StartTrain: lambda _: self._start_train(),
            ask.StartCompare: self._start_compare,
            ask.StopRun: lambda request: self.runs.stop(request.folder, request.then),
            ask.GoOnWithRun: self._go_on,
            ask.OpenRun: self._open_run,
            ask.CompareRun: self._compare_with_run,
            ask.RepeatRun: self._repeat_run,
            ask.DeleteRun: self._delete_run,
            ask.UndoDelete: lambda _: self.runs.undo_delete(),
            ask.StartTask: lambda request: self.jobs.start(request.name, request.target, ("nas", *request.words)),
            ask.StopTask: lambda request: self.jobs.stop(request.name),
        }

    def open(self) -> None:
        """Begin: look at the runs; the one that goes on is taken up, and its page is shown."""
        self.runs.open()
        for view in reversed(self.runs.views):
            if view.kind is not None and view.at_work:
                self._follow(view)
                self._put(step=_STEP_OF[view.kind])
        self._gather()

    def offer(self, exported: tuple[Path, ...]) -> None:
        """Offer data sets that were made of exams, the latest first."""
        self._put(exported=exported)

    def shut(self) -> None:
        """End what ends with the window; runs go on."""
        self.data.stop()
        self.jobs.shut()
        self.runs.shut()

    def do(self, request: object) -> None:
        """Do what a page asks for; what goes wrong is told in ``state.problem``."""
        deed = self._deeds.get(type(request))
        if deed is None:
            self.asks.emit(request)
            return
        try:
            deed(request)
        except NasError as error:
            self._put(problem=Said(error.message, error.advice))

    # Data

    def _choose_data(self, request: ask.ChooseData) -> None:
        self._put(step="data", problem=None)
        self._settled.clear()
        self.data.choose(request.folder)

    def _repair(self, request: ask.Repair) -> None:
        inspection = self.state.data.inspection
        kind = inspection.problems[request.problem].kind if inspection is not None else ""
        if kind == "unbalanced":
            even = {"class_weights": "balanced"}
            self._put(train=self.state.train.model_copy(update=even), search=self.state.search.model_copy(update=even))
        elif kind == "no_subjects":
            self._put(step="split")
        else:
            self.data.repair(request.problem)

    # Runs

    def _start_search(self) -> None:
        config = toml_of(search_config(self.state, threads_for_runs()))
        self._search_run = self.runs.start("search", self._data_folder(), config, ())
        if not any(view is not None and view.at_work for view in (self.state.train_run, self.state.compare_run)):
            self._train_run = self._compare_run = None
        self._put(step="searching", problem=None)
        self._gather()

    def _start_train(self) -> None:
        _, said = blocks_of(self.state)
        if said is not None:
            raise NasError(said.message, said.advice)
        config = toml_of(train_config(self.state, threads_for_runs()))
        self._train_run = self.runs.start("train", self._data_folder(), config, ())
        self._compare_run = None
        self._put(step="train", problem=None)
        self._gather()

    def _train_with(self, request: ask.TrainWith) -> None:
        self._put(genotype=request.genotype)
        going = self.state.train_run
        if going is None or not going.at_work or asked_blocks(going.folder) != genotype_word(self.state):
            self._train_run = None
        self._put(step="train", problem=None)
        self._gather()

    def _start_compare(self, request: ask.StartCompare) -> None:
        config = toml_of(train_config(self.state, threads_for_runs()))
        words = ("--models", *request.models, *request.words)
        self._compare_run = self.runs.start("compare", self._data_folder(), config, words)
        self._gather()

    def _data_folder(self) -> Path:
        data = self.state.data
        if data.folder is None or not data.usable:
            raise NasError("No data are chosen, or they are not settled.", "Go to the page Data first.")
        return data.folder

    def _go_on(self, request: ask.GoOnWithRun) -> None:
        self.runs.go_on(request.folder, request.changes)
        self._open_run(ask.OpenRun(request.folder))

    def _open_run(self, request: ask.OpenRun) -> None:
        self.runs.shelf.take(request.folder)
        self.runs.look()
        view = self.runs.view(request.folder)
        if view is None:
            return
        self._follow(view)
        step = _STEP_OF.get(view.kind or "", self.state.step)
        if view.kind == "train" and view.state == "finished":
            step = "result"
        self._put(step=step, problem=None)
        self._gather()

    def _compare_with_run(self, request: ask.CompareRun) -> None:
        """Follow a training with its own settings, which those that it is compared with shall have."""
        self._open_run(ask.OpenRun(request.folder))
        self._take_choices(request.folder)
        self._compare_run = None
        self._put(step="train")
        self._gather()

    def _follow(self, view: RunView) -> None:
        """Follow a run with its data and its choices; what does not belong to it is no longer followed beside it."""
        if view.kind == "search":
            self._search_run = view.folder
        elif view.kind == "train":
            self._compare_run = self._compare_run if view.folder == self._train_run else None
            self._train_run = view.folder
        elif view.kind == "compare":
            trained = self.runs.view(self._train_run)
            self._train_run = trained.folder if trained is not None and trained.data == view.data else None
            self._compare_run = view.folder
        if view.kind in ("search", "train") and view.data is not None:
            with suppress(NasError):
                self._take_choices(view.folder)
        if view.data is not None and view.data != self.state.data.folder and is_folder(view.data):
            self.data.choose(view.data)

    def _repeat_run(self, request: ask.RepeatRun) -> None:
        view = self.runs.view(request.folder)
        kind = self._take_choices(request.folder)
        if view is not None and view.data is not None and view.data != self.state.data.folder:
            self.data.choose(view.data)
        self._put(step="search" if kind is SearchConfig else "train", problem=None)
        if self.state.step == "train":
            self._train_run = None
            self._gather()

    def _take_choices(self, folder: Path) -> type:
        """Choose what a run was started with; return what kind of config that was."""
        config, view = config_of(folder), self.runs.view(folder)
        self._take(choices_of(self.state, config, folder))
        kind = SearchConfig if config.get("kind") == "search" else TrainConfig
        self._settled[kind] = view.data if view is not None else None
        return kind

    def _delete_run(self, request: ask.DeleteRun) -> None:
        self.runs.delete(request.folder)
        self._gather()

    # The state

    def _gather(self) -> None:
        named = (self._search_run, self._train_run, self._compare_run)
        self.runs.watched = frozenset(folder for folder in named if folder is not None)
        self._note_frames()
        search, train, compare = (self.runs.view(folder) for folder in named)
        self._put(
            data=self.data.state,
            search_run=search,
            train_run=train,
            compare_run=compare,
            shelf=self.runs.views,
            deleted=self.runs.shelf.deleted,
            tasks=self.jobs.tasks,
            cards=self.runs.cards,
        )

    def _note_frames(self) -> None:
        """Take what a set of frames says of itself, once; what a person chooses after that stays."""
        data = self.data.state
        found = (data.folder, data.simulated)
        if data.images is None or found == self._noted:
            return
        self._noted = found
        self._put(train=self._mirrored(self.state.train), search=self._mirrored(self.state.search))
        train = self.state.train
        if data.simulated or train.trained_on == "simulated":
            trained_on = "simulated" if data.simulated else "clinical"
            self._put(train=train.model_copy(update={"trained_on": trained_on}))

    def _mirrored(self, config: Config) -> Config:
        """Return a config that mirrors no frames of planes that may be told by their side, and then others again."""
        may, kind = may_mirror(self.data.state), type(config)
        if self._settled.get(kind) == self.data.state.folder:
            return config
        if may == config.flip or (may and kind not in self._unmirrored):
            return config
        self._unmirrored ^= {kind}
        return config.model_copy(update={"flip": may})

    def _put(self, **changes: Any) -> None:
        self._take(replace(self.state, **changes))

    def _take(self, state: WizardState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
