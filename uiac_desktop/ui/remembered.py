"""What the program remembers by itself: the capture device opened last, and the folders that were last chosen from."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from nas.wizard.look.last_folders import KeptUse, last_folders
from uiac_desktop.ui.kept_settings import KeptSettings
from uiac_desktop.ui.settings.page import SettingsPage


class Remembered(QObject):
    """Puts it into the settings, which the next start reads.

    Parameters
    ----------
    settings
        Of this run.
    page
        Shows them, and has to know those that it does not show.
    """

    def __init__(self, settings: KeptSettings, page: SettingsPage, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._page = settings, page
        last_folders().begin(settings.now.last_folders)
        last_folders().changed.connect(self.folders)

    def device(self, name: str) -> None:
        """Remember a capture device."""
        self._take(last_device=name)

    def folders(self, folders: dict[KeptUse, Path]) -> None:
        """Remember where files were chosen."""
        self._take(last_folders=folders)

    def _take(self, **choices: Any) -> None:
        self._settings.take(self._settings.now.model_copy(update=choices))
        self._page.follow(self._settings.now)
