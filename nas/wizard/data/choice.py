"""The row in which the data set is chosen: a path, a folder, what was exported from exams, or a simulated set."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QWidget

from nas.wizard.look.button import Button
from nas.wizard.look.record import Look
from nas.wizard.requests import AskForFolder, ChooseData, MakeSimulated
from nas.wizard.state import WizardState

_NONE_YET: Final = "Nothing has been exported yet: see Exams, Export."


class DataChoice(QWidget):
    """Path and three buttons; ``wants`` carries requests."""

    wants = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._folder: Path | None = None
        self._exported: tuple[Path, ...] | None = None
        self._path = QLineEdit()
        self._path.setObjectName("data_path")
        self._path.setAccessibleName("Folder of labelled frames")
        self._path.setPlaceholderText("Folder of labelled frames")
        self._path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._path.returnPressed.connect(self._take_path)
        choose = Button(look, "Choose folder", "choose_data", "folder", command="learn_open")
        choose.clicked.connect(lambda: self.wants.emit(AskForFolder("data")))
        self._exams = Button(look, "Exported exams", "exported_data", "exam")
        self._exams.setToolTip("Data sets that were exported from exams, the latest first.")
        self._menu = QMenu(self._exams)
        self._menu.setObjectName("exported_menu")
        self._menu.setAccessibleName("Exported exams")
        self._menu.setToolTipsVisible(True)
        self._exams.setMenu(self._menu)
        simulated = Button(look, "Simulated set", "simulated_data", "simulated")
        simulated.setToolTip("Writes 11 planes and none of simulated fetuses, to try the wizard with.")
        simulated.clicked.connect(lambda: self.wants.emit(MakeSimulated()))
        self._buttons = (choose, self._exams, simulated)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._path, 1)
        for button in self._buttons:
            row.addWidget(button)
        self._fill(())

    def show_state(self, state: WizardState) -> None:
        """Show the chosen folder, and what can be chosen; a path that is being typed stays."""
        if state.data.folder != self._folder or not self._path.text():
            self._folder = state.data.folder
            self._path.setText(str(self._folder) if self._folder is not None else "")
            self._path.setToolTip(self._path.text())
        if state.data.usable and self._path.text() == str(state.data.folder):
            self._path.setModified(False)
        self._fill(state.exported)

    def wear(self, look: Look) -> None:
        """Take another look."""
        for button in self._buttons:
            button.wear(look)

    def _fill(self, folders: tuple[Path, ...]) -> None:
        if folders == self._exported:
            return
        self._exported = folders
        self._menu.clear()
        for folder in folders:
            action = QAction(f"{folder.name}   in {folder.parent.name or folder.parent}".replace("&", "&&"), self._menu)
            action.setToolTip(str(folder))
            action.triggered.connect(lambda _checked=False, folder=folder: self.wants.emit(ChooseData(folder)))
            self._menu.addAction(action)
        if not folders:
            self._menu.addAction(_NONE_YET).setEnabled(False)

    def _take_path(self) -> None:
        text = self._path.text().strip().strip('"')
        if text:
            self.wants.emit(ChooseData(_path_of(text)))


def _path_of(text: str) -> Path:
    """Return the path that was typed, with ``~`` as one's own home where there is such a one."""
    with suppress(RuntimeError):
        return Path(text).expanduser()
    return Path(text)
