"""How the program ends: by hand, after the time asked for, on a signal, or on a failure that nobody would see."""

import json
import signal
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from nas.exit_status import DONE, STOPPED
from uiac_desktop.app.lines import complain
from uiac_desktop.app.options import Options
from uiac_desktop.session.events import ModelFailed, SourceFailed

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from uiac_desktop.ui.main_window import MainWindow


class Ending:
    """Leaves after the time asked for; tells failures to an unattended caller; every end writes picture and figures."""

    def __init__(self, application: "QApplication", window: "MainWindow", options: Options) -> None:
        self.status = DONE
        self._application = application
        self._window = window
        self._options = options
        window.control.heard.connect(self._hear)
        window.closing.connect(self._picture)
        application.aboutToQuit.connect(self._write)
        if options.quit_after is not None:
            QTimer.singleShot(round(options.quit_after * 1000), self._leave)
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, self._stop)

    def _stop(self, _signal: int, _frame: object) -> None:
        self.status = STOPPED
        self._leave()

    def _hear(self, event: object) -> None:
        if isinstance(event, SourceFailed | ModelFailed):
            status = complain(event.message, event.advice)
            if self._options.unattended:
                self.status = status
                self._leave()

    def _leave(self) -> None:
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
