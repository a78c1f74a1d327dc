"""What an examination tells, on its way to the eye and the ear: message, tone, and what the presenter keeps."""

from uiac_desktop.session.exam.events import (
    ExamBegan,
    ExamCutOff,
    ExamEnded,
    ExamEvent,
    ExamWentOn,
    FrameChanged,
    FrameKept,
    ProtocolComplete,
    SubjectKnown,
)
from uiac_desktop.ui.exam import messages as exam_messages
from uiac_desktop.ui.exam.presenter import ExamPresenter
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.sounds import Sounds


def hear(event: ExamEvent, presenter: ExamPresenter, board: MessageBoard, sounds: Sounds) -> None:
    """Take in one event."""
    match event:
        case ExamBegan(exam):
            presenter.forget()
            exam_messages.began(board, exam.subject, exam.who)
        case ExamCutOff(exam, frames):
            presenter.cut_off = exam
            exam_messages.cut_off(board, exam, frames)
        case ExamWentOn(exam, kept_before, by_hand):
            presenter.forget()
            for kept in kept_before:
                presenter.keep(kept, kept.frame.id in by_hand)
            exam_messages.went_on(board, exam.subject, len(kept_before))
        case SubjectKnown(exam, earlier):
            exam_messages.known(board, exam.subject, earlier)
        case ExamEnded(exam):
            exam_messages.ended(board, exam.subject, presenter.view.kept_count)
            presenter.forget()
        case FrameKept(kept, by_hand):
            presenter.keep(kept, by_hand)
            exam_messages.kept(board, kept, by_hand=by_hand)
            sounds.kept()
        case FrameChanged(kept):
            presenter.change(kept)
            exam_messages.changed(board, kept)
        case ProtocolComplete():
            exam_messages.tell(board, event)
            sounds.complete()
        case _:
            exam_messages.tell(board, event)
