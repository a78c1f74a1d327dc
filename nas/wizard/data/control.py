"""The data set of the wizard: looked at in a child process, put right by moving files, and told as one record."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from nas.data.finding import Finding, told_line
from nas.errors import DataError
from nas.wizard.data.repair import repair, undo, undoable
from nas.wizard.jobs import Job
from nas.wizard.runs.child import complaint
from nas.wizard.state import DataState, Said

_LOOKED: Final = frozenset({0, 2})  # 2: it cannot be trained on as it is, which the finding says


class DataControl(QObject):
    """Holds the `DataState`; ``changed`` says that it is another."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = DataState()
        self._job: Job | None = None
        self._begun = 0.0
        self._found = False

    def choose(self, folder: Path) -> None:
        """Look at a folder; what is known of the same folder stays in view until the look is done."""
        self.stop()
        same = folder == self.state.folder
        former = self.state if same else DataState(folder=folder, round=self.state.round)
        self._put(replace(former, checking=True, done=0, total=0, refused=None, repaired=undoable(folder)))
        self._begun, self._found = time.monotonic(), False
        self._job = Job(("nas", "inspect", str(folder), "--events"), self._hear, _LOOKED, self)
        self._job.ended.connect(self._end)

    def stop(self) -> None:
        """Stop the look; what was known before stays."""
        if self._job is not None:
            self._job.stop()
            self._job = None
            self._put(replace(self.state, checking=False))

    def repair(self, number: int) -> None:
        """Put a problem right by its place in the inspection, and look again."""
        folder, inspection = self.state.folder, self.state.inspection
        if folder is None or inspection is None or self.state.checking or number >= len(inspection.problems):
            return
        try:
            repair(folder, inspection.problems[number])
        except DataError as error:
            self._put(replace(self.state, refused=Said(error.message, error.advice)))
            return
        self.choose(folder)

    def undo(self) -> None:
        """Take the last repair back, and look again."""
        if self.state.folder is None or self.state.checking:
            return
        try:
            undo(self.state.folder)
        except DataError as error:
            self._put(replace(self.state, refused=Said(error.message, error.advice)))
            return
        self.choose(self.state.folder)

    def _hear(self, line: bytes) -> None:
        try:
            said = told_line(line)
        except ValueError:
            return
        if not isinstance(said, Finding):
            self._put(replace(self.state, done=said.done, total=said.total))
            return
        self._found = True
        folder = self.state.folder or Path()
        self._put(
            replace(
                self.state,
                inspection=said.inspection,
                images=said.data_set(folder),
                seconds=time.monotonic() - self._begun,
                round=self.state.round + 1,
            )
        )

    def _end(self, refused: Said | None) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        if refused is None and not self._found:
            refused = complaint(job.said if job is not None else "")
        if refused is not None:
            self._put(replace(self.state, checking=False, inspection=None, images=None, refused=refused))
        else:
            self._put(replace(self.state, checking=False))

    def _put(self, state: DataState) -> None:
        self.state = state
        self.changed.emit()
