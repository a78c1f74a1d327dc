"""Full screen and back, to what the window was before."""

from PySide6.QtWidgets import QMainWindow


class FullScreen:
    """Gives a window the whole screen, and back.

    Parameters
    ----------
    window
        The window; how it stands now is what it goes back to.
    """

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._before = window.windowState()

    def toggle(self) -> None:
        """Enter or leave the full screen."""
        if self._window.isFullScreen():
            self._window.setWindowState(self._before)
        else:
            self._before = self._window.windowState()
            self._window.showFullScreen()
