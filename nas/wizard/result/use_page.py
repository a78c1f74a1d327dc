"""The last page: the model's name and card, at work in Scan, or exported for other programs."""

from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nas.errors import NasError
from nas.model_config import CONFIG_FILE, ModelConfig, load_config
from nas.wizard.look.button import Button
from nas.wizard.look.deed_row import Deed
from nas.wizard.look.panel import Panel, label
from nas.wizard.look.record import Look
from nas.wizard.look.save_place import ask_where
from nas.wizard.look.warn_row import WarnRow
from nas.wizard.page import Gate, Page
from nas.wizard.presence import is_folder
from nas.wizard.requests import ShowFile, StartTask, StopTask, UseModel
from nas.wizard.result.card_panel import CardPanel
from nas.wizard.result.model_card import facts_of, file_stem, rename
from nas.wizard.state import Step, WizardState

EXPORT: Final = "export"
_SIMULATED: Final = "This model knows simulated images only."
_MEANS_NOTHING: Final = "What it says about a real scan means nothing; it is for trying the program out."
_FORMATS: Final = {"onnx": ("ONNX", ".onnx"), "openvino": ("OpenVINO", "")}


class UsePage(Page):
    """Name, card, Scan, and export of the model that the training left."""

    step: ClassVar[Step] = "use"
    word: ClassVar[str] = "Use"
    question: ClassVar[str] = "What is it used for?"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._model: Path | None = None
        self._stamp = 0
        self._config: ModelConfig | None = None
        self._wrong: NasError | None = None
        self._handed: Path | None = None
        self._exported: Path | None = None  # what was last exported of this model, while nothing else was done
        self.row = WarnRow(look)
        self.row.wants.connect(self.wants)
        self.name = QLineEdit()
        self.name.setObjectName("model_name")
        self.name.setAccessibleName("Name of the model")
        self.name.setMaxLength(200)
        self.name.editingFinished.connect(self._rename)
        self.use = Button(look, "Put to work in Scan", "use_in_scan", "scan", "primary")
        self.use.clicked.connect(self._put_to_work)
        self.exports = {
            kind: Button(look, f"Export {word}", f"export_{kind}", "use") for kind, (word, _) in _FORMATS.items()
        }
        for kind, button in self.exports.items():
            button.clicked.connect(lambda _=False, kind=kind: self._ask_where(kind))
        self._folder = Button(look, "Show folder", "show_model", "folder", "flat")
        self._folder.clicked.connect(self._show_folder)
        self._panels = (
            Panel(look, "The model", "use_model"),
            Panel(look, "In Scan", "use_scan"),
            Panel(look, "In other programs", "use_export"),
        )
        self.card = CardPanel(look)
        self.card.told.connect(self._take_fault)
        self._facts = QGridLayout()
        self._fill_panels()
        self._lay_out()
        self.wear(look)
        self.show_state(self.state)

    @override
    def show_state(self, state: WizardState) -> None:
        """Draw the page from a state; the model is read only where it is another one."""
        super().show_state(state)
        run = state.train_run
        model = run.folder / "model" if run is not None else None
        stamp = _stamp(model)
        if (model, stamp) != (self._model, self._stamp):
            if model != self._model:
                self._handed = self._exported = None
            self._model, self._stamp, self._wrong = model, stamp, None
            self._read_model()
        self._say(state)

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        self.row.wear(look)
        for panel in (*self._panels, self.card):
            panel.wear(look)
        for button in (self.use, self._folder, *self.exports.values()):
            button.wear(look)
        self._column.setContentsMargins(look.pad, look.gap, look.pad, look.gap)
        for layout in (self._column, self._row, self._left):
            layout.setSpacing(look.gap)
        for panel in self._panels:
            panel.setFixedWidth(420 if look.compact else 520)

    @override
    def gate(self, state: WizardState) -> Gate:
        """End here: there is no further page."""
        return Gate("", open=False)

    # What it looks like

    def _fill_panels(self) -> None:
        about, scan, other = self._panels
        about.add(label("Name, shown wherever the model is used", "hint"))
        about.add(self.name)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        about.body.addLayout(self._facts)
        about.head.addWidget(self._folder)
        scan.add(label("It takes the place of the model at work now; the former one stays in Settings, Models.", "hint",
                       wraps=True))  # fmt: skip
        other.add(label("One file for other programs, computed once and compared with the model before it is kept."
                        " What a program must know to use it lies beside it as JSON.", "hint", wraps=True))  # fmt: skip
        for panel, buttons in ((scan, (self.use,)), (other, tuple(self.exports.values()))):
            line = QHBoxLayout()
            for button in buttons:
                line.addWidget(button)
            line.addStretch(1)
            panel.body.addLayout(line)

    def _lay_out(self) -> None:
        self._left = QVBoxLayout()
        for panel in self._panels:
            self._left.addWidget(panel)
        self._left.addStretch(1)
        self._row = QHBoxLayout()
        self._row.addLayout(self._left)
        self._row.addWidget(self.card, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.row)
        self._column.addLayout(self._row, 1)

    def _say(self, state: WizardState) -> None:
        """Say the one thing that matters most now."""
        task = state.task(EXPORT)
        if self._wrong is not None:
            self.row.say("error", self._wrong.message, self._wrong.advice)
        elif self._config is None:
            self.row.say("info", "No model yet.", "Train a network first, or open a finished run under Runs.")
        elif task is not None and task.running:
            stop = Deed("stop_export", "Stop", StopTask(EXPORT))
            self.row.say("info", f"Exporting {task.target.name}.", "It is computed once and compared.", (stop,))
        elif task is not None and task.refused is not None and task.target == self._exported:
            self.row.say("error", task.refused.message, task.refused.advice)
        elif task is not None and task.target == self._exported and task.target.exists():
            show = Deed("show_written", "Show", ShowFile(task.target.parent))
            said = task.output.strip().splitlines()
            self.row.say("info", f"{task.target.name} is written.", said[-1].capitalize() if said else "", (show,))
        elif self._handed is not None:
            self.row.say("info", f"{self._config.name} goes to Scan.", "F1 shows it at work.")
        elif self._config.simulated_only:
            self.row.say("warn", _SIMULATED, _MEANS_NOTHING)
        else:
            self.row.clear()
        usable = self._config is not None
        self.exports_open(usable and not (task is not None and task.running))
        for part in (self.name, self.use, self._folder):
            part.setEnabled(usable)

    def exports_open(self, open_: bool) -> None:
        """Let the model be exported, or not while an export goes on."""
        for button in self.exports.values():
            button.setEnabled(open_)

    # The model

    def _read_model(self) -> None:
        self._config = None
        try:
            if self._model is not None and is_folder(self._model):
                self._config = load_config(self._model)
        except NasError as error:
            self._wrong = error
        self._show_facts(facts_of(self._config) if self._config is not None else ())
        if self._config is not None and not self.name.hasFocus():
            self.name.setText(self._config.name)
        self.card.show_model(self._model if self._config is not None else None)

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, (name, value) in enumerate(facts):
            said: QLabel = label(value, "", f"model_fact_{place}", wraps=True)
            said.setAccessibleName(f"{name}: {value}")
            self._facts.addWidget(label(name, "hint"), place, 0)
            self._facts.addWidget(said, place, 1)

    def _rename(self) -> None:
        if self._config is None or self._model is None or " ".join(self.name.text().split()) == self._config.name:
            return
        try:
            rename(self._model, self.name.text())
        except NasError as error:
            self._take_fault(error)
            return
        self._wrong, self._stamp = None, _stamp(self._model)
        self._read_model()
        self._say(self.state)

    def _take_fault(self, error: NasError | None) -> None:
        self._wrong = error
        self._say(self.state)

    # What is done with it

    def _put_to_work(self) -> None:
        if self._model is not None:
            self._handed, self._exported, self._wrong = self._model, None, None
            self.wants.emit(UseModel(self._model))
            self._say(self.state)

    def _show_folder(self) -> None:
        if self._model is not None:
            self.wants.emit(ShowFile(self._model))

    def _ask_where(self, kind: str) -> None:
        if self._config is not None:
            word, ending = _FORMATS[kind]
            name = f"{file_stem(self._config.name)}{ending or '_openvino'}"
            ask_where(self, f"Export {word}", name, lambda target: self.export_to(kind, target))

    def export_to(self, kind: str, target: Path) -> None:
        """Have the model exported, as ``onnx`` or ``openvino``, by a child process."""
        if self._model is None:
            return
        if target.exists():
            self._wrong = NasError(f"{target.name} is there already.", "Choose another name; nothing is replaced.")
            self._say(self.state)
            return
        self._wrong, self._exported = None, target
        self.wants.emit(StartTask(EXPORT, target, ("export", str(self._model), f"--{kind}", str(target))))


def _stamp(model: Path | None) -> int:
    try:
        return (model / CONFIG_FILE).stat().st_mtime_ns if model is not None else 0
    except OSError:
        return 0
