"""Makes the Exams room with its control, and joins its commands to those who carry them out."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import SignalInstance

from uiac_desktop.exam.agreement import Disagreement
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.exam.control import ExamControl
from uiac_desktop.ui.exams.control import ExamsControl
from uiac_desktop.ui.exams.labelling import ExamsLabelling
from uiac_desktop.ui.exams.room import ExamsRoom
from uiac_desktop.ui.kept_settings import KeptSettings
from uiac_desktop.ui.messages import MessageBoard


def exams_room(
    actions: Actions,
    board: MessageBoard,
    settings: KeptSettings,
    exam: ExamControl,
    open_clip: Callable[[int], None],
    closing: SignalInstance,
) -> ExamsRoom:
    """Return the room, its commands joined to control and views; it ends with the window.

    Parameters
    ----------
    settings
        The user's choices.
    exam
        Of the Scan room; knows who sits at the PC and the department's protocols.
    open_clip
        Opens a clip of an exam in Review, by its number.
    closing
        Says that the window is about to go.
    """
    control = ExamsControl(board, lambda: settings.now, lambda: exam.who, exam.protocols)
    room = ExamsRoom(control, actions)
    control.setParent(room)
    closing.connect(control.shut)
    ExamsLabelling(actions, control, room)

    def show_frame(one: Disagreement) -> None:
        control.show(one.exam_id, one.frame_id)
        room.side.show_side("frames")

    def review(clip_id: int) -> None:
        actions.give("room_review")
        open_clip(clip_id)

    def review_last() -> None:
        clips = control.state.opened.clips if control.state.opened is not None else ()
        if clips:
            review(clips[-1].id)

    def report_now() -> None:
        running = exam.presenter.exam_id
        actions.give("room_exams")
        if running is not None:
            control.show(running)
            room.side.show_side("report")

    room.across.frame.connect(show_frame)
    room.side.frames.clip.connect(review)
    take = actions.take
    take("exam_report", report_now)
    take("exams_up", partial(control.move, -1))
    take("exams_down", partial(control.move, 1))
    take("exams_find", room.search.words.setFocus)
    take("exams_bin", control.toggle_bin)
    take("exams_delete", control.delete)
    take("exams_restore", control.restore)
    take("exams_erase", control.erase)
    take("exams_undo", control.undo)
    take("exams_confirm", control.confirm)
    take("exams_pdf", partial(room.ask_where, "pdf"))
    take("exams_html", partial(room.ask_where, "html"))
    take("exams_report", partial(room.side.show_side, "report"))
    take("exams_frames", partial(room.side.show_side, "frames"))
    take("exams_history", partial(room.side.show_side, "history"))
    take("exams_review", review_last)
    take("exams_across", room.across.next_mode)
    take("exams_difference", room.across.next_frame)
    return room
