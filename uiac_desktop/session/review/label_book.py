"""Everybody's labels of one clip, told by what was done so far; an undo is one more thing done, so nothing is lost."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.exam.clip_labels import LabelAct
from uiac_desktop.session.review.label_rows import UNSAID, Codes, Row, stretched
from uiac_desktop.session.review.marks import FrameRange


@dataclass(slots=True)
class _Trail:
    """What one person did: what stands, and what was taken back since."""

    standing: list[LabelAct] = field(default_factory=list)
    undone: list[LabelAct] = field(default_factory=list)


class LabelBook:
    """The labels of one clip; used by one thread at a time.

    Parameters
    ----------
    codes
        Numbers of the planes.
    """

    def __init__(self, codes: Codes) -> None:
        self._codes: Final = codes
        self._trails: dict[str, _Trail] = {}
        self._rows: dict[str, Row] = {}
        self._settled: Row | None = None

    def take_in(self, act: LabelAct) -> LabelAct | None:
        """Add what a person did, in the order of doing; return what an undo or redo was about, None for others."""
        trail = self._trails.setdefault(act.who, _Trail())
        about: LabelAct | None = None
        if act.what == "undone":
            if trail.standing:
                about = trail.standing.pop()
                trail.undone.append(about)
        elif act.what == "redone":
            if trail.undone:
                about = trail.undone.pop()
                trail.standing.append(about)
        else:
            trail.standing.append(act)
            trail.undone.clear()
        self._rows.pop(act.who, None)
        self._settled = None
        return about

    def can_undo(self, who: str) -> bool:
        """Tell whether anything of a person's doing stands."""
        return bool(who in self._trails and self._trails[who].standing)

    def can_redo(self, who: str) -> bool:
        """Tell whether anything that a person took back can be done again."""
        return bool(who in self._trails and self._trails[who].undone)

    @property
    def people(self) -> tuple[str, ...]:
        """Who has labels here, by name."""
        return tuple(sorted(who for who in self._trails if (self.row(who) != UNSAID).any()))

    def row(self, who: str, frames: int | None = None) -> Row:
        """Return a person's own labels, of so many frames or of as many as were ever labelled."""
        if who not in self._rows:
            trail = self._trails.get(who, _Trail())
            self._rows[who] = self._written([act for act in trail.standing if act.what != "settled"])
        return self._rows[who] if frames is None else stretched(self._rows[who], frames)

    def settled(self, frames: int | None = None) -> Row:
        """Return what was settled, whoever did it; the later word counts."""
        if self._settled is None:
            acts = [act for trail in self._trails.values() for act in trail.standing if act.what == "settled"]
            self._settled = self._written(sorted(acts, key=lambda act: (act.at, act.id)))
        return self._settled if frames is None else stretched(self._settled, frames)

    def in_force(self, frames: int) -> Row:
        """Return the labels that count: the settled one, else the one on which all agree who said anything."""
        rows = [self.row(who, frames) for who in self.people]
        agreed = np.full(frames, UNSAID, np.int16)
        for row in rows:
            agreed = np.where(agreed == UNSAID, row, agreed)
        agreed[self.disputed(frames, settled_too=True)] = UNSAID
        settled = self.settled(frames)
        return np.where(settled == UNSAID, agreed, settled).astype(np.int16)

    def disputed(self, frames: int, *, settled_too: bool = False) -> NDArray[np.bool_]:
        """Tell for every frame whether two people said different things; bool (N,)."""
        first = np.full(frames, UNSAID, np.int16)
        differ = np.zeros(frames, np.bool_)
        for who in self.people:
            row = self.row(who, frames)
            differ |= (first != UNSAID) & (row != UNSAID) & (first != row)
            first = np.where(first == UNSAID, row, first)
        return differ if settled_too else differ & (self.settled(frames) == UNSAID)

    def said(self, frame: int) -> dict[str, str]:
        """Return what people say of a frame, by name."""
        found = {}
        for who in self.people:
            row = self.row(who)
            if frame < len(row) and row[frame] != UNSAID:
                found[who] = self._codes.code(int(row[frame]))
        return found

    def last_word(self, frame: int, who: str | None) -> LabelAct | None:
        """Return what a person last did to a frame that stands, or, for None, who settled it."""
        trails = self._trails.values() if who is None else [self._trails.get(who, _Trail())]
        wanted = [act for trail in trails for act in trail.standing if (act.what == "settled") == (who is None)]
        for act in sorted(wanted, key=lambda act: (act.at, act.id), reverse=True):
            if any(span.first <= frame <= span.last for span in act.spans):
                return act
        return None

    def _written(self, acts: list[LabelAct]) -> Row:
        frames = max((span.last for act in acts for span in act.spans), default=-1) + 1
        row = np.full(frames, UNSAID, np.int16)
        for act in acts:
            for span in act.spans:
                row[span.first : span.last + 1] = UNSAID if span.plane is None else self._codes.number(span.plane)
        return row


def extent(act: LabelAct) -> tuple[FrameRange, int]:
    """Return from where to where an act goes, and how many frames it labels."""
    reach = FrameRange(min(span.first for span in act.spans), max(span.last for span in act.spans))
    return reach, sum(span.last - span.first + 1 for span in act.spans)
