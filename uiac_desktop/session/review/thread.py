"""The shape of the Review room's threads: each begins once, takes orders at any time, ends when told to."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final


class ReviewThread(ABC):
    """One thread and what it is told; methods may be called from any thread and return at once, but for `join`.

    Parameters
    ----------
    name
        Of the thread.
    on_bug
        Takes an error of ours, in the thread.

    Attributes
    ----------
    _orders
        Guards what it is told, and wakes it.
    """

    def __init__(self, name: str, on_bug: Callable[[Exception], None]) -> None:
        self._on_bug: Final = on_bug
        self._orders: Final = threading.Condition()
        self._stopping = False
        self._thread: Final = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; `join` waits for it."""
        with self._orders:
            self._stopping = True
            self._orders.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False where it still hangs."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether it is to end."""
        return self._stopping

    @abstractmethod
    def _work(self) -> None:
        """Carry out orders until it is to end."""

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._on_bug(error)
