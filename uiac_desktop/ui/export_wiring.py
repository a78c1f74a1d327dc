"""Joins the export page to the window: other rooms bring exams, and the command ``export`` shows the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import SignalInstance

from uiac_desktop.settings import Settings
from uiac_desktop.ui.export_control import ExportControl
from uiac_desktop.ui.export_page import ExportPage

if TYPE_CHECKING:
    from uiac_desktop.exam.store import ExamStore

EXPORT_PAGE: Final = "export"


def export_page(settings: Callable[[], Settings], closing: SignalInstance) -> ExportPage:
    """Return the page, joined; ``closing`` says that the window is about to go."""
    control = ExportControl(settings, store_of_settings)
    closing.connect(control.shut)
    return ExportPage(control)


def store_of_settings() -> "ExamStore":
    """Open the store that the settings name; for threads other than the window's."""
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.settings import SettingsFile

    return open_store(SettingsFile().load()[0].store)
