"""Which capture devices are plugged in, looked up in a thread again and again while the list is in view."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from uiac_desktop.ui.bridge import Bridge

_EVERY_MS = 2000


def _plugged_in() -> tuple[str, ...]:
    from uiac_desktop.sources.capture.device_list import capture_devices

    return tuple(device.name for device in capture_devices())


class DeviceWatch(QObject):
    """Names of the devices; none is opened for it.

    Parameters
    ----------
    look
        Returns the names; runs in a thread, since some systems take their time.

    ``changed`` says that `names` has others, or is known for the first time.
    """

    changed = Signal()

    def __init__(self, look: Callable[[], tuple[str, ...]] = _plugged_in, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] | None = None
        self._look = look
        self._found: tuple[str, ...] | None = None
        self._bridge = Bridge(self)
        self._bridge.woken.connect(self._take)
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.renew)

    def watch(self, on: bool) -> None:
        """Look again every two seconds, or rest."""
        if on:
            self.renew()
            self._timer.start()
        else:
            self._timer.stop()

    def renew(self) -> None:
        """Look now, unless a look is under way."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look_around, name="list-devices", daemon=True)
            self._thread.start()

    def _look_around(self) -> None:
        self._found = self._look()
        self._bridge.wake()

    def _take(self) -> None:
        if self._found != self.names:
            self.names = self._found
            self.changed.emit()
