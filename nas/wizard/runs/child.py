"""Runs as processes of their own: detached, so that they outlive the window; niced, so that a live scan keeps pace."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from nas.cores import cores
from nas.errors import RunError
from nas.process_start import process_mark
from nas.wizard.runs.book import NO_PLACE
from nas.wizard.runs.priority import LONG, set_back
from nas.wizard.state import Said

SAID_FILE: Final = "said.txt"
_MOST_SAID: Final = 65536
_CARDS: Final = "CUDA_VISIBLE_DEVICES"
_NOT_FOR_CHILDREN: Final = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
if sys.platform == "win32":
    _APART = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
else:
    _APART = 0


class _Detached(subprocess.Popen[bytes]):
    """A process that may outlive us."""

    def __del__(self) -> None:
        """Let it run: that it does is no oversight."""


class Child:
    """A run's process.

    Parameters
    ----------
    words
        Of the command line, after ``uiac-nas``.
    folder
        The run's folder; what the process says on stderr is written there.
    card
        Number of the one graphics card that it may see; None leaves all to it.

    Raises
    ------
    RunError
        It cannot be started.
    """

    def __init__(self, words: Sequence[str], folder: Path, card: int | None = None) -> None:
        self.folder = folder
        self._said_file: Final = folder / SAID_FILE
        with contextlib.suppress(OSError):
            self._said_file.unlink(missing_ok=True)
        try:
            with self._said_file.open("wb") as said:
                self._process = _Detached(
                    [sys.executable, "-m", "nas", *words],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    env=environment(card),
                    start_new_session=True,
                    creationflags=_APART,
                )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RunError(f"The run's process cannot be started: {reason}.", NO_PLACE) from error
        set_back(self._process.pid, LONG)
        self.process = process_mark(self._process.pid)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def refused(self) -> Said:
        """Why it ended, by its own last words."""
        return complaint(last_words(self._said_file))


def environment(card: int | None = None) -> dict[str, str]:
    """Return the environment of a child: ours, with this program's packages to be found, one core left to the scan.

    Parameters
    ----------
    card
        Number of the one graphics card that it may see, among those that we see; None leaves all to it.
    """
    found = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_CHILDREN}
    root = str(Path(__file__).resolve().parents[3])
    before = found.get("PYTHONPATH", "")
    found.setdefault("OMP_NUM_THREADS", str(threads_for_runs()))
    if card is not None:
        seen = [name for name in found.get(_CARDS, "").split(",") if name]
        found[_CARDS] = seen[card] if card < len(seen) else str(card)
    found["PYTHONPATH"] = os.pathsep.join([root, before]) if before else root
    return found


def threads_for_runs() -> int:
    """Return how many CPU threads a run may take: one core is left to the live scan."""
    return max(cores() - 1, 1)


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
