"""The fifth page: the settings of a training, and once it runs its curves, what it is compared with, and its log."""

from typing import ClassVar, Final

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from nas.config.train import Preset, TrainConfig, preset
from nas.wizard.config.form import ConfigForm
from nas.wizard.look.panel import Panel, label
from nas.wizard.look.record import Look
from nas.wizard.look.warn_row import WarnRow
from nas.wizard.mirroring import may_mirror, mirrored_as
from nas.wizard.page import Gate, Page
from nas.wizard.requests import ChooseTrain, GoTo, RepeatRun, StartTrain, StopRun
from nas.wizard.runs.halting import Cancelled
from nas.wizard.runs.lanes import waits
from nas.wizard.runs.settings import RunSettings
from nas.wizard.runs.strip import RunStrip
from nas.wizard.search.genotype_source import KNOWN, blocks_of
from nas.wizard.state import DataState, Step, WizardState
from nas.wizard.train.compare_panel import ComparePanel
from nas.wizard.train.watch import TrainWatch
from nas.wizard.train.words import ChangeAndTrain, deeds_of, facts_of, title_of, to_know

_PRESETS: Final[dict[Preset, tuple[str, str]]] = {
    "quick": (
        "Quick",
        "Minutes on two cores: a small network, few epochs; frames are shifted and turned at random.",
    ),
    "paper": (
        "Paper",
        (
            "As in the paper: up to 1000 epochs, hours on a graphics card. Its epoch is chosen on the test"
            " frames themselves, which flatters the figures."
        ),
    ),
}
_GROUPS: Final = {
    "The training": (
        "name", "trained_on", "epochs", "minutes", "batch", "channels", "blocks", "size", "flip", "lr", "choice",
    ),
    "Early stop": ("stop_after", "patience"),
    "Learning": (
        "cosine_length", "lr_min", "warmup", "momentum", "nesterov", "weight_decay", "decay_norms", "grad_clip", "ema",
        "auxiliary", "label_smoothing", "class_weights", "none_as_background", "drop_path", "reduce_at",
        "ghost_batches", "small_epochs",
    ),
    "Frames": ("colour", "fit", "cutout", "shift", "turn", "zoom", "gain"),
    "Computer": ("device", "precision", "compile", "threads", "checkpoint_seconds", "checkpoint_steps"),
}  # fmt: skip
_UNMIRRORED: Final = (
    "Frames are not mirrored, since not all of these planes are of the fetal heart: their side may tell them apart."
    " Where it does not, turn Flip on."
)
_OF_OTHER_PAGES: Final = frozenset({"validation", "split", "seed", "genotype"})


class TrainPage(Page):
    """Settings before a training, its curves while it goes on and after."""

    step: ClassVar[Step] = "train"
    word: ClassVar[str] = "Train"
    question: ClassVar[str] = "How is the network trained?"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._of_run = RunSettings(TrainConfig)
        self._choices: dict[Preset, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._presets = Panel(look, "Preset", "train_presets")
        for name, (word, hint) in _PRESETS.items():
            self._add_preset(name, word, hint)
        self._own = label("Settings of your own: a preset that you changed.", "hint", "train_own", wraps=True)
        self._presets.add(self._own)
        self._unmirrored = label(_UNMIRRORED, "hint", "train_unmirrored", wraps=True)
        self._presets.add(self._unmirrored)
        self._presets.body.addStretch(1)
        self._blocks = label("", "", "train_blocks", wraps=True)
        self._sources = Panel(look, "Blocks", "train_sources")
        self._sources.add(self._blocks)
        self.form = ConfigForm(look, self.state.train, _GROUPS, _OF_OTHER_PAGES)
        self.form.changed.connect(lambda config: self.wants.emit(ChooseTrain(config)))
        self.form.valid.connect(lambda _: self.wants.emit(ChooseTrain(self.state.train)))
        self._settings = Panel(look, "Settings of the training", "train_settings")
        self._settings.add(self.form, 1)
        self.strip = RunStrip(look)
        self.row = WarnRow(look)
        self.strip.wants.connect(self._want)
        self.row.wants.connect(self._want)
        self.compare = ComparePanel(look)
        self.compare.wants.connect(self.wants)
        self.watch = TrainWatch(look, self.compare)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._settings_part())
        self._stack.addWidget(self._watch_part())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.wear(look)
        self.show_state(self.state)

    @override
    def show_state(self, state: WizardState) -> None:
        """Draw the page from a state."""
        super().show_state(state)
        view = state.train_run
        self._stack.setCurrentIndex(0 if view is None else 1)
        if view is None:
            self._show_settings(state)
            return
        config = self._of_run.of(view)
        self.strip.show_progress(title_of(view), view.story.share)
        self.strip.show_facts(facts_of(view, config, self.look.compact))
        self.strip.show_deeds(deeds_of(view))
        known = to_know(view, config or state.train)
        if known is None:
            self.row.clear()
        else:
            self.row.say(known.level, known.what, known.advice, known.deeds)
        self.watch.show_story(view.story, config)
        self.compare.show_state(state)

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        for part in (self._presets, self._sources, self.form, self._settings, self.strip, self.row, self.watch):
            part.wear(look)
        for layout in (self._settings_row, self._watch_column):
            layout.setContentsMargins(look.pad, look.gap, look.pad, look.gap)
            layout.setSpacing(look.gap)
        self._left.setSpacing(look.gap)
        wide = 300 if look.compact else 380
        self._presets.setFixedWidth(wide)
        self._sources.setFixedWidth(wide)

    @override
    def gate(self, state: WizardState) -> Gate:
        """Start, or go on to the result once there is one."""
        view = state.train_run
        if view is not None:
            done = view.state == "finished"
            return Gate("Next: result", done, "" if done else title_of(view))
        if self.form.faults:
            return Gate("Start training", False, "A setting cannot be used as it is; it is marked.")
        if not state.data.usable:
            return Gate("Start training", False, "The data are not settled: see the page Data.")
        _, said = blocks_of(state)
        if said is not None:
            return Gate("Start training", False, said.message)
        if state.data.simulated and state.train.trained_on != "simulated":
            return Gate("Start training", reason="These frames are simulated: say so under Trained on.")
        if waits(state.train.device, state):
            return Gate("Start training", reason="Another run goes on; this one waits for its turn.")
        return Gate("Start training")

    @override
    def go_on(self) -> None:
        """Start, or show the result."""
        self.wants.emit(StartTrain() if self.state.train_run is None else GoTo("result"))

    def _settings_part(self) -> QWidget:
        part = QWidget()
        self._left = QVBoxLayout()
        self._left.addWidget(self._presets)
        self._left.addWidget(self._sources)
        self._left.addStretch(1)
        self._settings_row = QHBoxLayout(part)
        self._settings_row.addLayout(self._left)
        self._settings_row.addWidget(self._settings, 1)
        return part

    def _watch_part(self) -> QWidget:
        part = QWidget()
        self._watch_column = QVBoxLayout(part)
        self._watch_column.addWidget(self.strip)
        self._watch_column.addWidget(self.row)
        self._watch_column.addWidget(self.watch, 1)
        return part

    def _add_preset(self, name: Preset, word: str, hint: str) -> None:
        choice = QRadioButton(word)
        choice.setObjectName(f"train_preset_{name}")
        choice.setAccessibleName(word)
        choice.setAccessibleDescription(hint)
        choice.clicked.connect(lambda _=False: self._take_preset(name))
        self._group.addButton(choice)
        self._choices[name] = choice
        self._presets.add(choice)
        self._presets.add(label(hint, "hint", wraps=True))

    def _take_preset(self, name: Preset) -> None:
        """Take a preset; name and kind of frames stay, since they are no matter of speed."""
        now = self.state.train
        self.form.take_back()
        taken = mirrored_as(preset(name), self.state.data)
        self.wants.emit(ChooseTrain(taken.model_copy(update={"name": now.name, "trained_on": now.trained_on})))

    def _show_settings(self, state: WizardState) -> None:
        named = preset_of(state.train, state.data)
        self._group.setExclusive(False)
        for name, choice in self._choices.items():
            choice.setChecked(name == named)
        self._group.setExclusive(True)
        self._own.setVisible(named is None)
        self.form.show_config(state.train, mirrored_as(preset(named), state.data) if named else None)
        self._unmirrored.setVisible(not may_mirror(state.data) and not state.train.flip)
        self._blocks.setText(_blocks_words(state))

    def _want(self, request: object) -> None:
        """Do what is the page's own; ask for the rest."""
        match request:
            case Cancelled(view):
                self.wants.emit(StopRun(view.folder))
                self.wants.emit(RepeatRun(view.folder))
            case ChangeAndTrain(change, view):
                self.wants.emit(RepeatRun(view.folder))
                self.wants.emit(change)
            case _:
                self.wants.emit(request)


def preset_of(config: TrainConfig, data: DataState) -> Preset | None:
    """Return the preset that a config is for a set, whatever it is called, split or computed on; None for one's own."""
    free = {"name", "trained_on", "split", "validation", "seed", "genotype", "threads", "device"}
    for name in _PRESETS:
        if mirrored_as(preset(name), data).model_dump(exclude=free) == config.model_dump(exclude=free):
            return name
    return None


def _blocks_words(state: WizardState) -> str:
    """Return where the two blocks come from."""
    chosen = state.genotype
    match chosen.source:
        case "search":
            view = state.search_run
            return f"Of the search {view.name}." if view is not None else "None yet: search first."
        case "known":
            return f"{KNOWN[chosen.name][0]}." if chosen.name in KNOWN else f"Known blocks: {chosen.name}."
        case _:
            return f"Of {chosen.path.name if chosen.path is not None else 'a file that is still to be chosen'}."
