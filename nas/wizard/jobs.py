"""Short jobs in child processes that end with the window: an inspection, an evaluation, an export, a simulated set."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, Signal

from nas.wizard.runs.child import complaint, environment
from nas.wizard.runs.priority import SHORT, set_back
from nas.wizard.state import Said, Task

_END_MS: Final = 3000
_CAN_BE_ASKED: Final[bool] = sys.platform != "win32"  # there a program without a window hears of no request to end
_MOST_SAID: Final = 65536


class Job(QObject):
    """One child process: ``python -m`` with these words.

    ``line`` is called with each whole line that it writes to stdout; ``ended`` carries a `Said` where it was refused,
    else None. Exit codes in ``good`` are no refusal.
    """

    ended = Signal(object)

    def __init__(
        self,
        words: Sequence[str],
        line: Callable[[bytes], None],
        good: frozenset[int] = frozenset({0}),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._line, self._good = line, good
        self._pieces: list[bytes] = []  # of the line that is not whole yet
        self._said = b""
        self._stopped = False
        self._over = False
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment())
        self._process.setStandardInputFile(QProcess.nullDevice())
        self._process.started.connect(self._set_back)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._listen)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail, Qt.ConnectionType.QueuedConnection)  # `start` itself may fail
        self._process.start(sys.executable, ["-m", *words])

    @property
    def said(self) -> str:
        """The end of what it wrote to stderr."""
        return self._said.decode("utf-8", "replace")

    def stop(self) -> None:
        """End it; nothing more is told. It goes with its last reference: its owner may go before a later event."""
        self._stopped = True
        if self._process.state() != QProcess.ProcessState.NotRunning:
            if _CAN_BE_ASKED:
                self._process.terminate()
            if not _CAN_BE_ASKED or not self._process.waitForFinished(_END_MS):
                self._process.kill()
                self._process.waitForFinished(_END_MS)
        self.setParent(None)

    def _set_back(self) -> None:
        set_back(self._process.processId(), SHORT)

    def _read(self) -> None:
        new = bytes(self._process.readAllStandardOutput().data())
        if b"\n" not in new:
            self._pieces.append(new)
            return
        *lines, rest = b"".join((*self._pieces, new)).split(b"\n")
        self._pieces = [rest]
        if not self._stopped:
            for line in lines:
                self._line(line)

    def _listen(self) -> None:
        self._said = (self._said + bytes(self._process.readAllStandardError().data()))[-_MOST_SAID:]

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._listen()
        well = status == QProcess.ExitStatus.NormalExit and code in self._good
        self._end(None if well else complaint(self.said))

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(Said("The process cannot be started.", "Restart the computer, then try again."))

    def _end(self, refused: Said | None) -> None:
        if self._stopped or self._over:
            return
        self._over = True
        self.ended.emit(refused)


def _environment() -> QProcessEnvironment:
    made = QProcessEnvironment()
    for name, value in environment().items():
        made.insert(name, value)
    return made


class Jobs(QObject):
    """The short jobs that pages ask for, one of a name at a time; ``changed`` says that `tasks` is another tuple."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks: tuple[Task, ...] = ()
        self._jobs: dict[str, Job] = {}

    def start(self, name: str, target: Path, words: Sequence[str]) -> None:
        """Start a job; one of the same name that goes on is ended first."""
        self.stop(name)
        output: list[bytes] = []

        def line(said: bytes) -> None:
            output.append(said)
            self._put(replace(self._task(name), words=said.decode("utf-8", "replace")[:400]))

        self._put(Task(name, target))
        job = Job(words, line, parent=self)
        job.ended.connect(lambda refused: self._end(name, refused, output))
        self._jobs[name] = job

    def stop(self, name: str) -> None:
        """End a job, and forget it."""
        job = self._jobs.pop(name, None)
        if job is not None:
            job.stop()
            self.tasks = tuple(task for task in self.tasks if task.name != name)
            self.changed.emit()

    def shut(self) -> None:
        """End all."""
        for name in tuple(self._jobs):
            self.stop(name)

    def _end(self, name: str, refused: Said | None, output: list[bytes]) -> None:
        job = self._jobs.pop(name, None)
        if job is not None:
            job.deleteLater()
        text = b"\n".join(output).decode("utf-8", "replace")
        self._put(replace(self._task(name), running=False, refused=refused, output="" if refused else text))

    def _task(self, name: str) -> Task:
        return next(task for task in self.tasks if task.name == name)

    def _put(self, task: Task) -> None:
        self.tasks = (*(other for other in self.tasks if other.name != task.name), task)
        self.changed.emit()
