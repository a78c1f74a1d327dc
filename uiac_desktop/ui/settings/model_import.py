"""Brings a model folder in without holding up the window: the checks take a second, and the picture goes on."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.ui.bridge import Bridge


class ModelImport(QObject):
    """One import at a time, in a thread of its own.

    Parameters
    ----------
    shelf
        Where models are copied to.

    ``done`` carries where the model is now, ``refused`` the message and the advice; one of them ends each import.
    """

    done = Signal(object)
    refused = Signal(str, str)

    def __init__(self, shelf: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._outcome: Path | Exception | None = None
        self._bridge = Bridge(self)
        self._bridge.woken.connect(self._tell)

    @property
    def running(self) -> bool:
        """Whether an import goes on."""
        return self._thread is not None

    def start(self, folder: Path) -> None:
        """Check and copy a folder; a second call while one goes on is passed over."""
        if self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(folder,), name="model-import", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the import end as soon as it can; ``refused`` says so."""
        self._stopping.set()

    def shut(self) -> None:
        """Stop and wait, since the window is about to go."""
        self._stopping.set()
        self._bridge.close()
        if self._thread is not None:
            self._thread.join(5.0)

    def _run(self, folder: Path) -> None:
        from uiac_desktop.inference.model_shelf import import_model

        try:
            self._outcome = import_model(folder, self._shelf, lambda: not self._stopping.is_set())
        except (DesktopError, NasError) as error:
            self._outcome = error
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._outcome = error
            hook_arguments = threading.ExceptHookArgs((type(error), error, error.__traceback__, None))
            threading.excepthook(hook_arguments)
        self._bridge.wake()

    def _tell(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        match self._outcome:
            case Path() as place:
                self.done.emit(place)
            case DesktopError(message=message, advice=advice) | NasError(message=message, advice=advice):
                self.refused.emit(message, advice)
            case _:
                self.refused.emit("something went wrong inside the program", "Its details are in the log.")
