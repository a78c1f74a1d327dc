"""The file dialog of all rooms: it holds up nothing, and what is typed in it is no command of the window behind it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from typing_extensions import override

_COMMANDS = range(Qt.Key.Key_F1, Qt.Key.Key_F35 + 1)  # function keys stay the program's, since a pedal may send them


class FileDialog(QFileDialog):
    """A file dialog beside a window whose commands have plain keys; ``chosen`` carries the one path that was chosen.

    Qt says nothing by ``fileSelected`` where a folder that the list happened to select stands beside the typed one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent, title)
        self.filesSelected.connect(lambda paths: self.chosen.emit(paths[-1]))

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
