"""How the two blocks are found: a search by a preset or by hand, or known blocks in its place."""

from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nas.config.search import SearchPreset, search_preset
from nas.wizard.config.form import ConfigForm
from nas.wizard.look.button import Button
from nas.wizard.look.choice_box import ChoiceBox
from nas.wizard.look.file_dialog import FileDialog
from nas.wizard.look.panel import Panel, label
from nas.wizard.look.record import Look
from nas.wizard.mirroring import mirrored_as
from nas.wizard.page import Gate, Page
from nas.wizard.requests import ChooseGenotype, ChooseSearch, StartSearch, StopTask, TrainWith
from nas.wizard.runs.lanes import waits
from nas.wizard.search.estimate import TASK, SearchEstimate
from nas.wizard.search.genotype_source import KNOWN, genotype_of, searches_with_blocks
from nas.wizard.search.genotype_view import GenotypeView
from nas.wizard.state import GenotypeChoice, Step, WizardState

PRESETS: Final[dict[SearchPreset, tuple[str, str]]] = {
    "quick": ("Quick", "A small network: minutes on two cores."),
    "lean": ("Lean memory", "The paper's network, with guards against skips."),
    "paper": ("Paper", "As in the paper: hours, no guards against skips."),
}
_ABOUT: Final = "The network repeats two small blocks. A search fits them to your frames; known ones save time."
_OWN: Final = "own"
_RUN: Final = "run"
_FILE: Final = "file"
_GROUPS: Final = {
    "The search": ("epochs", "batch", "channels", "blocks", "size", "flip", "order", "memory", "partial", "minutes"),
    "Guards": ("warmup_epochs", "beta_decay", "stop_skips", "stop_stable", "keep_skips", "keep_pools"),
    "Weights and lambda": (
        "lr_w", "lr_min", "momentum", "weight_decay", "grad_clip", "lr_lambda", "lambda_decay", "step_order",
        "class_weights", "reduce_at", "ghost_batches",
    ),
    "Frames": ("colour", "fit", "cutout", "shift", "turn", "zoom", "gain"),
    "Computer": ("device", "precision", "threads", "checkpoint_seconds", "checkpoint_steps"),
}  # fmt: skip
_OF_OTHER_PAGES: Final = frozenset({"halves", "left_out", "seed", "name"})


class SearchPage(Page):
    """Presets and known blocks at the left; settings and estimate, or the known blocks, at the right."""

    step: ClassVar[Step] = "search"
    word: ClassVar[str] = "Search"
    question: ClassVar[str] = "How are the two blocks found?"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._filling = False
        self._choices: dict[str, QRadioButton] = {}
        self._hints: dict[str, QLabel] = {}
        self._group = QButtonGroup(self)
        self._left = Panel(look, "Search for blocks", "search_choice")
        self._left.add(label(_ABOUT, "hint", wraps=True))
        for preset, (word, hint) in PRESETS.items():
            self._add_choice(preset, word, hint)
        self._add_choice(_OWN, "Own settings", "A preset that you changed.")
        self._left.body.addSpacing(8)
        self._left.add(label("Skip the search: use known blocks", "panel"))
        for name, (word, hint) in KNOWN.items():
            self._add_choice(name, word, hint)
        self._add_choice(_RUN, "Blocks of an earlier search", "")
        self._runs = ChoiceBox()
        self._runs.setObjectName("earlier_runs")
        self._runs.setAccessibleName("Earlier searches")
        self._runs.activated.connect(lambda _: self._choose(_RUN))
        self._left.add(self._runs)
        self._add_choice(_FILE, "Blocks from a file", "")
        self._path = QLineEdit()
        self._path.setObjectName("genotype_path")
        self._path.setAccessibleName("File with the two blocks, JSON or DARTS' own text")
        self._path.setPlaceholderText("JSON or DARTS' own text")
        self._path.editingFinished.connect(self._take_path)
        self._browse = Button(look, "Choose", "genotype_browse", "folder")
        self._browse.clicked.connect(self._ask_for_file)
        row = QHBoxLayout()
        row.addWidget(self._path, 1)
        row.addWidget(self._browse)
        self._left.body.addLayout(row)
        self._left.body.addStretch(1)
        self._form = ConfigForm(look, self.state.search, _GROUPS, _OF_OTHER_PAGES)
        self._form.changed.connect(lambda config: self.wants.emit(ChooseSearch(config)))
        self._settings = Panel(look, "Settings of the search", "search_settings")
        self._settings.add(self._form, 1)
        self._estimate = SearchEstimate(look)
        self._estimate.wants.connect(self.wants)
        self._blocks = GenotypeView(look)
        self._right = QStackedWidget()
        searching = QWidget()
        column = QVBoxLayout(searching)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._settings, 1)
        column.addWidget(self._estimate)
        self._right.addWidget(searching)
        self._right.addWidget(self._blocks)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._left)
        self._row.addWidget(self._right, 1)
        self.wear(look)
        self.show_state(self.state)

    @override
    def show_state(self, state: WizardState) -> None:
        super().show_state(state)
        self._filling = True
        self._choices[_choice_of(state)].setChecked(True)
        own = state.search_preset is None
        self._choices[_OWN].setVisible(own)
        self._hints[_OWN].setVisible(own)
        named = state.search_preset
        base = mirrored_as(search_preset(named), state.data) if named is not None else None
        if base is None or self._form.config != state.search or self._form.faults:
            self._form.show_config(state.search, base)
        self._show_runs(state)
        self._show_path(state.genotype)
        self._right.setCurrentIndex(0 if state.genotype.source == "search" else 1)
        if state.genotype.source == "search":
            self._estimate.show_state(state)
        else:
            self._blocks.show_choice(state.genotype)
        self._filling = False

    @override
    def wear(self, look: Look) -> None:
        super().wear(look)
        for part in (self._left, self._form, self._settings, self._estimate, self._blocks, self._browse):
            part.wear(look)
        gap = look.gap
        self._row.setContentsMargins(20 if not look.compact else 12, gap, 20 if not look.compact else 12, gap)
        self._row.setSpacing(gap)
        self._left.setFixedWidth(340 if look.compact else 400)
        self._left.body.setSpacing(2 if look.compact else 4)

    @override
    def gate(self, state: WizardState) -> Gate:
        if state.genotype.source != "search":
            genotype, said = genotype_of(state.genotype)
            return Gate("Next: train", genotype is not None, said.message if said is not None else "")
        if self._form.faults:
            return Gate("Start the search", False, "A setting cannot be used as it is; it is marked.")
        if not state.data.usable:
            return Gate("Start the search", False, "The data are not settled: see the page Data.")
        if waits(state.search.device, state):
            return Gate("Start the search", True, "Another run goes on; this one waits for its turn.")
        return Gate("Start the search")

    @override
    def go_on(self) -> None:
        if self.state.genotype.source != "search":
            self.wants.emit(TrainWith(self.state.genotype))
        else:
            estimate = self.state.task(TASK)
            if estimate is not None and estimate.running:
                self.wants.emit(StopTask(TASK))
            self.wants.emit(StartSearch())

    def _add_choice(self, name: str, word: str, hint: str) -> None:
        button = QRadioButton(word)
        button.setObjectName(f"blocks_{name}")
        button.setAccessibleName(word)
        button.setAccessibleDescription(hint)
        button.setToolTip(hint)
        button.clicked.connect(lambda _=False: self._choose(name))
        self._group.addButton(button)
        self._choices[name] = button
        self._left.add(button)
        if hint:
            said = label(hint, "hint", wraps=True)
            said.setContentsMargins(24, 0, 0, 4)
            self._left.add(said)
            self._hints[name] = said

    def _choose(self, name: str) -> None:
        if self._filling:
            return
        if name in PRESETS:
            self._form.take_back()
            self.wants.emit(ChooseSearch(mirrored_as(search_preset(name), self.state.data), name))
            self.wants.emit(ChooseGenotype(GenotypeChoice("search")))
        elif name == _OWN:
            self.wants.emit(ChooseGenotype(GenotypeChoice("search")))
        elif name in KNOWN:
            self.wants.emit(ChooseGenotype(GenotypeChoice("known", name)))
        elif name == _RUN:
            folder = self._runs.currentData()
            self.wants.emit(ChooseGenotype(GenotypeChoice("run", path=Path(folder) if folder else None)))
        else:
            self._take_file(self._path.text())

    def _take_path(self) -> None:
        if self._path.isModified():
            self._path.setModified(False)
            self._take_file(self._path.text())

    def _take_file(self, text: str) -> None:
        place = text.strip().strip('"').removeprefix("file://")
        self.wants.emit(ChooseGenotype(GenotypeChoice("file", path=Path(place) if place else None)))

    def _ask_for_file(self) -> None:
        dialog = FileDialog(self, "File with the two blocks", "files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._take_file)
        dialog.open()

    def _show_runs(self, state: WizardState) -> None:
        folders = [str(folder) for folder in searches_with_blocks(state.shelf)]
        if folders != [self._runs.itemData(place) for place in range(self._runs.count())]:
            self._runs.clear()
            for folder in folders:
                self._runs.addItem(Path(folder).name, folder)
        self._runs.setEnabled(bool(folders))
        self._choices[_RUN].setEnabled(bool(folders) or state.genotype.source == "run")
        if state.genotype.source == "run" and state.genotype.path is not None:
            self._runs.setCurrentIndex(self._runs.findData(str(state.genotype.path)))

    def _show_path(self, choice: GenotypeChoice) -> None:
        if choice.source == "file" and choice.path is not None and not self._path.hasFocus():
            self._path.setText(str(choice.path))


def _choice_of(state: WizardState) -> str:
    """Return the name of the choice that a state has made."""
    match state.genotype.source:
        case "search":
            return state.search_preset or _OWN
        case "known":
            return state.genotype.name
        case source:
            return source
