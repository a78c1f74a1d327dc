"""A desk: one thread with its own connection to the store, which carries out orders, so that the window never waits."""

import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.session.events import caught

if TYPE_CHECKING:
    from uiac_desktop.exam.store import ExamStore

Event = TypeVar("Event")
Order: TypeAlias = Callable[[], None]


class StoreDesk(ABC, Generic[Event]):
    """Carries out one order after the other; every call returns at once.

    Parameters
    ----------
    name
        Of the thread.
    open_store
        Opens the store; called in the desk's thread, and again with the next order where it failed.
    on_event
        Called from the desk's thread where `take_events` has something.
    """

    def __init__(self, name: str, open_store: "Callable[[], ExamStore]", on_event: Callable[[], None]) -> None:
        self._open_store, self._on_event = open_store, on_event
        self._orders: Final[queue.SimpleQueue[Order | None]] = queue.SimpleQueue()
        self._lock: Final = threading.Lock()
        self._events: list[Event] = []
        self._opened: ExamStore | None = None
        self._thread: Final = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Carry out what was ordered, close the store; return whether that was in time."""
        self._orders.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def take_events(self) -> list[Event]:
        """Return what happened since the last call, in order."""
        with self._lock:
            events, self._events = self._events, []
            return events

    # The thread

    @property
    def _store(self) -> "ExamStore":
        """The open store; every order finds it open."""
        if self._opened is None:
            raise DesktopError("The exam store is not open.", "Try again.")
        return self._opened

    @abstractmethod
    def _failed(self, error: DesktopError | NasError) -> Event:
        """Return what is told of an order that could not be carried out."""

    def _begin(self) -> None:
        """Do what comes once the store is open."""

    def _give_up(self) -> None:
        """Let go of work that a bug would meet again."""

    def _end(self) -> None:
        """Let go of what the thread holds beside the store."""

    def _replaces(self, event: Event, former: Event) -> bool:  # noqa: ARG002
        """Return whether an event says all that the one before it, not taken yet, did."""
        return False

    def _next(self) -> Order | None:
        """Return what is to be done next, None at the end."""
        return self._orders.get()

    def _order(self, order: Order) -> None:
        self._orders.put(order)

    def _tell(self, event: Event) -> None:
        with self._lock:
            if self._events and self._replaces(event, self._events[-1]):
                self._events.pop()
            self._events.append(event)
        self._on_event()

    def _run(self) -> None:
        try:
            while (order := self._next()) is not None:
                self._carry_out(order)
        finally:
            self._end()
            if self._opened is not None:
                with suppress(DesktopError):
                    self._opened.close()

    def _carry_out(self, order: Order) -> None:
        try:
            if self._opened is None:
                self._opened = self._open_store()
                self._begin()
            order()
        except (DesktopError, NasError) as error:
            self._tell(self._failed(error))
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._give_up()
            inside = DesktopError("Something went wrong inside the program.", "Its details are in the log.")
            self._tell(self._failed(inside))
            caught(error)
