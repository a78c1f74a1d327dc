"""The exam in hand as its thread sees it: kept frames, which stands for its plane, and what can be undone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from nas.planes import NONE
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.exam.records import Exam, KeptFrame, NewFrame
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Pixels
from uiac_desktop.session.exam.events import (
    ExamEvent,
    FrameChanged,
    FrameKept,
    Kept,
    LineState,
    ProtocolLine,
    StoreFailed,
)
from uiac_desktop.session.exam.frame_standing import bring_to, fill_place, reassign

ALTERNATIVES: Final = 5
THUMB_WIDTH: Final = 160
_BETTER: Final = 0.1
_MOST_OF_A_PLANE: Final = 24
_MOST_STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class _Step:
    """One change, as how the frames that it touched stood before and after."""

    text: str
    before: dict[int, KeptFrame]
    after: dict[int, KeptFrame]


class ExamBook:
    """Kept frames of one exam; used by the thread that owns the store.

    Parameters
    ----------
    store
        Where they are.
    exam, protocol
        The exam, just begun or gone on with (then `take_up`), and what it is to collect.
    tell
        Takes events.

    Every method that changes something raises StoreError where the store cannot.
    """

    def __init__(self, store: ExamStore, exam: Exam, protocol: Protocol, tell: Callable[[ExamEvent], None]) -> None:
        self.exam = exam
        self.protocol: Final = protocol
        self._store = store
        self._tell = tell
        self._frames: dict[int, KeptFrame] = {}
        self._thumbs: dict[int, Pixels] = {}
        self._by_hand: set[int] = set()
        self._undoable: list[_Step] = []
        self._redoable: list[_Step] = []

    def take_up(self, by_hand: frozenset[int]) -> tuple[Kept, ...]:
        """Go on with what the exam holds already, and return its kept frames.

        Parameters
        ----------
        by_hand
            The frames that a person kept or chose; only a person puts another in their place.
        """
        self._frames = {frame.id: frame for frame in self._store.frames(self.exam.id)}
        self._by_hand |= by_hand
        return tuple(self._kept(frame) for frame in self._frames.values() if frame.state == "kept")

    def wants(self, plane: str, score: float) -> bool:
        """Tell whether a frame chosen by itself is worth keeping beside those of its plane."""
        if plane not in self.protocol.planes:
            return False
        mine = [frame for frame in self._frames.values() if frame.plane == plane]
        if len(mine) >= _MOST_OF_A_PLANE:
            return False
        shown = sorted((frame.score for frame in mine if frame.state == "kept"), reverse=True)[: 1 + ALTERNATIVES]
        return len(shown) <= ALTERNATIVES or score > shown[-1]

    def keep(self, new: NewFrame, plane: str) -> None:
        """Keep a frame; a plane other than the predicted one is a person's label.

        A frame kept by hand stands for its plane; one chosen by itself does where it is better and no person chose.
        """
        before = dict(self._frames)
        kept = self._store.keep(self.exam.id, new)
        self._thumbs[kept.id] = thumb_of(new.pixels)
        if new.by_hand:
            self._by_hand.add(kept.id)
        self._frames[kept.id] = kept
        try:
            self._give_standing(kept, plane)
        except StoreError as error:
            self._tell(StoreFailed(error.message, error.advice))
        kept = self._frames[kept.id]
        before[kept.id] = _as_never_kept(kept)
        self._note(f"{kept.plane} kept", before)
        self._tell(FrameKept(self._kept(self._frames[kept.id]), new.by_hand))

    def _give_standing(self, kept: KeptFrame, plane: str) -> None:
        """Give a frame that was just kept its label and its standing."""
        if plane not in (kept.plane, NONE):
            kept = self._store.relabel(kept.id, plane, self.exam.who)
        if self._takes_over(kept):
            self._store.set_best(kept.id, self.exam.who if kept.id in self._by_hand else "")
        self._reread(silent=kept.id)

    def use(self, frame_id: int) -> None:
        """Let a frame stand for its plane."""
        self._change(frame_id, "chosen", lambda frame: self._store.set_best(frame.id, self.exam.who))
        self._by_hand.add(frame_id)

    def reassign(self, frame_id: int, plane: str) -> None:
        """Give a frame a person's label; it stands for that plane where nothing else does."""
        self._change(frame_id, f"reassigned to {plane}", lambda one: reassign(self._store, one, plane, self.exam.who))

    def reject(self, frame_id: int) -> None:
        """Reject a frame; the next best takes its place."""
        self._change(frame_id, "rejected", lambda frame: self._store.set_state(frame.id, "rejected", self.exam.who))

    def undo(self) -> str | None:
        """Take the last change back and return what it was, or None where there is none."""
        if not self._undoable:
            return None
        step = self._undoable[-1]
        self._bring_to(step.before)
        self._redoable.append(self._undoable.pop())
        return f"Undone: {step.text}"

    def redo(self) -> str | None:
        """Do what was undone last again and return what it was, or None where there is none."""
        if not self._redoable:
            return None
        step = self._redoable[-1]
        self._bring_to(step.after)
        self._undoable.append(self._redoable.pop())
        return f"Done again: {step.text}"

    @property
    def lines(self) -> tuple[ProtocolLine, ...]:
        """How each plane of the protocol stands."""
        return tuple(self._line(plane) for plane in self.protocol.planes)

    def _line(self, plane: str) -> ProtocolLine:
        mine = [frame for frame in self._frames.values() if frame.plane == plane]
        kept = sorted((frame for frame in mine if frame.state == "kept"), key=lambda frame: -frame.score)
        best = next((frame for frame in kept if frame.best), None)
        rejected = any(frame.state == "rejected" for frame in mine)
        others = tuple(self._kept(frame) for frame in kept if frame is not best)[:ALTERNATIVES]
        state: LineState = "met" if best is not None else "rejected" if rejected and not kept else "missing"
        return ProtocolLine(plane, state, None if best is None else self._kept(best), others)

    def _kept(self, frame: KeptFrame) -> Kept:
        if frame.id not in self._thumbs:
            self._thumbs[frame.id] = self._thumb_from_store(frame.id)
        return Kept(frame, self._thumbs[frame.id])

    def _thumb_from_store(self, frame_id: int) -> Pixels:
        """Return a small picture of a frame kept before; black where it cannot be read, since the exam goes on."""
        try:
            return self._store.thumb(frame_id, THUMB_WIDTH)
        except StoreError as error:
            self._tell(StoreFailed(error.message, error.advice))
            return np.zeros((THUMB_WIDTH * 3 // 4, THUMB_WIDTH), np.uint8)

    def _best(self, plane: str) -> KeptFrame | None:
        return next((one for one in self._frames.values() if one.plane == plane and one.best), None)

    def _takes_over(self, kept: KeptFrame) -> bool:
        if kept.plane == NONE:
            return False
        best = self._best(kept.plane)
        if best is None or best.id == kept.id or kept.id in self._by_hand:
            return True
        return best.id not in self._by_hand and kept.score > best.score + _BETTER

    def _change(self, frame_id: int, what: str, do: Callable[[KeptFrame], object]) -> None:
        frame = self._frames.get(frame_id)
        if frame is None:
            return
        before = dict(self._frames)
        try:
            do(frame)
            fill_place(self._store, frame)
        finally:
            self._reread()
        self._note(f"{frame.plane} {what}", before)

    def _bring_to(self, wanted: dict[int, KeptFrame]) -> None:
        """Bring frames to how they stood in a step."""
        try:
            bring_to(self._store, wanted, self.exam.who)
        finally:
            self._reread()

    def _note(self, text: str, before: dict[int, KeptFrame]) -> None:
        touched = [number for number, frame in self._frames.items() if before.get(number) != frame]
        if touched:
            step = _Step(
                text,
                {one: before[one] for one in touched if one in before},
                {one: self._frames[one] for one in touched},
            )
            self._undoable = [*self._undoable, step][-_MOST_STEPS:]
            self._redoable.clear()

    def _reread(self, silent: int | None = None) -> None:
        """Read the frames again and tell of each that changed."""
        before, self._frames = self._frames, {frame.id: frame for frame in self._store.frames(self.exam.id)}
        for number, frame in self._frames.items():
            if number != silent and number in before and before[number] != frame:
                self._tell(FrameChanged(self._kept(frame)))


def thumb_of(pixels: Pixels) -> Pixels:
    """Return a picture at most 160 pixels wide, each pixel the mean of a block."""
    step = -(-pixels.shape[1] // THUMB_WIDTH)
    if step <= 1:
        return np.ascontiguousarray(pixels)
    height, width = (side // step * step for side in pixels.shape[:2])
    if height == 0:
        return np.ascontiguousarray(pixels[:, ::step])
    blocks = pixels[:height, :width].reshape(height // step, step, width // step, step, -1)
    return np.asarray(blocks.mean((1, 3)), np.uint8).reshape(height // step, width // step, *pixels.shape[2:])


def _as_never_kept(kept: KeptFrame) -> KeptFrame:
    return replace(kept, state="unkept", best=False)
