"""Where the keyboard goes when the part that has it goes from view: to the window, never to a chip or button beside."""

from PySide6.QtWidgets import QMainWindow, QWidget


def leave_focus(part: QWidget) -> None:
    """Give the focus back to the window where this part has it; Qt would pass it to a chip, which Enter presses."""
    window = part.window()
    centre = window.centralWidget() if isinstance(window, QMainWindow) else None
    focused = window.focusWidget()
    if centre is not None and focused is not None and (focused is part or part.isAncestorOf(focused)):
        centre.setFocus()
