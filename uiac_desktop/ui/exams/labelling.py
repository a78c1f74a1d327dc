"""Labels in the Exams room: a digit, or the list of planes, says what a kept frame shows, if it is in sight."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from nas.planes import NONE, PLANES, plane_name
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.command import plane_command
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.exams.control import ExamsControl
from uiac_desktop.ui.exams.room import ExamsRoom


class ExamsLabelling:
    """Chooses frames and gives them labels.

    Parameters
    ----------
    actions
        Whose commands it takes.
    control, room
        Of the Exams room.
    """

    def __init__(self, actions: Actions, control: ExamsControl, room: ExamsRoom) -> None:
        self._actions, self._control, self._room = actions, control, room
        room.side.frames.frame.connect(control.choose_frame)
        room.side.frames.labels.connect(self.list_labels)
        actions.take("exams_frame_back", partial(self.move, -1))
        actions.take("exams_frame_on", partial(self.move, 1))
        actions.take("exams_label", self.list_labels)
        for plane in (*PLANES, NONE):
            actions.take(plane_command(plane, "exams"), partial(self.label, plane))

    def move(self, steps: int) -> None:
        """Choose the frame so many after."""
        self._control.move_frame(steps)
        self._room.side.show_side("frames")

    def label(self, plane: str) -> None:
        """Give the chosen frame a label."""
        if self._frame_in_sight() is not None:
            self._control.label(plane)

    def list_labels(self, at: QPoint | None = None) -> None:
        """List all planes, the present one ticked, at a place on the screen or beside the frame."""
        frame = self._frame_in_sight()
        if frame is None:
            return
        view = self._room.side.frames
        menu = QMenu("Label of the frame", self._room)
        menu.setObjectName("exams_label_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for plane in self._control.state.labels:
            action = menu.addAction(self._words(plane))
            action.setCheckable(True)
            action.setChecked(plane == frame.plane)
            action.triggered.connect(lambda _checked=False, plane=plane: self._control.label(plane))
        menu.popup(at or view.mapToGlobal(QPoint(80, round(view.top_of(frame.id)) + 24)))

    def _words(self, plane: str) -> str:
        name, command = plane_name(plane), plane_command(plane, "exams")
        word = "none of the planes" if plane == NONE else ("" if name == plane else name)
        key = self._actions.key_text(command) if command in BY_ID else ""
        return f"{plane}  {word}".rstrip() + (f"\t{key}" if key else "")

    def _frame_in_sight(self) -> KeptFrame | None:
        """Return the chosen frame; where none is chosen or frames are out of sight, show them, say so, return None."""
        frame = self._control.state.chosen_frame
        if frame is not None and self._room.side.side == "frames":
            return frame
        self._room.side.show_side("frames")
        self._control.choose_frame(None)
        self._control.say_no_frame()
        return None
