"""The sentences of an exam, each with its cause, rank and buttons, so that the wording stands in one place."""

from nas.counts import counted
from uiac_desktop.exam.records import Exam
from uiac_desktop.session.exam.events import (
    ClipSaved,
    ExamEvent,
    Kept,
    NewWomanAsked,
    ProtocolComplete,
    RecordingLost,
    StoreFailed,
    StoreFull,
    Undone,
)
from uiac_desktop.ui.exam.presenter import clock_time
from uiac_desktop.ui.look.certainty import percent
from uiac_desktop.ui.messages import Choice, Message, MessageBoard, Rank
from uiac_desktop.ui.wording import as_sentence

_UNDO = (Choice("Undo", "undo"),)
_NUMBER = (Choice("Local number", "exam_number"),)
_REPORT = (Choice("Report", "exam_report"),)


def tell(board: MessageBoard, event: ExamEvent) -> None:
    """Say what an examination tells, where no more than a sentence follows from it."""
    match event:
        case ProtocolComplete(protocol, count):
            board.post(Message("complete", Rank.OK, f"{protocol} is complete: {count} of {count}.", "", _REPORT))
        case ClipSaved(clip):
            board.clear("store full")
            lacks = f"{counted(clip.lost, 'frame')} could not be taken." if clip.lost else ""
            what = f"Clip of {clip.duration_s:.1f} s saved, {counted(clip.frames, 'frame')}."
            board.post(Message("clip", Rank.WARN if clip.lost else Rank.OK, what, lacks))
        case RecordingLost(frames):
            what = f"{counted(frames, 'frame')} of the recording could not be taken."
            board.post(Message("clip", Rank.WARN, what, "The rest goes on; a smaller picture or a faster disk helps."))
        case NewWomanAsked():
            choices = (Choice("New exam", "exam_new"), Choice("Same exam", "exam_same"))
            what, advice = "No ultrasound picture for 10 minutes.", "Is the next one a new woman?"
            board.post(Message("new woman", Rank.WARN, what, advice, choices, holds=True))
        case Undone(text):
            board.post(Message("kept", Rank.INFO, as_sentence(text)))
        case StoreFull(message, advice):
            exams = Choice("Exams", "room_exams")
            board.post(Message("store full", Rank.ERROR, as_sentence(message), as_sentence(advice), (exams,)))
        case StoreFailed(message, advice):
            board.post(Message("store", Rank.ERROR, as_sentence(message), as_sentence(advice)))


def kept(board: MessageBoard, frame: Kept, *, by_hand: bool) -> None:
    """Say that a frame is in the store, and no longer that the disk is full."""
    board.clear("store full")
    known = frame.frame
    word = "kept" if by_hand else "captured"
    sure = percent(known.certainty_of_plane)
    what = f"{clock_time(known.taken_at)} {known.plane} {word}" + (f" ({sure})" if sure else "")
    board.post(Message("kept", Rank.OK, what, "", _UNDO))


def changed(board: MessageBoard, frame: Kept) -> None:
    """Say what a frame is now: rejected, not kept any more, or the label in force."""
    known = frame.frame
    at = clock_time(known.taken_at)
    what = {
        "kept": f"{at} stands as {known.plane}.",
        "rejected": f"{at} {known.plane} rejected.",
        "unkept": f"{at} {known.plane} is not kept any more.",
    }[known.state]
    board.post(Message("kept", Rank.OK, what, "", _UNDO))


def began(board: MessageBoard, subject: str, who: str) -> None:
    """Say that an exam goes on, under which code and whose."""
    for cause in ("exam", "cut off", "new woman", "complete", "kept"):
        board.clear(cause)
    advice = f"By {who}. Frames are kept by themselves."
    board.post(Message("exam", Rank.OK, f"Exam {subject} begins.", advice, _NUMBER))


def cut_off(board: MessageBoard, exam: Exam, frames: int) -> None:
    """Ask whether the exam that a kill of the program cut off goes on."""
    choices = (Choice("Go on", "exam_go_on"), Choice("End it", "exam_end"))
    at = clock_time(exam.ended_at or exam.started_at)
    what = f"Exam {exam.subject} was cut off at {at}."
    advice = f"{counted(frames, 'frame')} kept. Is this the same woman?"
    board.post(Message("cut off", Rank.WARN, what, advice, choices, holds=True, first=True))


def went_on(board: MessageBoard, subject: str, frames: int) -> None:
    """Say that an exam that was cut off goes on, with what it holds."""
    board.clear("cut off")
    board.post(Message("exam", Rank.OK, f"Exam {subject} goes on.", f"{counted(frames, 'frame')} kept so far."))


def left_ended(board: MessageBoard, subject: str) -> None:
    """Say that an exam that was cut off stays ended."""
    board.clear("cut off")
    board.post(Message("exam", Rank.OK, f"Exam {subject} stays ended.", "What it kept is under Exams."))


def known(board: MessageBoard, subject: str, earlier: int) -> None:
    """Say whether the woman with the number that was given was here before, so that a mistyped one is noticed."""
    what = f"Exam {subject}: she was here before, {counted(earlier, 'exam')}."
    if not earlier:
        what = f"Exam {subject}: the first with this number."
    board.post(Message("exam", Rank.OK, what, "If that cannot be, give the number again.", _NUMBER))


def ended(board: MessageBoard, subject: str, frames: int) -> None:
    """Say that the exam is over and what it holds."""
    for cause in ("exam", "new woman", "complete", "reassign"):
        board.clear(cause)
    board.post(Message("exam", Rank.OK, f"Exam {subject} has ended.", f"{counted(frames, 'frame')} kept."))


def asks_to_end(board: MessageBoard, subject: str, count: str) -> None:
    """Ask whether the exam that goes on ends."""
    choices = (Choice("End exam", "exam_end"), Choice("New exam", "exam_new"))
    board.post(Message("exam", Rank.INFO, f"Exam {subject} goes on, {count}.", "Esc leaves it.", choices))


def asks_for_plane(board: MessageBoard, plane: str, keys: str) -> None:
    """Ask which plane a frame shows."""
    board.post(Message("reassign", Rank.INFO, f"This {plane} is which plane?", keys))


def protocol_waits(board: MessageBoard, name: str) -> None:
    """Say that another protocol holds from the next exam on."""
    board.post(Message("protocol", Rank.INFO, f"{name} is the protocol of the next exam.", "This one keeps its own."))


def nothing_kept(board: MessageBoard, why: str) -> None:
    """Say why a command to keep did nothing."""
    board.post(Message("nothing kept", Rank.WARN, "Nothing is kept now.", as_sentence(why)))


def nothing_chosen(board: MessageBoard) -> None:
    """Say that there is no frame for a command yet."""
    board.post(Message("kept", Rank.INFO, "Nothing kept yet.", "K keeps the frame on screen."))
