"""News of the Review room on its way to the window: a call only when none was waiting, so that nothing piles up."""

import threading
from collections.abc import Callable
from typing import Final

from uiac_desktop.session.events import caught
from uiac_desktop.session.review.events import ReviewEvent


class ReviewNews:
    """Events in order, and whether the state has changed; any thread may tell or take.

    Parameters
    ----------
    on_change, on_event
        Called in the telling thread where nothing was waiting; must not wait.
    """

    def __init__(self, on_change: Callable[[], None], on_event: Callable[[], None]) -> None:
        self._on_change: Final = on_change
        self._on_event: Final = on_event
        self._lock: Final = threading.Lock()
        self._changed = False
        self._events: list[ReviewEvent] = []

    def tell(self, event: ReviewEvent) -> None:
        """Add an event."""
        with self._lock:
            first = not self._events
            self._events.append(event)
        if first:
            self._on_event()

    def tell_bug(self, error: Exception) -> None:
        """Give an error of ours to ``threading.excepthook`` (log, Details) and say that it happened."""
        self.tell(caught(error))

    def change(self) -> None:
        """Say that the state is another."""
        with self._lock:
            first, self._changed = not self._changed, True
        if first:
            self._on_change()

    def take(self) -> list[ReviewEvent]:
        """Return what happened since the last call."""
        with self._lock:
            events, self._events = self._events, []
            return events

    def seen(self) -> None:
        """Note that the state is being read."""
        with self._lock:
            self._changed = False
