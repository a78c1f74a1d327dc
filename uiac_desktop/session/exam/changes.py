"""What is changed of kept exams from the Exams room: bin, erasing, labels; each step can be taken back but erasing."""

from collections.abc import Callable
from functools import partial

from nas.counts import counted
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.exam.frame_standing import bring_to, reassign
from uiac_desktop.session.exams.desk_records import DeskDone
from uiac_desktop.session.exams.undo import ExamStep, ExamUndo


class ExamChanges:
    """Changes exams of one store; used by the thread of the store.

    Parameters
    ----------
    store
        Open.
    tell
        Takes what was done.

    Every method raises StoreError where the store cannot, and returns whether anything was changed.
    """

    def __init__(self, store: ExamStore, tell: Callable[[DeskDone], None]) -> None:
        self._store, self._tell = store, tell
        self._undo = ExamUndo()

    def bin(self, exam_id: int) -> bool:
        """Move an exam to the bin."""
        subject = self._store.bin(exam_id).subject
        self._undo.note(ExamStep(exam_id, f"{subject} is back in the list.", partial(self._store.unbin, exam_id)))
        self._tell(DeskDone(f"{subject} is in the bin.", "It can be taken out for 30 days.", undoable=True))
        return True

    def unbin(self, exam_id: int) -> bool:
        """Take an exam out of the bin."""
        subject = self._store.unbin(exam_id).subject
        self._undo.note(ExamStep(exam_id, f"{subject} is in the bin again.", partial(self._store.bin, exam_id)))
        self._tell(DeskDone(f"{subject} is back in the list.", undoable=True))
        return True

    def erase(self, exam_id: int, who: str) -> bool:
        """Erase an exam for good."""
        line = self._store.erase(exam_id, who)
        self._undo.forget(exam_id)
        what = f"Erased for good: frames {line.frames}, clips {line.clips}."
        left = self._store.files_left()
        held = f"{counted(left, 'file')} still in use, such as a clip in Review, will be removed at the next start."
        self._tell(DeskDone(what, held if left else "One line without a subject stays under History."))
        return True

    def confirm(self, exam_id: int, who: str) -> bool:
        """Confirm what the model said of every frame that stands for its plane and that nobody has labelled."""
        open_ = [frame for frame in self._store.frames(exam_id) if frame.best and frame.corrected is None]
        done: list[int] = []
        try:
            for frame in open_:
                self._store.relabel(frame.id, frame.predicted, who)
                done.append(frame.id)
        finally:
            if done:
                self._undo.note(ExamStep(exam_id, "The labels are open again.", partial(self._unconfirm, done, who)))
        if not open_:
            self._tell(DeskDone("Every frame that stands for its plane is confirmed already."))
            return False
        self._tell(DeskDone(f"Labels confirmed by {who}: {len(done)}.", undoable=True))
        return True

    def label(self, frame_id: int, plane: str, who: str) -> bool:
        """Give a frame a person's label, the predicted one too; who stands for which plane follows from it."""
        former = self._store.frame(frame_id)
        before = {frame.id: frame for frame in self._store.frames(former.exam_id)}
        try:
            reassign(self._store, former, plane, who)
        finally:
            self._note_label(former, before, who)
        at = f"{former.taken_at.astimezone():%H:%M:%S}"
        same = plane == former.plane
        what = f"{at} is confirmed as {plane}." if same else f"{at} was {former.plane}, is {plane} now."
        self._tell(DeskDone(what, f"By {who}.", undoable=True))
        return True

    def _note_label(self, former: KeptFrame, before: dict[int, KeptFrame], who: str) -> None:
        touched = {frame.id: before[frame.id] for frame in self._store.frames(former.exam_id)
                   if frame != before.get(frame.id, frame)}  # fmt: skip
        if touched:
            back = partial(bring_to, self._store, touched, who)
            self._undo.note(ExamStep(former.exam_id, f"The frame is {former.plane} again.", back))

    def undo(self) -> bool:
        """Take the last step back."""
        step = self._undo.take_back()
        self._tell(DeskDone(step.said if step is not None else "Nothing to take back here."))
        return step is not None

    def _unconfirm(self, frames: list[int], who: str) -> None:
        while frames:
            self._store.relabel(frames[-1], None, who)
            frames.pop()
