"""An examination at the border of the window: it does at once what the real one does in its thread, in memory."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from PySide6.QtWidgets import QApplication

from uiac_desktop.exam.protocol import SCREENING
from uiac_desktop.exam.records import Exam, KeptFrame
from uiac_desktop.session.exam.events import (
    ExamBegan,
    ExamCutOff,
    ExamEnded,
    ExamEvent,
    ExamState,
    ExamWentOn,
    FrameChanged,
    FrameKept,
    Kept,
    ProtocolLine,
    SubjectKnown,
)


def kept(number: int, plane: str, certainty: float = 0.97, **more) -> Kept:
    """A kept frame with its small picture."""
    pixels = np.random.default_rng(number).integers(20, 200, (120, 160), dtype=np.uint8)
    known = {
        "id": number, "exam_id": 1, "clip_id": None, "taken_at": datetime.now(UTC), "source": "simulated",
        "frame": number, "time_s": number / 30, "predicted": plane, "certainty": certainty, "plane": plane,
        "corrected": None, "labelled_by": None, "labelled_at": None, "state": "kept", "best": False, "score": certainty,
        "width": 960, "height": 720, "media": f"{number}.png",
    }  # fmt: skip
    return Kept(KeptFrame(**(known | more)), pixels)


class ToldExamination:
    """Notes what it is asked; `tell` gives events, `hold` sets the frames of the exam."""

    def __init__(self, on_event, ring_s=10.0) -> None:
        self._on_event = on_event
        self.asked: list[tuple] = []
        self.frames: list[Kept] = []
        self.seen: list[tuple] = []
        self.exam: Exam | None = None
        self.protocol = SCREENING
        self.recording_s: float | None = None
        self.allowed, self.why = False, ""
        self._events: list[ExamEvent] = []
        self.stopped = False

    @property
    def state(self) -> ExamState:
        lines = tuple(self._line(plane) for plane in self.protocol.planes)
        return ExamState(self.exam, lines, self.recording_s, 10.0, 0, self.allowed, self.why)

    def _line(self, plane: str) -> ProtocolLine:
        own = [one for one in self.frames if one.frame.plane == plane]
        live = sorted((one for one in own if one.frame.state == "kept"), key=lambda one: -one.frame.score)
        best = next((one for one in live if one.frame.best), live[0] if live else None)
        state = "met" if best else ("rejected" if own else "missing")
        return ProtocolLine(plane, state, best, tuple(live[:5]))

    def tell(self, *events: ExamEvent) -> None:
        self._events += events
        self._on_event()
        QApplication.processEvents()

    def hold(self, *frames: Kept, by_hand: bool = False) -> None:
        """Keep frames as if they had been captured."""
        self.frames += frames
        self.tell(*(FrameKept(one, by_hand) for one in frames))

    def take_events(self) -> list[ExamEvent]:
        events, self._events = self._events, []
        return events

    def start(self) -> None:
        self.asked.append(("start",))

    def stop(self, timeout_s: float) -> bool:
        self.stopped = True
        return True

    def begin(self, who, protocol, local_number=None, *, anew=True) -> None:
        self.asked.append(("begin", who, protocol.name, local_number))
        self.protocol, self.frames = protocol, []
        self.exam = Exam(1, "S-7K3M9Q", datetime.now(UTC), None, protocol.name, who)
        self.tell(ExamBegan(self.exam))

    def offer(self, *frames: Kept, protocol: str = "Screening") -> None:
        """Tell of an exam that was cut off with these frames."""
        now = datetime.now(UTC)
        self.cut_off = Exam(1, "S-4QX7TE", now, now, protocol, "A. B.")
        self.frames = list(frames)
        self.tell(ExamCutOff(self.cut_off, len(frames)))

    def go_on(self, protocol) -> None:
        self.asked.append(("go_on", protocol.name))
        self.protocol, self.exam = protocol, replace(self.cut_off, ended_at=None)
        self.tell(ExamWentOn(self.exam, tuple(self.frames), frozenset()))

    def leave(self) -> None:
        self.asked.append(("leave",))

    def give_number(self, local_number) -> None:
        self.asked.append(("number", local_number))
        self.tell(SubjectKnown(self.exam, 2))

    def end(self) -> None:
        self.asked.append(("end",))
        ended, self.exam = self.exam, None
        self.tell(ExamEnded(ended))

    def see_frame(self, frame, source_kind) -> None:
        self.seen.append(("frame", frame, source_kind))

    def see_result(self, result) -> None:
        self.seen.append(("result", result))

    def keep(self, result) -> None:
        self.asked.append(("keep", result))

    def save_last(self, seconds) -> None:
        self.asked.append(("last", seconds))

    def record(self, on) -> None:
        self.asked.append(("record", on))
        self.recording_s = 12.0 if on else None
        self.tell()

    def _change(self, frame_id: int, **what) -> None:
        self.frames = [
            Kept(replace(one.frame, **what), one.thumb) if one.frame.id == frame_id else one for one in self.frames
        ]
        self.tell(FrameChanged(next(one for one in self.frames if one.frame.id == frame_id)))

    def use(self, frame_id) -> None:
        self.asked.append(("use", frame_id))
        self.frames = [Kept(replace(one.frame, best=False), one.thumb) for one in self.frames]
        self._change(frame_id, best=True)

    def reassign(self, frame_id, plane) -> None:
        self.asked.append(("reassign", frame_id, plane))
        self._change(frame_id, plane=plane, corrected=plane, best=False)

    def reject(self, frame_id) -> None:
        self.asked.append(("reject", frame_id))
        self._change(frame_id, state="rejected", best=False)

    def undo(self) -> None:
        self.asked.append(("undo",))

    def redo(self) -> None:
        self.asked.append(("redo",))

    def see_model(self, name) -> None:
        self.seen.append(("model", name))

    def keep_where(self, may_keep) -> None:
        self.may_keep = may_keep

    def see_sector(self, shown) -> None:
        self.asked.append(("see_sector", shown))

    def allow(self, storing, why="") -> None:
        self.allowed, self.why = storing, why
