"""Starts the window: reads and checks the command line, puts the parts together, and leaves by itself if asked."""

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from uiac_desktop.errors import DesktopError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from uiac_desktop.ui.main_window import MainWindow

_LOG = logging.getLogger(__name__)
_QT_PATHS = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_XCB_PACKAGES = {
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
UNEXPECTED, UNUSABLE, STOPPED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of the window.

    Attributes
    ----------
    source
        Path or address to open at the start, or None.
    model
        Model folder for this run, or None for the one in the settings.
    demo
        Simulated scan with the demo model.
    quit_after
        Seconds after which the program leaves by itself, or None.
    screenshot, stats
        Files to write when it leaves.
    """

    source: str | None = None
    model: Path | None = None
    demo: bool = False
    quit_after: float | None = None
    screenshot: Path | None = None
    stats: Path | None = None

    @property
    def unattended(self) -> bool:
        """Whether nobody sits in front of the window."""
        return self.quit_after is not None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise DesktopError(f"{message}.", "See uiac-desktop --help.")


def read_options(argv: list[str]) -> Options:
    """Return the options of a command line.

    Raises
    ------
    DesktopError
        An option is unknown or its value is of no use.
    SystemExit
        ``--help`` was asked for.
    """
    parser = _Parser(
        prog="uiac-desktop",
        description="Names the standard plane of the fetal heart on screen as you scan, on this PC alone.",
        epilog="Commands without a window: uiac-desktop classify | simulate, each with --help. "
        "Research use only. Not for diagnosis.",
        allow_abbrev=False,
    )
    parser.add_argument("--source", metavar="URI", help="a path, or simulated:[SEED]; default: ask")
    parser.add_argument("--model", metavar="DIR", type=Path, help="model folder; default: the one in the settings")
    parser.add_argument("--demo", action="store_true", help="simulated scan with the demo model")
    parser.add_argument("--quit-after", metavar="SECONDS", type=float, help="leave by itself after so many seconds")
    parser.add_argument("--screenshot", metavar="FILE", type=Path, help="picture of the window when it leaves (PNG)")
    parser.add_argument("--stats", metavar="FILE", type=Path, help="figures of the session when it leaves (JSON)")
    told = parser.parse_args(argv)
    if told.quit_after is not None and not 0 < told.quit_after < 1e6:
        raise DesktopError("--quit-after must be above 0 seconds.", "Give for example --quit-after 8.")
    return Options(told.source, told.model, told.demo, told.quit_after, told.screenshot, told.stats)


def run(argv: list[str]) -> int:
    """Open the window and return the exit status: 0 done, 1 unexpected, 2 unusable input, 3 stopped by a signal."""
    try:
        options = read_options(argv)
        check_display(os.environ, sys.platform)
        check_options(options)
        return _open_window(options)
    except DesktopError as error:
        return complain(error.message, error.advice)
    except Exception as error:  # noqa: BLE001 - the border of the process
        _LOG.exception("The window could not be opened.")
        return _confess(error)


def complain(message: str, advice: str) -> int:
    """Write an expected error for people and return its exit status."""
    sys.stderr.write(f"error: {message}\nadvice: {advice}\n")
    return UNUSABLE


def _confess(error: Exception) -> int:
    from uiac_desktop.paths import log_file

    complain(
        f"Something unexpected happened ({type(error).__name__}).", f"Please report it with the end of {log_file()}."
    )
    return UNEXPECTED


def check_display(environment: Mapping[str, str], platform: str) -> None:
    """Raise `DesktopError` where no window can be opened, since Qt would end the process without a word of advice."""
    if not platform.startswith("linux"):
        return
    wanted = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if wanted and wanted not in ("xcb", "wayland"):
        return
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise DesktopError(
            "There is no display to open a window on.",
            "Start it on a desktop; without one use uiac-desktop classify, or for a test xvfb-run uiac-desktop --demo.",
        )
    if environment.get("DISPLAY"):
        missing = missing_packages()
        if missing:
            raise DesktopError(
                "System libraries that the window needs are missing.",
                f"Install them once: sudo apt-get install {' '.join(missing)}",
            )


def missing_packages() -> list[str]:
    """Return the Debian packages whose libraries Qt's window needs and cannot load."""
    import ctypes

    missing = []
    for library, package in _XCB_PACKAGES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def check_options(options: Options) -> None:
    """Raise `DesktopError` for a path or a model that is of no use, before any window opens."""
    if options.source is not None and "://" not in options.source and not options.source.startswith("simulated"):
        scheme = options.source.split(":")[0]
        is_address = scheme in ("device", "screen")
        if not is_address and not Path(options.source).exists():
            raise DesktopError(f"There is no file or folder {options.source}.", "Check the path after --source.")
    for option, file in (("--screenshot", options.screenshot), ("--stats", options.stats)):
        if file is not None and not file.absolute().parent.is_dir():
            raise DesktopError(f"The folder of {file} does not exist.", f"Make it first, or choose another {option}.")
    if options.model is not None:
        _check_model(options.model)


def _check_model(folder: Path) -> None:
    from nas.errors import NasError
    from nas.model import load_weights
    from uiac_desktop.ui.wording import as_sentence

    try:
        load_weights(folder)
    except NasError as error:
        raise DesktopError(as_sentence(error.message), error.advice) from error


def preload_torch() -> str | None:
    """Load torch's libraries before Qt's on Windows, where the other order fails; return why it could not be done.

    OpenVINO serves without torch, so a failure is told and no more.
    """
    import ctypes
    from importlib.util import find_spec

    spec = find_spec("torch")
    if spec is None or not spec.submodule_search_locations:
        return "PyTorch is not installed."
    libraries = Path(spec.submodule_search_locations[0]) / "lib"
    try:
        for name in ("c10.dll", "torch_cpu.dll"):
            ctypes.CDLL(str(libraries / name))
    except OSError as error:
        return f"PyTorch cannot be loaded on this PC ({error.strerror or 'a library is missing'})."
    return None


def restore_qt_paths(environment: "os._Environ[str]", before: Mapping[str, str | None]) -> None:
    """Undo what OpenCV does to Qt's search paths when it is imported."""
    for name, value in before.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value


def qt_paths(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Return Qt's search paths as they are now; what lies inside OpenCV is nobody's wish and counts as none."""
    found = {name: environment.get(name) for name in _QT_PATHS}
    return {name: None if value and "cv2" in Path(value).parts else value for name, value in found.items()}


_PATHS_AT_START = qt_paths(os.environ)


def _open_window(options: Options) -> int:
    torch_fault = preload_torch() if sys.platform == "win32" else None
    restore_qt_paths(os.environ, _PATHS_AT_START)

    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from uiac_desktop.ui import faults
    from uiac_desktop.ui.messages import Message, Rank

    faults.start_log()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["uiac-desktop"])
    window, problem = _make_window(application, options)
    restore_qt_paths(os.environ, _PATHS_AT_START)
    hooks = faults.Faults(window.board, window)
    hooks.install()
    hooks.watch_crashes()
    if problem:
        window.board.post(Message("settings", Rank.WARN, problem))
    if torch_fault:
        window.board.post(Message("torch", Rank.WARN, torch_fault, "OpenVINO serves instead."))
    window.show()
    _LOG.info("The window is open.")
    QTimer.singleShot(0, lambda: _open_source(window, options))
    ending = _Ending(application, window, options)
    try:
        application.exec()
    finally:
        hooks.remove()
    return ending.status


def _make_window(application: "QApplication", options: Options) -> "tuple[MainWindow, str | None]":
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QIcon

    from uiac_desktop.paths import resource
    from uiac_desktop.settings import SettingsFile
    from uiac_desktop.ui.fonts import font, load_fonts
    from uiac_desktop.ui.main_window import MainWindow
    from uiac_desktop.ui.theme import wear

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


def _open_source(window: "MainWindow", options: Options) -> None:
    if options.source is not None:
        window.control.open(options.source)
    elif options.demo:
        window.control.start_simulated()


class _Ending:
    """Leaves after the time asked for, with picture and figures written; tells failures to an unattended caller."""

    def __init__(self, application: "QApplication", window: "MainWindow", options: Options) -> None:
        from PySide6.QtCore import QTimer

        self.status = 0
        self._application = application
        self._window = window
        self._options = options
        window.control.heard.connect(self._hear)
        application.aboutToQuit.connect(self._write)
        if options.quit_after is not None:
            QTimer.singleShot(round(options.quit_after * 1000), self._leave)
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, self._stop)

    def _stop(self, _signal: int, _frame: object) -> None:
        self.status = STOPPED
        self._leave()

    def _hear(self, event: object) -> None:
        from uiac_desktop.session.events import ModelFailed, SourceFailed

        if isinstance(event, SourceFailed | ModelFailed):
            status = complain(event.message, event.advice)
            if self._options.unattended:
                self.status = status
                self._leave()

    def _leave(self) -> None:
        self._picture()
        self._window.close()
        self._application.quit()

    def _picture(self) -> None:
        file = self._options.screenshot
        if file is not None and not self._window.grab().save(str(file)):
            self.status = complain(f"The picture could not be written to {file}.", "Choose a name that ends in .png.")

    def _write(self) -> None:
        if self._options.stats is None:
            return
        stats = self._window.control.stats()
        figures = stats.as_json() if stats is not None else {}
        try:
            self._options.stats.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            self.status = complain(
                f"The figures could not be written: {error.strerror}.", "Choose another --stats file."
            )
