"""The rooms and pages of the window as one table: which there are, which is in view, and which commands act in it."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.command import Where
from uiac_desktop.ui.commands import COMMANDS
from uiac_desktop.ui.focus import leave_focus


@dataclass(frozen=True, slots=True)
class Room:
    """A room or page of the window.

    Attributes
    ----------
    id
        Its command, which has word, key and icon of its button in the rail.
    widget
        What is shown. Where it has a method ``renew``, that is called each time before it is shown.
    title
        Stands in the header in place of chips and buttons; empty for the live room.
    where
        Commands of that place act while it is in view; "all" where it has none of its own.
    foot
        Whether its button stands at the foot of the rail, with settings and help.
    button
        Whether it has one; a page to which rooms lead has none.
    """

    id: str
    widget: QWidget
    title: str = ""
    where: Where = "all"
    foot: bool = False
    button: bool = True


class Rooms(QObject):
    """Shows one room at a time; the commands of the others rest.

    Parameters
    ----------
    rooms
        In the order of the rail; the first is shown at the start.

    ``entered`` carries the room that came into view.
    """

    entered = Signal(object)

    def __init__(self, rooms: tuple[Room, ...], actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = rooms
        self.now = rooms[0]
        self._actions = actions
        for room in rooms:
            actions.take(room.id, partial(self.show, room.id))

    @property
    def in_rail(self) -> tuple[Room, ...]:
        """The rooms that have a button in the rail; the mask editor belongs to the live room."""
        return tuple(room for room in self.table if room.where != "mask" and room.button)

    @property
    def in_review(self) -> bool:
        """Whether the Review room is in view."""
        return self.now.where == "review"

    @property
    def in_scan(self) -> bool:
        """Whether the live room is in view."""
        return self.now.where == "scan"

    def move_into(self, parent: QWidget) -> None:
        """Give every room its place in the window; later than the rail, so that Tab goes in reading order."""
        for room in self.table:
            room.widget.setParent(parent)

    def show(self, name: str) -> None:
        """Bring a room into view by its id."""
        self.now = next(room for room in self.table if room.id == name)
        for command in COMMANDS:
            if command.where != "all":
                self._actions.allow(command.id, command.where == self.now.where)
        for room in self.table:
            if room is not self.now:
                leave_focus(room.widget)
            room.widget.setVisible(room is self.now)
        renew = getattr(self.now.widget, "renew", None)
        if callable(renew):
            renew()
        self.entered.emit(self.now)

    def place(self, whole: QRect, message_high: int) -> None:
        """Give the live room all of ``whole``, and the pages what the message slot leaves of it.

        The Review room has a head of its own in place of the window's header, and its panel reaches as far down as that
        of the live room.
        """
        with_head = whole.adjusted(0, -whole.y(), 0, 0)
        page = whole.adjusted(0, 0, 0, -message_high)
        for room in self.table:
            place = {"scan": whole, "review": with_head}.get(room.where, page)
            room.widget.setGeometry(place)
