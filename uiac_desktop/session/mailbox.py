"""A slot between two threads that holds the newest item alone, so that nobody works on an old frame or queues up."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """A one-place hand-over between threads: a put replaces what nobody took, and counts it as dropped.

    Parameters
    ----------
    on_filled
        Called in the putting thread when an item arrives in an empty box; it may only tell another thread to come and
        take, since a call for each item would pile up with a slow taker.
    """

    def __init__(self, on_filled: Callable[[], None] | None = None) -> None:
        self._on_filled = on_filled
        self._condition = threading.Condition()
        self._item: T | None = None
        self._closed = False
        self._nudged = False
        self._dropped = 0

    def put(self, item: T) -> bool:
        """Store an item in place of the one before; return False where the box is closed."""
        with self._condition:
            if self._closed:
                return False
            was_empty = self._item is None
            self._dropped += not was_empty
            self._item = item
            self._condition.notify_all()
        if was_empty and self._on_filled is not None:
            self._on_filled()
        return True

    def take(self, timeout: float | None = None) -> T | None:
        """Return the newest item and empty the box.

        Parameters
        ----------
        timeout
            Seconds to wait for one; None waits until one comes, 0 does not wait.

        Returns
        -------
        The item; None after the timeout, a `nudge`, or once the box is closed.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._item is not None or self._closed or self._nudged, timeout)
            item, self._item, self._nudged = self._item, None, False
            return item

    def nudge(self) -> None:
        """Let the one who waits in `take` return, with an item or without: there is something else to do."""
        with self._condition:
            self._nudged = True
            self._condition.notify_all()

    def close(self) -> None:
        """Empty the box for good and wake who waits for it."""
        with self._condition:
            self._closed = True
            self._item = None
            self._condition.notify_all()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        with self._condition:
            return self._closed

    @property
    def dropped(self) -> int:
        """Items that were replaced before anybody took them."""
        with self._condition:
            return self._dropped
