"""A text field that keeps the keys it needs itself, though commands of the room have them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TypedField(QLineEdit):
    """A field whose Enter is its own.

    Parameters
    ----------
    keys
        All keys that are its own.
    """

    def __init__(self, keys: tuple[Qt.Key, ...] = ENTER) -> None:
        super().__init__()
        self._keys = keys

    @override
    def event(self, event: QEvent) -> bool:
        """Claim its keys before they become commands."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in self._keys:
            event.accept()
            return True
        return super().event(event)
