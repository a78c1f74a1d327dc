"""Joins the export page to the window: other rooms bring exams, and the command ``export`` shows the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import SignalInstance

from uiac_desktop.settings import Settings
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.exams.room import ExamsRoom
from uiac_desktop.ui.export.control import ExportControl
from uiac_desktop.ui.export.page import ExportPage
from uiac_desktop.ui.review.room import ReviewRoom
from uiac_desktop.ui.rooms import Room, Rooms

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


def wire_export(actions: Actions, rooms: Rooms, exams: ExamsRoom, review: ReviewRoom) -> None:
    """Let the command show the page: from the Exams room with the exam chosen there, from Review with its clip."""

    def show() -> None:
        page = next(room.widget for room in rooms.table if room.id == EXPORT_PAGE)
        if isinstance(page, ExportPage) and not page.control.state.working:
            page.control.offer(review.control.reviewed, chosen=rooms.now.widget is review)
            chosen = exams.control.state.chosen_exam if rooms.now.widget is exams else None
            if chosen is not None and chosen.line.binned_at is None:
                page.control.choose((chosen.line.exam.id,))
        rooms.show(EXPORT_PAGE)

    actions.take(EXPORT_PAGE, show)


def store_of_settings() -> "ExamStore":
    """Open the store that the settings name; for threads other than the window's."""
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.settings import SettingsFile

    return open_store(SettingsFile().load()[0].store)
