"""Joins the commands of an exam to the control that carries them out, and clicks on list and strip to the same."""

from functools import partial

from nas.planes import NONE, PLANES
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.command import plane_command
from uiac_desktop.ui.exam.control import ExamControl
from uiac_desktop.ui.exam.number_bar import NumberBar
from uiac_desktop.ui.mask.control import MaskControl
from uiac_desktop.ui.message_slot import MessageSlot
from uiac_desktop.ui.scan.room import ScanRoom


def wire_exam(actions: Actions, exam: ExamControl, room: ScanRoom, masks: MaskControl, slot: MessageSlot) -> None:
    """Say who carries out what concerns the exam and what is kept in it; the masks say whether anything may be.

    The number of a woman is asked for in the place of the slot.
    """
    numbers = NumberBar(slot, room)
    numbers.given.connect(exam.begin_with)

    def ask_number() -> None:
        numbers.ask("Give to exam" if exam.presenter.exam_goes_on else "Begin exam")

    exam.follow_gate(masks.storing_changed)
    masks.sector_changed.connect(exam.see_sector)
    take = actions.take
    room.list.pressed.connect(exam.choice.choose_line)
    room.strip.pressed.connect(exam.choice.choose_frame)
    take("keep", exam.keep)
    take("save_last", exam.save_last)
    take("record", exam.record)
    take("exam", exam.exam)
    take("exam_new", exam.begin)
    take("exam_number", ask_number)
    take("exam_end", exam.end)
    take("exam_same", exam.same_woman)
    take("exam_go_on", exam.go_on)
    take("line_up", partial(exam.choice.move_line, -1))
    take("line_down", partial(exam.choice.move_line, 1))
    take("alternative_back", partial(exam.choice.move_alternative, -1))
    take("alternative_on", partial(exam.choice.move_alternative, 1))
    take("use", exam.choice.use)
    take("reassign", exam.choice.reassign)
    take("reject", exam.choice.reject)
    take("undo", exam.undo)
    take("redo", exam.redo)
    for plane in (*PLANES, NONE):
        take(plane_command(plane), partial(exam.choice.label, plane))
