"""The only crossing from threads to the window: one queued signal that says that something is there, no more."""

import threading

from PySide6.QtCore import QObject, Qt, Signal


class Bridge(QObject):
    """Turns calls from any thread into ``woken`` in the window's thread; calls before it is heard count as one."""

    woken = Signal()
    _crossing = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending = False
        self._closed = False
        self._crossing.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def wake(self) -> None:
        """Ask for ``woken``; may be called from any thread, also after `close`."""
        with self._lock:
            if self._pending or self._closed:
                return
            self._pending = True
            self._crossing.emit()

    def close(self) -> None:
        """Let no further call through; a session that is slow to stop may still call."""
        with self._lock:
            self._closed = True

    def _arrive(self) -> None:
        with self._lock:
            self._pending = False
            if self._closed:
                return
        self.woken.emit()
