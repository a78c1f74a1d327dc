"""Joins the Review room to the window: its commands, clicks, keys that are held, and the settings it follows."""

from collections.abc import Callable
from functools import partial
from math import inf
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import NONE, PLANES
from uiac_desktop.session.review.marks import FrameRange
from uiac_desktop.session.review.port import ReviewPort
from uiac_desktop.session.review.records import Goal
from uiac_desktop.sources.privacy.setting import PrivacySetting
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.command import plane_command
from uiac_desktop.ui.mask.control import MaskControl
from uiac_desktop.ui.pictures.reference_pictures import ReferencePictures
from uiac_desktop.ui.review.control import ReviewControl
from uiac_desktop.ui.review.room import ReviewRoom
from uiac_desktop.ui.scan.source_picker import ask_for_file, ask_for_folder

_STEPS: Final = {"back": -1, "forward": 1, "back_10": -10, "forward_10": 10, "back_100": -100, "forward_100": 100}
_GOALS: Final[tuple[Goal, ...]] = ("doubtful", "difference", "change", "best")
_ZOOM: Final = 0.6


class Held(QObject):
    """Hears a label key come up, whatever has the focus; a window that is left counts as a key let go."""

    def __init__(self, window: QWidget, release: Callable[[], None]) -> None:
        super().__init__(window)
        self._release = release
        self._down = False
        window.installEventFilter(self)

    def press(self, hold: Callable[[], None]) -> None:
        """Note that a label key went down."""
        if self._down:
            self._release()
        self._down = True
        hold()

    def let_go(self) -> None:
        """Note that it came up."""
        if self._down:
            self._down = False
            self._release()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear keys come up; no event is held up."""
        came_up = event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat()
        if came_up or event.type() == QEvent.Type.WindowDeactivate:
            self.let_go()
        return False


def mask_of_file(masks: MaskControl, place: str) -> PrivacySetting | None:
    """Return crop and mask that were confirmed for a file in this run, or None."""
    found = [setting for (known, _, _), setting in masks.of_this_run.items() if known == place]
    return found[-1] if found else None


def review_room(
    window: QWidget,
    actions: Actions,
    control: ReviewControl,
    folder: Path,
    cycle_map: Callable[[], None],
) -> ReviewRoom:
    """Return the Review room, joined to the window; the department's reference pictures lie in the settings' folder."""
    room = ReviewRoom(actions, control, ReferencePictures(folder / "references"))
    wire_review(window, actions, control, room, cycle_map)
    return room


def wire_review(
    window: QWidget, actions: Actions, control: ReviewControl, room: ReviewRoom, cycle_map: Callable[[], None]
) -> None:
    """Say who carries out what concerns the Review room."""
    held = Held(window, control.release)

    def take(name: str, act: Callable[[], None]) -> None:
        actions.take(f"review_{name}", act)

    def ask(name: str, act: Callable[[ReviewPort], None]) -> None:
        take(name, partial(control.do, act))

    ask("play", lambda review: review.toggle())
    ask("start", lambda review: review.seek_frame(0))
    take("end", lambda: _to_end(control))
    for name, frames in _STEPS.items():
        take(name, partial(control.step, frames))
    for goal in _GOALS:
        take(goal, partial(control.go, goal, forward=True))
        take(f"{goal}_back", partial(control.go, goal, forward=False))
    ask("range_start", lambda review: review.mark_start())
    ask("range_end", lambda review: review.mark_end())
    ask("undo", lambda review: review.undo())
    ask("redo", lambda review: review.redo())
    ask("loop", lambda review: review.set_loop(not control.state.loop))
    take("unlabel", lambda: control.do_labelling(lambda review: review.label(None)))
    take("accept", control.accept)
    take("accept_less", partial(control.change_accepted, -1))
    take("accept_more", partial(control.change_accepted, 1))
    take("analyse", control.toggle_analysis)
    take("slower", partial(control.change_speed, -1))
    take("faster", partial(control.change_speed, 1))
    take("zoom_in", partial(room.timeline.zoom, _ZOOM))
    take("zoom_out", partial(room.timeline.zoom, 1 / _ZOOM))
    take("zoom_whole", partial(room.timeline.zoom, inf))
    take("map", cycle_map)
    take("open", lambda: ask_for_file(window, lambda path: control.open_paths([path])))
    take("open_folder", lambda: ask_for_folder(window, lambda path: control.open_paths([path])))
    take("close", control.close_clip)
    take("medium_back", partial(control.turn_medium, -1))
    take("medium_on", partial(control.turn_medium, 1))

    def hold(plane: str) -> None:
        held.press(lambda: control.do_labelling(lambda review: review.hold(plane)))

    for plane in (*PLANES, NONE):
        actions.take(plane_command(plane, "review"), partial(hold, plane))
    room.keys.held.connect(hold)
    room.keys.released.connect(held.let_go)
    _wire_views(control, room)


def _to_end(control: ReviewControl) -> None:
    clip = control.state.clip
    if clip is not None:
        control.do(lambda review: review.seek_frame(clip.frames - 1))


def _wire_views(control: ReviewControl, room: ReviewRoom) -> None:
    def seek_frame(frame: int) -> None:
        control.do(lambda review: review.seek_frame(frame))

    def choose(chosen: FrameRange) -> None:
        control.do(lambda review: review.select(chosen.first, chosen.last))

    def settle(first: int, last: int, plane: str) -> None:
        def act(review: ReviewPort) -> None:
            review.select(first, last)
            review.settle(plane)
            review.clear_selection()

        control.do_labelling(act)

    line, lists = room.timeline, room.lists
    line.sought.connect(lambda time_s: control.do(lambda review: review.seek(time_s)))
    line.began.connect(lambda: control.do(lambda review: review.mark_start()))
    line.ended.connect(lambda: control.do(lambda review: review.mark_end()))
    line.chosen.connect(choose)
    room.bar.speed_chosen.connect(lambda factor: control.do(lambda review: review.set_speed(factor)))
    lists.doubtful.pressed.connect(seek_frame)
    lists.planes.pressed.connect(seek_frame)
    lists.people.sought.connect(seek_frame)
    lists.people.person_chosen.connect(control.set_person)
    lists.people.settled.connect(settle)
    lists.people.settled_as.connect(lambda who: control.do_labelling(lambda review: review.settle_as(who)))
