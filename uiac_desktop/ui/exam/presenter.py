"""Turns what the examination tells into what the Scan room shows, and keeps which line and alternative are chosen."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from uiac_desktop.exam.protocol import SCREENING, Protocol
from uiac_desktop.exam.records import Exam
from uiac_desktop.session.exam.events import ExamState, Kept, ProtocolLine
from uiac_desktop.ui.exam.view import Alternative, ExamView, KeptLine, Mark, Strip, Thumb
from uiac_desktop.ui.look.certainty import percent
from uiac_desktop.ui.scan.state import Chip

_MOST_LISTED: Final = 40
_NO_EXAM: Final = Chip("exam", "exam", "No exam", "quiet", "exam", "Click to begin an exam.")


class ExamPresenter:
    """Keeps what an examination has told, and says how it looks.

    Parameters
    ----------
    utc_now
        The wall clock, or a stand-in.

    Attributes
    ----------
    wanted
        The protocol of the next exam.
    cut_off
        The exam that a kill cut off, while nobody has said how it goes on.
    """

    def __init__(self, utc_now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._utc_now = utc_now
        self.wanted: Protocol = SCREENING
        self.cut_off: Exam | None = None
        self._state: ExamState | None = None
        self._kept: dict[int, tuple[Kept, bool]] = {}
        self._plane = ""
        self._frame: int | None = None

    @property
    def protocol(self) -> Protocol:
        """The protocol of the exam that goes on, else the one wanted for the next."""
        state = self._state
        if state is None or state.exam is None or not state.lines:
            return self.wanted
        return Protocol(state.exam.protocol, tuple(line.plane for line in state.lines))

    # What happened

    def show(self, state: ExamState) -> None:
        """Take in the examination's state; a chosen frame that is gone is chosen no more."""
        self._state = state
        if self._frame not in [kept.frame.id for kept in self._alternatives]:
            self._frame = None

    def keep(self, kept: Kept, by_hand: bool) -> None:
        """Note that a frame was kept."""
        self._kept[kept.frame.id] = (kept, by_hand)

    def change(self, kept: Kept) -> None:
        """Note that a kept frame has another label or state."""
        _, by_hand = self._kept.get(kept.frame.id, (kept, False))
        self._kept[kept.frame.id] = (kept, by_hand)

    def forget(self) -> None:
        """Begin with nothing kept, as an exam does."""
        self.cut_off = None
        self._kept.clear()
        self.choose_none()

    # Choosing

    def move_line(self, steps: int) -> None:
        """Choose the line so many below the present one; with none chosen, the first or the last."""
        planes = self.protocol.planes
        if self._plane in planes:
            place = min(max(planes.index(self._plane) + steps, 0), len(planes) - 1)
        else:
            place = 0 if steps > 0 else len(planes) - 1
        self._plane, self._frame = planes[place], None

    def choose_line(self, plane: str) -> None:
        """Choose a line by its plane; chosen again, it is let go."""
        self._plane = "" if plane == self._plane or plane not in self.protocol.planes else plane
        self._frame = None

    def move_alternative(self, steps: int) -> None:
        """Choose the alternative so many to the right; the line is that of the strip where none was chosen."""
        self._plane = self._strip_plane
        ids = [kept.frame.id for kept in self._alternatives]
        if ids:
            place = ids.index(self._chosen_id) if self._chosen_id in ids else 0
            self._frame = ids[min(max(place + steps, 0), len(ids) - 1)]

    def choose_frame(self, frame_id: int) -> None:
        """Choose an alternative of the strip by its number."""
        self._plane, self._frame = self._strip_plane, frame_id

    def choose_none(self) -> None:
        """Let the chosen line and frame go."""
        self._plane, self._frame = "", None

    @property
    def has_choice(self) -> bool:
        """Whether a line is chosen."""
        return bool(self._plane)

    @property
    def subject_of_commands(self) -> int | None:
        """Number of the frame that Use, Reassign and Reject are about: the chosen one, else the last one kept."""
        if self._plane:
            return self._chosen_id
        newest = self._newest
        return newest.frame.id if newest is not None else None

    def plane_of(self, frame_id: int) -> str:
        """Return the label in force of a kept frame, or nothing where it is not known."""
        kept, _ = self._kept.get(frame_id, (None, False))
        return kept.frame.plane if kept is not None else ""

    # How it looks

    @property
    def view(self) -> ExamView:
        """What the Scan room shows now."""
        protocol = self.protocol
        marks = {plane: _mark(self._line_of(plane)) for plane in protocol.planes}
        met = sum(mark.state == "met" for mark in marks.values())
        recording = self._state.recording_s if self._state is not None else None
        return ExamView(
            protocol=protocol.name,
            planes=protocol.planes,
            count=f"{met} of {len(marks)}",
            marks=marks,
            chosen=self._plane,
            strip=self._strip(),
            kept=self._kept_lines(),
            kept_count=len(self._live),
            chip=self._chip(),
            recording="" if recording is None else _minutes(recording),
        )

    @property
    def exam_goes_on(self) -> bool:
        """Whether an exam goes on."""
        return self._state is not None and self._state.exam is not None

    @property
    def subject(self) -> str:
        """Code of the woman whose exam goes on, or nothing."""
        exam = self._state.exam if self._state is not None else None
        return exam.subject if exam is not None else ""

    @property
    def exam_id(self) -> int | None:
        """The number of the exam that goes on, or None."""
        return self._state.exam.id if self._state is not None and self._state.exam is not None else None

    @property
    def records(self) -> bool:
        """Whether a clip is being recorded."""
        return self._state is not None and self._state.recording_s is not None

    def _line_of(self, plane: str) -> ProtocolLine | None:
        lines = self._state.lines if self._state is not None and self._state.exam is not None else ()
        return next((line for line in lines if line.plane == plane), None)

    @property
    def _newest(self) -> Kept | None:
        return max((kept for kept, _ in self._live), key=lambda kept: kept.frame.id, default=None)

    @property
    def _live(self) -> list[tuple[Kept, bool]]:
        return [pair for pair in self._kept.values() if pair[0].frame.state == "kept"]

    @property
    def _strip_plane(self) -> str:
        """The chosen line's plane, else that of the last frame kept: it does not flicker with the live answer."""
        if self._plane:
            return self._plane
        newest = self._newest
        plane = newest.frame.plane if newest is not None else ""
        return plane if plane in self.protocol.planes else ""

    @property
    def _alternatives(self) -> tuple[Kept, ...]:
        line = self._line_of(self._strip_plane)
        if line is None:
            return ()
        first = (line.best,) if line.best is not None else ()
        known = {kept.frame.id for kept in first}
        return (*first, *(kept for kept in line.alternatives if kept.frame.id not in known))[:5]

    @property
    def _chosen_id(self) -> int | None:
        alternatives = self._alternatives
        if self._frame is not None:
            return self._frame
        return alternatives[0].frame.id if alternatives else None

    def _strip(self) -> Strip:
        plane, active = self._strip_plane, bool(self._plane)
        line = self._line_of(plane)
        best = line.best.frame.id if line is not None and line.best is not None else None
        chosen = self._chosen_id if active else None
        found = tuple(
            Alternative(
                Thumb(kept.frame.id, kept.thumb),
                percent(kept.frame.certainty_of_plane),
                _age((self._utc_now() - kept.frame.taken_at).total_seconds()),
                kept.frame.id == best,
                kept.frame.id == chosen,
            )
            for kept in self._alternatives
        )
        return Strip(plane, found, active, self._newest is not None)

    def _kept_lines(self) -> tuple[KeptLine, ...]:
        live = sorted(self._live, key=lambda pair: pair[0].frame.id, reverse=True)
        return tuple(
            KeptLine(
                kept.frame.id,
                kept.frame.plane,
                clock_time(kept.frame.taken_at),
                percent(kept.frame.certainty_of_plane),
                "you" if by_hand or kept.frame.corrected is not None else "auto",
            )
            for kept, by_hand in live[:_MOST_LISTED]
        )

    def _chip(self) -> Chip:
        exam = self._state.exam if self._state is not None else None
        if exam is None:
            return _NO_EXAM
        text = f"{exam.subject}  {_minutes((self._utc_now() - exam.started_at).total_seconds())}"
        tooltip = f"Exam of {exam.subject}, by {exam.who}. Click to end it or to begin another."
        if self._state is not None and not self._state.stored_allowed:
            return Chip("exam", "exam", text, "warn", "exam", f"{tooltip} Nothing is kept now: {self._state.why}")
        return Chip("exam", "exam", text, "plain", "exam", tooltip)


def clock_time(at: datetime) -> str:
    """Return a moment as the clock on the wall has it: 14:12:06."""
    return at.astimezone().strftime("%H:%M:%S")


def _mark(line: ProtocolLine | None) -> Mark:
    if line is None:
        return Mark("missing")
    return Mark(line.state, Thumb(line.best.frame.id, line.best.thumb) if line.best is not None else None)


def _minutes(seconds: float) -> str:
    whole = max(int(seconds), 0)
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def _age(seconds: float) -> str:
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"−{whole} s"
    return f"−{whole // 60} min" if whole < 3600 else f"−{whole // 3600} h"
