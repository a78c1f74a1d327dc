"""Runs the Exams room: owns the desk, carries out the room's commands, and keeps what it was told for the views."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from uiac_desktop.exam.protocol import ProtocolFolder
from uiac_desktop.session.exams.desk import ExamDesk, ReportKind
from uiac_desktop.session.exams.desk_records import (
    AcrossShown,
    DeskDone,
    DeskEvent,
    DeskFailed,
    ExamFilter,
    ExamShown,
    ListShown,
    MapsDrawn,
)
from uiac_desktop.settings import Settings
from uiac_desktop.ui.bridge import Bridge
from uiac_desktop.ui.exams.port import exam_desk, tell_model
from uiac_desktop.ui.exams.state import Column, ExamsState, sorted_exams
from uiac_desktop.ui.messages import Choice, Message, MessageBoard, Rank
from uiac_desktop.ui.wording import as_sentence

_STOP_S: Final = 5.0
_CAUSE: Final = "exams"
_ERASE: Final = "erase exam"
_UNDO: Final = (Choice("Undo", "exams_undo"),)


class ExamsControl(QObject):
    """Owner of the exam desk, which is made when the room is first entered.

    Parameters
    ----------
    board
        Where messages are posted.
    settings
        The user's choices now.
    who
        Who sits at the PC.
    protocols
        The department's protocols.

    ``changed`` says that `state` has something new.
    """

    changed = Signal()

    def __init__(
        self,
        board: MessageBoard,
        settings: Callable[[], Settings],
        who: Callable[[], str],
        protocols: ProtocolFolder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._board, self._settings, self._who = board, settings, who
        self._protocols = protocols
        self.state = ExamsState()
        self._desk: ExamDesk | None = None
        self._model: tuple[object, object] | None = None
        self._bridge = Bridge(self)
        self._bridge.woken.connect(self._listen)

    def enter(self) -> None:
        """Read everything anew, since the room comes into view."""
        desk, now = self._desk_at_work(), self._settings()
        if self._model != (now.model, now.device):
            self._model = (now.model, now.device)
            tell_model(desk, now)
        desk.look(self.state.asked)
        desk.look_across()
        if self.state.chosen is not None:
            desk.open(self.state.chosen)

    def shut(self) -> bool:
        """Stop the desk and return whether it ended in time."""
        self._bridge.close()
        return self._desk is None or self._desk.stop(_STOP_S)

    def _desk_at_work(self) -> ExamDesk:
        if self._desk is None:
            self._desk = exam_desk(self._settings().store, self._planes_of, self._bridge.wake)
            self._desk.start()
        return self._desk

    def _planes_of(self, name: str) -> tuple[str, ...]:
        known, _ = self._protocols.protocols()
        return next((protocol.planes for protocol in known if protocol.name == name), ())

    # Looking

    def look_for(self, asked: ExamFilter) -> None:
        """Look for exams."""
        if asked != self.state.asked:
            self._set(asked=asked)
            self._desk_at_work().look(asked)

    def toggle_bin(self) -> None:
        """Show the bin, or the list again."""
        self.look_for(replace(self.state.asked, state="any" if self.state.in_bin else "binned"))

    def sort(self, column: Column) -> None:
        """Order the list by a column; a second time the other way round."""
        falling = not self.state.falling if column == self.state.sort else column not in ("subject", "protocol")
        exams = self.state.exams
        ordered = None if exams is None else sorted_exams(exams, column, falling)
        self._set(sort=column, falling=falling, exams=ordered)

    def choose(self, exam_id: int | None) -> None:
        """Choose an exam and read it in full."""
        self._board.clear(_ERASE)
        if exam_id != self.state.chosen:
            self._set(chosen=exam_id, opened=None, frame=None, maps=(0, 0))
            self._desk_at_work().open(exam_id)

    def move(self, steps: int) -> None:
        """Choose the line so many below."""
        numbers = [exam.line.exam.id for exam in self.state.exams or ()]
        if not numbers:
            return
        now = numbers.index(self.state.chosen) if self.state.chosen in numbers else -steps
        self.choose(numbers[min(max(now + steps, 0), len(numbers) - 1)])

    def show(self, exam_id: int, frame_id: int | None = None) -> None:
        """Choose an exam wherever it is, with everything in the list again, and a frame of it."""
        if exam_id not in [exam.line.exam.id for exam in self.state.exams or ()]:
            self.look_for(ExamFilter())
        self.choose(exam_id)
        self.choose_frame(frame_id)

    def choose_frame(self, frame_id: int | None) -> None:
        """Choose a frame of the exam, or none."""
        self._set(frame=frame_id)

    def move_frame(self, steps: int) -> None:
        """Choose the frame so many after; with none chosen, the first or the last."""
        frames, now = [frame.id for frame in self.state.frames], self.state.frame
        if frames:
            place = frames.index(now) + steps if now in frames else (0 if steps > 0 else len(frames) - 1)
            self.choose_frame(frames[min(max(place, 0), len(frames) - 1)])

    # Changing

    def delete(self) -> None:
        """Move the chosen exam to the bin."""
        exam = self.state.chosen_exam
        if exam is not None and exam.line.binned_at is None:
            self._desk_at_work().bin(exam.line.exam.id)

    def restore(self) -> None:
        """Take the chosen exam out of the bin."""
        exam = self.state.chosen_exam
        if exam is not None and exam.line.binned_at is not None:
            self._desk_at_work().unbin(exam.line.exam.id)

    def erase(self) -> None:
        """Ask whether the chosen exam is erased for good; a second time erase it."""
        exam = self.state.chosen_exam
        if exam is None:
            return
        if self._board.has(_ERASE):
            self._board.clear(_ERASE)
            self._desk_at_work().erase(exam.line.exam.id, self._who())
            return
        what = f"Erase {exam.line.exam.subject} for good?"
        advice = "Pictures, clips, labels and history go, and nothing brings them back. Esc leaves it."
        self._board.post(Message(_ERASE, Rank.WARN, what, advice, (Choice("Erase for good", "exams_erase"),)))
        self.changed.emit()

    def confirm(self) -> None:
        """Confirm the model's labels of the chosen exam."""
        if self.state.chosen_exam is not None:
            self._desk_at_work().confirm(self.state.chosen_exam.line.exam.id, self._who())

    def label(self, plane: str) -> None:
        """Give the chosen frame a label."""
        exam, frame = self.state.chosen_exam, self.state.frame
        if exam is None or frame is None:
            self.say_no_frame()
        elif exam.line.binned_at is not None:
            self._board.post(Message(_CAUSE, Rank.INFO, "This exam is in the bin.", "Take it out of the bin first."))
        else:
            self._desk_at_work().label(frame, plane, self._who())
        self.changed.emit()

    def say_no_frame(self) -> None:
        """Say that a label needs a frame."""
        what, advice = "No frame is chosen.", "Choose one under Frames and clips: click it, or press , and . there."
        self._board.post(Message(_CAUSE, Rank.INFO, what, advice))
        self.changed.emit()

    def undo(self) -> None:
        """Take the last step back."""
        self._desk_at_work().undo()

    def write(self, kind: ReportKind, path: Path) -> None:
        """Write the report of the chosen exam."""
        if self.state.chosen is not None:
            self._desk_at_work().write(self.state.chosen, kind, path)

    # What the desk tells

    def _listen(self) -> None:
        for event in self._desk.take_events() if self._desk is not None else []:
            self._hear(event)
        self.changed.emit()

    def _hear(self, event: DeskEvent) -> None:
        now = self.state
        match event:
            case ListShown():
                self._take_list(event)
            case ExamShown(opened):
                if opened.listed.line.exam.id == now.chosen:
                    self.state = replace(now, opened=opened)
            case AcrossShown(agreement, audit):
                self.state = replace(now, across=agreement, audit=audit)
            case MapsDrawn(done, of):
                self.state = replace(now, maps=(done, of))
            case DeskDone(what, advice, undoable):
                self._board.post(Message(_CAUSE, Rank.OK, what, advice, _UNDO if undoable else ()))
            case DeskFailed(message, advice):
                self._board.post(Message(_CAUSE, Rank.ERROR, as_sentence(message), as_sentence(advice)))

    def _take_list(self, shown: ListShown) -> None:
        """Take the lines; the exam that was chosen stays so while it is among them."""
        now = self.state
        if shown.asked != now.asked:
            return
        exams = sorted_exams(shown.exams, now.sort, now.falling)
        self.state = replace(
            now, exams=exams, total=shown.total, binned=shown.binned, planes=shown.planes, disk=shown.disk
        )
        numbers = [exam.line.exam.id for exam in exams]
        if now.chosen not in numbers:
            self.choose(numbers[0] if numbers else None)

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed.emit()
