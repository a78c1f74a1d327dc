"""Joins the commands about messages to slot and details panel: details, the next one, and closing what lies on top."""

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.message_slot import MessageSlot
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.rooms import Rooms
from uiac_desktop.ui.scan.room import ScanRoom


def wire_messages(actions: Actions, board: MessageBoard, slot: MessageSlot, rooms: Rooms, scan: ScanRoom) -> None:
    """Say who carries out what concerns messages."""

    def show_details() -> None:
        shown = board.shown
        if shown is not None and shown.details:
            rooms.show("room_scan")
            scan.show_details(shown.details)

    def next_message() -> None:
        board.turn(1)
        slot.renew()

    actions.take("details", show_details)
    actions.take("next_message", next_message)


def close_uppermost(board: MessageBoard, slot: MessageSlot, scan: ScanRoom) -> bool:
    """Close the details panel, else the message on show; return False where there is neither."""
    if scan.details.isVisible():
        scan.details.hide()
        return True
    if board.shown is None or board.shown.holds:
        return False
    board.close_shown()
    slot.renew()
    return True
