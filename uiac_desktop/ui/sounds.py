"""Signals for the ear, off by default: one tone for a kept frame, two when the protocol is complete, one when lost.

The tone is the system's own alert, so that no sound library has to be shipped and no device is opened by us.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from uiac_desktop.session.events import SessionEvent, SourceFailed, SourceOpened
from uiac_desktop.settings import Settings
from uiac_desktop.sources.base import PictureBack, PictureLost

_SECOND_TONE_MS: Final = 250


class Sounds:
    """Gives the signals that the user has chosen.

    Parameters
    ----------
    tone
        Gives one tone; the system's alert unless a test listens itself.
    """

    def __init__(self, settings: Settings, tone: Callable[[], None] = QApplication.beep) -> None:
        self.settings = settings
        self._tone = tone
        self._lost = False

    def kept(self) -> None:
        """Tell that a frame was kept."""
        if self.settings.tone_kept:
            self._tone()

    def complete(self) -> None:
        """Tell that the protocol is complete."""
        if self.settings.tone_complete:
            self._tone()
            QTimer.singleShot(_SECOND_TONE_MS, self._tone)

    def follow(self, event: SessionEvent) -> None:
        """Tell that the picture is lost, once a loss: a source that comes back by itself tells of each of its tries."""
        if isinstance(event, SourceFailed) or (isinstance(event, PictureLost) and not self._lost):
            self._tell_lost()
        if isinstance(event, PictureLost | PictureBack | SourceOpened):
            self._lost = isinstance(event, PictureLost)

    def _tell_lost(self) -> None:
        if self.settings.tone_lost:
            self._tone()
