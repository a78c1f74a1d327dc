"""Joins the commands of the Scan room to the control that carries them out."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from uiac_desktop.session.events import SourceOpened
from uiac_desktop.sources.screen.address import screen_address
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.scan import messages as scan_messages
from uiac_desktop.ui.scan.control import ScanControl
from uiac_desktop.ui.scan.room import ScanRoom
from uiac_desktop.ui.scan.screen_part import ScreenPart
from uiac_desktop.ui.scan.source_picker import ask_for_file, ask_for_folder


def wire_scan(
    window: QWidget,
    actions: Actions,
    control: ScanControl,
    room: ScanRoom,
    board: MessageBoard,
    last_device: str,
    remember_device: Callable[[str], None],
) -> None:
    """Say who carries out what concerns source, time and picture; a device that opens is remembered by name."""
    take = actions.take

    def open_chosen(path: Path) -> None:
        control.open_paths([path])

    part = ScreenPart(window)
    part.chosen.connect(lambda region: control.open(screen_address(region)))
    sources = room.welcome.sources
    sources.prefer(last_device)
    sources.opened.connect(control.open)
    sources.part_wanted.connect(part.ask)

    def note_device(event: object) -> None:
        if isinstance(event, SourceOpened) and event.info.kind == "device":
            sources.prefer(event.info.name)
            remember_device(event.info.name)

    control.heard.connect(note_device)

    def where_free(act: Callable[[], None]) -> Callable[[], None]:
        def act_or_say() -> None:
            if control.has_source:
                scan_messages.source_in_use(board, actions.key_text("other_source"))
            else:
                act()

        return act_or_say

    take("devices", where_free(room.welcome.show_devices))
    take("stream", where_free(lambda: room.welcome.show_address(link=False)))
    take("slicer", where_free(lambda: room.welcome.show_address(link=True)))
    take("screen_part", where_free(part.ask))
    room.image.painted.connect(control.painted)
    room.ribbon.sought.connect(control.seek)
    take("freeze", control.freeze)
    take("play", control.play)
    take("open", lambda: ask_for_file(window, open_chosen))
    take("open_folder", lambda: ask_for_folder(window, open_chosen))
    take("simulated", where_free(control.start_simulated))
    take("other_source", control.close_source)
    take("again", control.again)
    take("restart", lambda: control.seek(0.0))
    take("back", lambda: control.step(-1))
    take("forward", lambda: control.step(1))
    take("back_10", lambda: control.step(-10))
    take("forward_10", lambda: control.step(10))
    take("slower", lambda: control.change_speed(0.5))
    take("faster", lambda: control.change_speed(2.0))
    take("region", control.next_region)
