"""Events of an examination on their way to the window: told only once the state that can be read fits them."""

import threading
from collections.abc import Callable

from uiac_desktop.session.exam.events import ClipSaved, ExamEvent, FrameKept, StoreFull


class ExamEventBox:
    """Events in order of telling; any thread may add or take.

    A full disk is told once, and again only after something could be kept.

    Parameters
    ----------
    on_filled
        Called where events arrive and none was waiting.
    """

    def __init__(self, on_filled: Callable[[], None]) -> None:
        self._on_filled = on_filled
        self._lock = threading.Lock()
        self._held: list[ExamEvent] = []
        self._ready: list[ExamEvent] = []
        self._full_told = False

    def hold(self, event: ExamEvent) -> None:
        """Add an event that is not handed out before `release`."""
        with self._lock:
            if isinstance(event, StoreFull):
                if self._full_told:
                    return
                self._full_told = True
            elif isinstance(event, FrameKept | ClipSaved):
                self._full_told = False
            self._held.append(event)

    def release(self) -> None:
        """Hand out what was held."""
        with self._lock:
            news = bool(self._held) and not self._ready
            self._ready += self._held
            self._held = []
        if news:
            self._on_filled()

    def take(self) -> list[ExamEvent]:
        """Return what was handed out, and empty the box."""
        with self._lock:
            ready, self._ready = self._ready, []
            return ready
