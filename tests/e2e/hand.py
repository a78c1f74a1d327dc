"""Mouse and keyboard of a person in front of the program's window: what they do goes through the X server."""

import os
import subprocess
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMainWindow, QRadioButton, QWidget

_LIMIT_S = 60


class Hand:
    """Moves the pointer, clicks, presses keys.

    Parameters
    ----------
    window
        The program's window, shown on the X server that DISPLAY names.
    """

    def __init__(self, window: QMainWindow) -> None:
        self._window = window

    def press(self, key: str) -> None:
        """Press a key, by xdotool's name of it."""
        _xdotool("windowfocus", str(int(self._window.winId())), "key", key)

    def write(self, text: str) -> None:
        """Type a text into what has the focus."""
        _xdotool("type", "--delay", "1", text)

    def click(self, name: str) -> None:
        """Click the visible control of an object name."""
        part = self.find(name)
        if part is None:
            raise LookupError(f"no control {name} can be clicked")
        inside = QPoint(8, part.height() // 2) if isinstance(part, QRadioButton) else part.rect().center()
        place = part.mapToGlobal(inside) * part.devicePixelRatio()
        _xdotool("mousemove", str(place.x()), str(place.y()), "click", "1")

    def find(self, name: str) -> QWidget | None:
        """Return the control of an object name where it is visible and enabled."""
        found = self._window.findChildren(QWidget, name)
        return next((part for part in found if part.isVisible() and part.isEnabled()), None)

    def look(self, file: Path) -> None:
        """Write what the screen shows as a PNG file."""
        QApplication.primaryScreen().grabWindow().save(str(file))


def _xdotool(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True, timeout=_LIMIT_S, env=dict(os.environ))
