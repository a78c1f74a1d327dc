"""The desk of the export: lists exams, makes the sheet that a person checks, exports, and stops on request.

What packs and draws is imported by its thread, so that the page opens at once.
"""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export_options import ExportOptions
from uiac_desktop.exam.export_summary import Step
from uiac_desktop.session.export.records import (
    ExamsListed,
    ExportChoice,
    ExportEnded,
    ExportEvent,
    ExportFailed,
    ExportGoesOn,
)
from uiac_desktop.session.store_desk import StoreDesk

if TYPE_CHECKING:
    from uiac_desktop.exam.foreign_clip import ForeignClip
    from uiac_desktop.exam.store import ExamStore
    from uiac_desktop.inference.predictor import Predictor


class ExportDesk(StoreDesk[ExportEvent]):
    """Exports one set of frames after another.

    Parameters
    ----------
    open_store, on_event
        As of every desk.
    """

    def __init__(self, open_store: "Callable[[], ExamStore]", on_event: Callable[[], None]) -> None:
        super().__init__("export-desk", open_store, on_event)
        self._newest = 0
        self._stopping = threading.Event()

    @override
    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stop an export that goes on, close the store; return whether that was in time."""
        self._stopping.set()
        return super().stop(timeout_s)

    def look(self) -> None:
        """List the exams."""
        self._order(self._look)

    def show_sheet(self, choice: ExportChoice, options: ExportOptions) -> None:
        """Make the sheet of a choice; of several that wait only the last is made."""
        self._newest += 1
        self._order(partial(self._show_sheet, self._newest, choice, options))

    def export(
        self,
        choice: ExportChoice,
        root: Path,
        options: ExportOptions,
        load: "Callable[[], Predictor] | None" = None,
    ) -> None:
        """Export; `load` puts the model to work whose maps are wanted."""
        self._stopping.clear()
        self._order(partial(self._export, choice, root, options, load))

    def stop_export(self) -> None:
        """Stop the export that goes on; the data set stays as it was."""
        self._stopping.set()

    # The thread

    @override
    def _failed(self, error: DesktopError | NasError) -> ExportFailed:
        """Return the one line of what went wrong, and whether it is a question."""
        from uiac_desktop.exam.plane_folder import NamesDifferError

        return ExportFailed(error.message, error.advice, names_differ=isinstance(error, NamesDifferError))

    @override
    def _replaces(self, event: ExportEvent, former: ExportEvent) -> bool:
        """Let the newest progress alone be heard."""
        return isinstance(event, ExportGoesOn) and isinstance(former, ExportGoesOn)

    def _look(self) -> None:
        self._tell(ExamsListed(tuple(line for line in self._store.exam_lines() if line.frames or line.clips)))

    def _show_sheet(self, number: int, choice: ExportChoice, options: ExportOptions) -> None:
        from uiac_desktop.session.export.sheet import sheet

        if number == self._newest:
            with ExitStack() as stack:
                self._tell(sheet(self._store, choice.exam_ids, options, self._lent(choice, stack)))

    def _export(
        self, choice: ExportChoice, root: Path, options: ExportOptions, load: "Callable[[], Predictor] | None"
    ) -> None:
        from uiac_desktop.exam.export import export
        from uiac_desktop.session.export.explainer import Explainer

        def tell(step: Step, done: int, total: int) -> None:
            self._tell(ExportGoesOn(step, done, total))

        with ExitStack() as stack:
            explain = None if load is None else stack.enter_context(Explainer(load)).explain
            done = export(
                self._store,
                choice.exam_ids,
                root,
                options,
                foreign=self._lent(choice, stack),
                explain=explain,
                tell=tell,
                goes_on=lambda: not self._stopping.is_set(),
            )
        self._tell(ExportEnded(done))

    def _lent(self, choice: ExportChoice, stack: ExitStack) -> "tuple[ForeignClip, ...]":
        from uiac_desktop.session.review.reviewed_clip import lent

        return () if choice.clip is None else (lent(choice.clip, choice.number, self._store, stack),)
