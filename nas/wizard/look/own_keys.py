"""Keys that a view keeps for itself while it has the focus, though the program has commands on them."""

from collections.abc import Collection
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

ARROWS: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
CHOOSE: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
PAGES: Final = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def keeps(event: QEvent, keys: Collection[Qt.Key]) -> bool:
    """Accept an event that asks whether a key belongs to the view; tell whether it was one of these keys."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    if not plain or event.key() not in keys:
        return False
    event.accept()
    return True
