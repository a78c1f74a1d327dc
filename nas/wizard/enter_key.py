"""What Enter does: it leads on to the next step, unless the part that has the focus has a use for it first."""

from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLineEdit, QRadioButton, QSpinBox, QWidget

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SPACE_ALONE: Final = (QRadioButton, QCheckBox)


def is_enter(event: QEvent) -> bool:
    """Tell whether an event is about Enter, of the keys or of the number pad."""
    return isinstance(event, QKeyEvent) and event.key() in _ENTER


def has_use_for_enter(part: QWidget | None) -> bool:
    """Tell whether Enter belongs to a part: a button is pressed, and what was typed is taken before one goes on."""
    match part:
        case QSpinBox():
            return part.valueFromText(part.text()) != part.value()
        case QLineEdit():
            return part.isModified()
        case QAbstractButton():
            return not isinstance(part, _SPACE_ALONE)
        case _:
            return False
