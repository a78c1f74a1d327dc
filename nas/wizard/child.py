"""Runs as processes of their own: detached, so that they outlive the window; niced, so that a live scan keeps pace."""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil
from PySide6.QtCore import QProcess, QProcessEnvironment

from nas.errors import RunError
from nas.wizard.state import Said

SAID_FILE: Final = "said.txt"
_NICE: Final = 15
_MOST_SAID: Final = 65536


class Child:
    """A run's process.

    Parameters
    ----------
    words
        Of the command line, after ``uiac-nas``.
    folder
        The run's folder; what the process says on stderr is written there.

    Raises
    ------
    RunError
        It cannot be started.
    """

    def __init__(self, words: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self._said_file: Final = folder / SAID_FILE
        with contextlib.suppress(OSError):
            self._said_file.unlink(missing_ok=True)
        process = QProcess()
        process.setProgram(sys.executable)
        process.setArguments(["-m", "nas", *words])
        process.setProcessEnvironment(environment())
        process.setStandardInputFile(QProcess.nullDevice())
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(str(self._said_file))
        started, pid = process.startDetached()
        if not started:
            raise RunError("The run's process cannot be started.", "Restart the computer, then try again.")
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._process = psutil.Process(pid)
            if sys.platform == "win32":
                self._process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
            else:
                self._process.nice(_NICE)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        try:
            return (
                self._process is not None
                and self._process.is_running()
                and self._process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False

    @property
    def refused(self) -> Said:
        """Why it ended, by its own last words."""
        return complaint(last_words(self._said_file))


def environment() -> QProcessEnvironment:
    """Return the environment of a child: ours, with this program's own packages to be found."""
    found = QProcessEnvironment.systemEnvironment()
    root = str(Path(__file__).resolve().parents[2])
    before = found.value("PYTHONPATH")
    found.insert("PYTHONPATH", os.pathsep.join([root, before]) if before else root)
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        found.remove(name)
    return found


def threads_for_runs() -> int:
    """Return how many CPU threads a run may take: one core is left to the live scan."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(cores - 1, 1)


def last_words(file: Path) -> str:
    """Return the end of a text file; empty where it cannot be read."""
    try:
        with file.open("rb") as said:
            said.seek(max(file.stat().st_size - _MOST_SAID, 0))
            return said.read().decode("utf-8", "replace")
    except OSError:
        return ""


def complaint(text: str) -> Said:
    """Return what a command said went wrong: its lines ``error:`` and ``advice:``."""
    found = {"error": "", "advice": ""}
    for line in text.splitlines():
        name, _, rest = line.partition(": ")
        if name in found:
            found[name] = rest.strip()
    message = found["error"] or "It ended without a word."
    return Said(message, found["advice"] or "Try once more; the log of the program may say more.")
