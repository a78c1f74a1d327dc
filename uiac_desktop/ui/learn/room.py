"""The Learn room: the wizard with the program's look, folders and commands; it is made when it is first gone to."""

from itertools import count
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from nas.data.folder import LABELS_FILE
from nas.wizard.data.page import SIMULATE
from nas.wizard.look.record import Look
from nas.wizard.requests import AskForFolder, ChooseData, GoTo, MakeSimulated, OpenRun, ShowFile, UseModel
from nas.wizard.state import Said, WizardState
from nas.wizard.wizard import Wizard
from uiac_desktop import paths
from uiac_desktop.exam.exported_sets import exported_sets
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.learn.look import learn_look
from uiac_desktop.ui.look.sizes import sizes_for
from uiac_desktop.ui.messages import Message, MessageBoard, Rank
from uiac_desktop.ui.scan.source_picker import ask_for_folder

_CAUSE: Final = "learn"
_PER_CLASS: Final = 300
_SUBJECTS: Final = 60


class LearnRoom(QWidget):
    """Holds the wizard; ``uses`` carries the folder of a model that is to be put to work in Scan."""

    uses = Signal(object)

    def __init__(self, actions: Actions, board: MessageBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("learn_room")
        self.setAccessibleName("Learn")
        self._actions, self._board = actions, board
        self._wizard: Wizard | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._simulating: Path | None = None
        self._chosen_before: Path | None = None
        actions.take("learn_next", lambda: self._wizard.go_on() if self._wizard else None)
        actions.take("learn_back", lambda: self._wizard.back() if self._wizard else None)
        actions.take("learn_left", lambda: self._wizard.turn(-1) if self._wizard else None)
        actions.take("learn_right", lambda: self._wizard.turn(1) if self._wizard else None)
        actions.take("learn_page_on", lambda: self._wizard.turn_page(1) if self._wizard else None)
        actions.take("learn_page_back", lambda: self._wizard.turn_page(-1) if self._wizard else None)
        actions.take("learn_undo", lambda: self._wizard.undo() if self._wizard else None)
        actions.take("learn_runs", self._show_runs)
        actions.take("learn_open", lambda: self._ask(AskForFolder("data")))

    @property
    def wizard(self) -> Wizard:
        """The wizard, made when it is first asked for."""
        if self._wizard is None:
            self._wizard = Wizard(self._look(), paths.data_dir() / "runs", self)
            self._wizard.asks.connect(self._ask)
            self._wizard.troubled.connect(self._tell)
            self._wizard.control.changed.connect(self._follow)
            self._column.addWidget(self._wizard)
            self._wizard.control.open()
        return self._wizard

    def renew(self) -> None:
        """Make the wizard when the room is first gone to, and wear what the window wears."""
        self.wizard.wear(self._look())
        self.wizard.control.offer(exported_sets().folders())

    def shut(self) -> None:
        """Let go of everything but the runs, since the window is about to go."""
        if self._wizard is not None:
            self._wizard.shut()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the size of the window."""
        super().resizeEvent(event)
        if self._wizard is not None:
            self._wizard.wear(self._look())

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._wizard is not None:
            self._wizard.wear(self._look())

    def _look(self) -> Look:
        window = self.window()
        return learn_look(self._actions, sizes_for(window.width(), window.height()).name != "regular")

    def _show_runs(self) -> None:
        self.wizard.control.do(GoTo("data" if self.wizard.state.step == "runs" else "runs"))

    # What the wizard cannot do by itself

    def _ask(self, request: object) -> None:
        match request:
            case AskForFolder(what="data"):
                ask_for_folder(
                    self, lambda folder: self.wizard.control.do(ChooseData(folder)), "Labelled frames", "data"
                )
            case AskForFolder():
                ask_for_folder(self, lambda folder: self.wizard.control.do(OpenRun(folder)), "Folder of a run", "data")
            case MakeSimulated():
                self._simulate()
            case UseModel(model=model):
                self.uses.emit(model)
            case ShowFile(path=path):
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _simulate(self) -> None:
        """Write a simulated set, or take the one that is there, and look at it unless another was chosen meanwhile."""
        folder = _place_of_simulated()
        if (folder / LABELS_FILE).is_file():
            self.wizard.control.do(ChooseData(folder))
            return
        self._simulating, self._chosen_before = folder, self.wizard.state.data.folder
        size = ("--per-class", str(_PER_CLASS), "--subjects", str(_SUBJECTS))
        self.wizard.control.jobs.start(SIMULATE, folder, ("uiac_desktop", "simulate", str(folder), *size, "--counts"))

    def _follow(self, state: WizardState) -> None:
        task = state.task(SIMULATE)
        if self._simulating is None or task is None or task.running:
            return
        folder, self._simulating = self._simulating, None
        if task.refused is None and state.data.folder == self._chosen_before:
            self.wizard.control.do(ChooseData(folder))

    def _tell(self, said: Said | None) -> None:
        if said is None:
            self._board.clear(_CAUSE)
        else:
            self._board.post(Message(_CAUSE, Rank.ERROR, said.message, said.advice))


def _place_of_simulated() -> Path:
    """Return where the simulated set lies, or can be written: a place that a power cut left half written is left."""
    for number in count(1):
        folder = paths.data_dir() / "simulated" / f"{_PER_CLASS}_a_plane{f'_{number}' if number > 1 else ''}"
        if (folder / LABELS_FILE).is_file() or not folder.is_dir() or not any(folder.iterdir()):
            break
    return folder
