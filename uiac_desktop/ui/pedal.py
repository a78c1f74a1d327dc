"""Pedals: keys F13 to F24, of which a press shorter than 30 ms is a bouncing contact and gives no command."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from typing_extensions import override

SHORTEST_MS: Final = 30
_PEDALS: Final = frozenset(f"F{number}" for number in range(13, 25))


def is_pedal(key: QKeySequence) -> bool:
    """Return whether a key is one that footswitches send and keyboards lack."""
    return key.toString(QKeySequence.SequenceFormat.PortableText) in _PEDALS


class Pedal(QObject):
    """Holds a command back until its pedal has been down long enough; let go before that, it is forgotten.

    As event filter of the window it hears a pedal come up, whatever has the focus.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: Callable[[], None] | None = None
        self._timer = QTimer(self, interval=SHORTEST_MS, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._give)

    @property
    def waits(self) -> bool:
        """Whether a press is being timed."""
        return self._waiting is not None

    def press(self, give: Callable[[], None]) -> None:
        """Note that a pedal went down; ``give`` is called once it has stayed there."""
        self._waiting = give
        self._timer.start()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear a key come up; no event is held up."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self.let_go()
        return False

    def let_go(self) -> None:
        """Note that it came up."""
        self._waiting = None
        self._timer.stop()

    def _give(self) -> None:
        give, self._waiting = self._waiting, None
        if give is not None:
            give()
