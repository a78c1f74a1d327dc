"""The file dialog of all rooms: it holds up nothing, and what is typed in it is no command of the window behind it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog
from typing_extensions import override

_COMMANDS = range(Qt.Key.Key_F1, Qt.Key.Key_F35 + 1)  # function keys stay the program's, since a pedal may send them


class FileDialog(QFileDialog):
    """A file dialog beside a window whose commands have plain keys."""

    @override
    def event(self, event: QEvent) -> bool:
        """Keep the keys."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() not in _COMMANDS
        ):
            event.accept()
            return True
        return super().event(event)
