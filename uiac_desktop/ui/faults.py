"""What catches our own errors: hooks for every thread, and a file that a hard crash leaves its traces in."""

import faulthandler
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Signal, qInstallMessageHandler

from nas.traces import trace_of
from uiac_desktop import paths
from uiac_desktop.ui.messages import Choice, Message, MessageBoard, Rank
from uiac_desktop.ui.qt_log import log_qt

_LOG = logging.getLogger("uiac_desktop")


class Faults(QObject):
    """Brings errors of any thread to the message board.

    Parameters
    ----------
    board
        Where the message is posted.
    """

    caught = Signal(str)

    def __init__(self, board: MessageBoard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._crash_file: IO[str] | None = None
        self._former = (sys.excepthook, threading.excepthook)
        self.caught.connect(self._post)

    def install(self) -> None:
        """Take over the hooks of Python and the messages of Qt."""
        sys.excepthook = self._from_main
        threading.excepthook = self._from_thread
        qInstallMessageHandler(log_qt)

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._former
        qInstallMessageHandler(None)
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()
            self._crash_file = None

    def watch_crashes(self, path: Path | None = None) -> None:
        """Show what the last crash left, and have the next one leave its trace."""
        place = path or paths.crash_file()
        try:
            left = place.read_text(encoding="utf-8", errors="replace").strip()
            place.replace(place.with_suffix(".last.txt")) if left else None
        except FileNotFoundError:
            left = ""
        except OSError:
            return
        if left:
            what = "The program ended suddenly the last time."
            advice = "Details shows what it left; it holds no names."
            self._board.post(Message("crash", Rank.WARN, what, advice, (Choice("Details", "details"),), left))
        try:
            self._crash_file = place.open("w", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._crash_file)

    def _from_main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._former[0](kind, error, trace)
            return
        self._tell(kind, error, trace, "the window")

    def _from_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            name = told.thread.name if told.thread is not None else "a thread"
            self._tell(told.exc_type, told.exc_value, told.exc_traceback, name)

    def _tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None, where: str) -> None:
        _LOG.error("An error in %s", where, exc_info=(kind, error, trace))
        self.caught.emit(f"In {where}:\n{trace_of(error)}")

    def _post(self, text: str) -> None:
        what = "Something went wrong inside the program."
        self._board.post(
            Message(
                "bug",
                Rank.ERROR,
                what,
                "It goes on; the log keeps what happened.",
                (Choice("Details", "details"),),
                text,
            )
        )
