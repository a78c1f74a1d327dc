"""Joins privacy at the door to the window: the door of each source, the signs, the editor's page and its commands."""

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.mask.control import MaskControl
from uiac_desktop.ui.mask.editor import MaskEditor
from uiac_desktop.ui.rooms import Room, Rooms
from uiac_desktop.ui.scan.control import ScanControl

MASK_PAGE = "mask"


def wire_mask(actions: Actions, masks: MaskControl, editor: MaskEditor, scan: ScanControl, rooms: Rooms) -> None:
    """Say who carries out what concerns crop and mask."""

    def show_sign() -> None:
        scan.presenter.mask = masks.sign

    def show_editor() -> None:
        rooms.show(MASK_PAGE)
        editor.canvas.setFocus()

    def leave_page() -> None:
        if rooms.now.id == MASK_PAGE:
            rooms.show("room_scan")

    def entered(room: Room) -> None:
        if room.id != MASK_PAGE:
            masks.cancel()

    scan.make_door = masks.begin
    scan.source_changed.connect(masks.end)
    scan.changed.connect(masks.follow)
    masks.changed.connect(show_sign)
    masks.opened.connect(show_editor)
    masks.closed.connect(leave_page)
    rooms.entered.connect(entered)
    take = actions.take
    take("mask", masks.open_editor)
    take("mask_use", masks.use)
    take("mask_find", masks.find)
    take("mask_crop", editor.draw_crop)
    take("mask_add", editor.add_mask)
    take("mask_next", masks.next_box)
    take("mask_remove", masks.remove)
    take("mask_undo", masks.undo)
    take("mask_redo", masks.redo)
