"""The desk of the export: a thread with its own connection to the store, so that the window never waits."""

import queue
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_options import ExportOptions
from uiac_desktop.exam.export_summary import Step
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.plane_folder import NamesDifferError
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.export.explainer import Explainer
from uiac_desktop.session.export.records import (
    ExamsListed,
    ExportChoice,
    ExportEnded,
    ExportEvent,
    ExportFailed,
    ExportGoesOn,
)
from uiac_desktop.session.export.sheet import sheet
from uiac_desktop.session.review.reviewed_clip import lent

if TYPE_CHECKING:
    from uiac_desktop.inference.predictor import Predictor


class ExportDesk:
    """Exports one set of frames after another; every call returns at once.

    Parameters
    ----------
    open_store
        Opens the store; called in the desk's thread, and again with the next order where it failed.
    on_event
        Called from the desk's thread where `take_events` has something.
    """

    def __init__(self, open_store: Callable[[], ExamStore], on_event: Callable[[], None]) -> None:
        self._open_store, self._on_event = open_store, on_event
        self._orders: queue.SimpleQueue[Callable[[ExamStore], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._events: list[ExportEvent] = []
        self._newest = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="export-desk", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stop an export that goes on, close the store; return whether that was in time."""
        self._stopping.set()
        self._orders.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def take_events(self) -> list[ExportEvent]:
        """Return what happened since the last call, in order."""
        with self._lock:
            events, self._events = self._events, []
            return events

    def look(self) -> None:
        """List the exams."""
        self._orders.put(self._look)

    def show_sheet(self, choice: ExportChoice, options: ExportOptions) -> None:
        """Make the sheet of a choice; of several that wait only the last is made."""
        self._newest += 1
        self._orders.put(partial(self._show_sheet, self._newest, choice, options))

    def export(
        self,
        choice: ExportChoice,
        root: Path,
        options: ExportOptions,
        load: "Callable[[], Predictor] | None" = None,
    ) -> None:
        """Export; `load` puts the model to work whose maps are wanted."""
        self._stopping.clear()
        self._orders.put(partial(self._export, choice, root, options, load))

    def stop_export(self) -> None:
        """Stop the export that goes on; the data set stays as it was."""
        self._stopping.set()

    # The thread

    def _run(self) -> None:
        store: ExamStore | None = None
        try:
            while (order := self._orders.get()) is not None:
                try:
                    store = store or self._open_store()
                    order(store)
                except NamesDifferError as error:
                    self._tell(ExportFailed(error.message, error.advice, names_differ=True))
                except (DesktopError, NasError) as error:
                    self._tell(ExportFailed(error.message, error.advice))
                except Exception as error:  # noqa: BLE001 - the border of a thread
                    threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))
                    self._tell(ExportFailed("Something went wrong inside the program.", "Its details are in the log."))
        finally:
            if store is not None:
                store.close()

    def _tell(self, event: ExportEvent) -> None:
        with self._lock:
            if isinstance(event, ExportGoesOn) and self._events and isinstance(self._events[-1], ExportGoesOn):
                self._events.pop()
            self._events.append(event)
        self._on_event()

    def _look(self, store: ExamStore) -> None:
        self._tell(ExamsListed(tuple(line for line in store.exam_lines() if line.frames or line.clips)))

    def _show_sheet(self, number: int, choice: ExportChoice, options: ExportOptions, store: ExamStore) -> None:
        if number == self._newest:
            with ExitStack() as stack:
                self._tell(sheet(store, choice.exam_ids, options, _lent(choice, store, stack)))

    def _export(
        self,
        choice: ExportChoice,
        root: Path,
        options: ExportOptions,
        load: "Callable[[], Predictor] | None",
        store: ExamStore,
    ) -> None:
        def tell(step: Step, done: int, total: int) -> None:
            self._tell(ExportGoesOn(step, done, total))

        with ExitStack() as stack:
            explain = None if load is None else stack.enter_context(Explainer(load)).explain
            done = export(
                store,
                choice.exam_ids,
                root,
                options,
                foreign=_lent(choice, store, stack),
                explain=explain,
                tell=tell,
                goes_on=lambda: not self._stopping.is_set(),
            )
        self._tell(ExportEnded(done))


def _lent(choice: ExportChoice, store: ExamStore, stack: ExitStack) -> tuple[ForeignClip, ...]:
    return () if choice.clip is None else (lent(choice.clip, choice.number, store, stack),)
