"""Puts the window together: theme, fonts, settings, hooks for errors; the first source opens once the window shows."""

import logging
import os
import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from uiac_desktop.app.collections import ShortCollections
from uiac_desktop.app.ending import Ending
from uiac_desktop.app.options import Options
from uiac_desktop.paths import resource
from uiac_desktop.settings import SettingsFile
from uiac_desktop.ui.faults import Faults
from uiac_desktop.ui.look.fonts import font, load_fonts
from uiac_desktop.ui.look.theme import wear
from uiac_desktop.ui.main_window import MainWindow
from uiac_desktop.ui.messages import Message, Rank

_LOG = logging.getLogger(__name__)


def open_window(options: Options, torch_fault: str | None) -> int:
    """Open the window, live in it, and return the exit status.

    Parameters
    ----------
    torch_fault
        Why torch cannot be used on this PC, or None.
    """
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["uiac-desktop"])
    window, problem = _make_window(application, options)
    hooks = Faults(window.board, window)
    hooks.install()
    hooks.watch_crashes()
    if problem:
        window.board.post(Message("settings", Rank.WARN, problem))
    if torch_fault:
        window.board.post(Message("torch", Rank.WARN, torch_fault, "OpenVINO serves instead."))
    ShortCollections(window.control.heard, window)
    window.show()
    _LOG.info("The window is open.")
    QTimer.singleShot(0, lambda: _open_source(window, options))
    ending = Ending(application, window, options)
    try:
        application.exec()
    finally:
        hooks.remove()
    if window.control.hangs:
        leave_at_once(ending.status)
    return ending.status


def leave_at_once(status: int) -> None:
    """End the process as it is: foreign code that still runs in a thread would abort it while it is taken down."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _make_window(application: QApplication, options: Options) -> tuple[MainWindow, str | None]:
    application.setApplicationName("UIAC Desktop")
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(str(resource("icons/program.svg"))))
    load_fonts()
    application.setFont(font(13))
    file = SettingsFile()
    settings, problem = file.load()
    if options.model is not None:
        settings = settings.with_model(options.model.absolute())
    if options.demo:
        settings = settings.with_model(None)
    wear(application, settings.theme)
    window = MainWindow(file, settings)
    window.resize(application.primaryScreen().availableSize())
    window.setWindowState(Qt.WindowState.WindowMaximized)
    return window, problem


def _open_source(window: MainWindow, options: Options) -> None:
    if options.source is not None:
        window.control.open(options.source)
    elif options.demo:
        window.control.start_simulated()
