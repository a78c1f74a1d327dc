"""Joins the export page to the window: other rooms bring exams, and the command ``export`` shows the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import SignalInstance

from uiac_desktop.settings import Settings
from uiac_desktop.ui.export_control import ExportControl
from uiac_desktop.ui.export_page import ExportPage
from uiac_desktop.ui.rooms import Room

if TYPE_CHECKING:
    from uiac_desktop.exam.store import ExamStore

EXPORT_PAGE: Final = "export"


def export_room(settings: Callable[[], Settings], closing: SignalInstance) -> Room:
    """Return the page as an entry of the window's table; ``closing`` says that the window is about to go."""
    control = ExportControl(settings, store_of_settings)
    page = ExportPage(control)
    control.setParent(page)
    closing.connect(control.shut)
    return Room(EXPORT_PAGE, page, "Export", button=False)


def store_of_settings() -> "ExamStore":
    """Open the store that the settings name; for threads other than the window's."""
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.settings import SettingsFile

    return open_store(SettingsFile().load()[0].store)
