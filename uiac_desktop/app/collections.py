"""Keeps garbage collections short: what the start has loaded is never looked through again, or pictures would wait."""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, SignalInstance

from uiac_desktop.session.events import ModelFailed, ModelReady, SessionEvent

_LAST_IMPORTS_MS: Final = 10_000


class ShortCollections(QObject):
    """Takes all that is loaded once the first model is there, and once more a little later, out of every collection.

    A full collection looks at each object of the program and its libraries, holds every thread meanwhile, and costs
    seven frames of a clip (measured: 250 ms for half a million objects, now and then while a clip plays).

    Parameters
    ----------
    heard
        Carries the events of live sessions.
    """

    def __init__(self, heard: SignalInstance, parent: QObject) -> None:
        super().__init__(parent)
        self._heard = heard
        heard.connect(self._hear)

    def _hear(self, event: SessionEvent) -> None:
        if isinstance(event, ModelReady | ModelFailed):
            self._heard.disconnect(self._hear)
            gc.freeze()
            QTimer.singleShot(_LAST_IMPORTS_MS, self, gc.freeze)
