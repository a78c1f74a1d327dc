"""What every test shares: where real inputs lie, and what a test fails by (warnings logged, threads, windows left)."""

import atexit
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

_HOME = Path(tempfile.mkdtemp(prefix="uiac-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = str(_HOME / _variable)  # no test writes where the user's own settings and exams are


def _folder(variable: str) -> Path:
    named = os.environ.get(variable)
    if not named or not Path(named).is_dir():
        pytest.skip(f"no real inputs: set {variable} to their folder")
    return Path(named).resolve()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real ultrasound inputs; skips where it is absent."""
    return _folder("UIAC_TEST_DATA")


@pytest.fixture(scope="session")
def cases_dir() -> Path:
    """Folder of generators for public fault cases; skips where it is absent."""
    return _folder("UIAC_TEST_CASES")


@pytest.fixture(scope="session")
def application() -> "QApplication":
    """The one application, dressed as the program dresses it."""
    from PySide6.QtWidgets import QApplication

    from uiac_desktop.ui.look import theme
    from uiac_desktop.ui.look.fonts import font, load_fonts

    existing = QApplication.instance()
    made = existing if isinstance(existing, QApplication) else QApplication(["tests"])
    made.setStyle("Fusion")
    load_fonts()
    made.setFont(font(13))
    theme.wear(made, "dark")
    return made


_ENDING_S = 10.0
"""How long a thread that was told to end may take to do so, also on a busy machine."""


class _Alarm(logging.Handler):
    """Collects records at WARNING or above, whoever logs them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def _no_unexpected_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    alarm = _Alarm()
    logging.getLogger().addHandler(alarm)
    yield
    logging.getLogger().removeHandler(alarm)
    expected = request.node.get_closest_marker("logs") is not None
    if alarm.records and not expected:
        pytest.fail("logged at WARNING or above: " + "; ".join(r.getMessage() for r in alarm.records))


@pytest.fixture(autouse=True)
def _no_leaked_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    if request.node.get_closest_marker("leaks_threads"):
        return
    left = [t for t in threading.enumerate() if t not in before and t.is_alive() and not _of_a_library(t)]
    for thread in left:
        thread.join(_ENDING_S)
    left = [t.name for t in left if t.is_alive()]
    if left:
        pytest.fail(f"threads left behind: {left}")


def _of_a_library(thread: threading.Thread) -> bool:
    return isinstance(thread, threading._DummyThread) or thread.name.startswith(
        ("ThreadPoolExecutor", "tqdm", "asyncio_")
    )


@pytest.fixture(autouse=True)
def _no_leaked_widgets() -> Iterator[None]:
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    core = sys.modules["PySide6.QtCore"]
    application = widgets.QApplication.instance()
    application.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    left = [w for w in application.topLevelWidgets() if w.isVisible()]
    for widget in left:
        widget.close()
        widget.deleteLater()
    if left:
        pytest.fail(f"windows left open: {[type(w).__name__ for w in left]}")
