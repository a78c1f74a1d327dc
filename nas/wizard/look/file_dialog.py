"""The file dialog of all rooms: it opens where the user last was, holds up nothing, and keeps the keys typed in it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from typing_extensions import override

from nas.wizard.look.last_folders import FolderUse, last_folders

_COMMANDS = range(Qt.Key.Key_F1, Qt.Key.Key_F35 + 1)  # function keys stay the program's, since a pedal may send them


class FileDialog(QFileDialog):
    """A file dialog beside a window whose commands have plain keys; ``chosen`` carries the one path that was chosen.

    Parameters
    ----------
    use
        What is chosen: it opens where such a thing was last chosen.

    Qt says nothing by ``fileSelected`` where a folder that the list happened to select stands beside the typed one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, title: str, use: FolderUse) -> None:
        super().__init__(parent, title, str(last_folders().of(use)))
        self._use = use
        self.filesSelected.connect(self._choose)

    def _choose(self, paths: list[str]) -> None:
        last_folders().note(self._use, Path(paths[-1]))
        self.chosen.emit(paths[-1])

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Watch the list of completions, too, which is a window of its own."""
        super().showEvent(event)
        for field in self.findChildren(QLineEdit):
            completions = field.completer().popup() if field.completer() is not None else None
            if completions is not None:
                completions.installEventFilter(self)

    @override
    def event(self, event: QEvent) -> bool:
        """Keep the keys."""
        return _kept(event) or super().event(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the keys of the completions."""
        return _kept(event) or super().eventFilter(watched, event)


def _kept(event: QEvent) -> bool:
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or event.key() in _COMMANDS:
        return False
    event.accept()
    return True
