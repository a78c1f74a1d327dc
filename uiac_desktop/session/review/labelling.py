"""What a person does to the labels of the clip on screen; each change is seen at once and on its way to the disk."""

from collections.abc import Callable
from typing import Final

from nas.counts import counted
from uiac_desktop.clock import clock_text
from uiac_desktop.exam.clip_labels import ActKind, LabelAct, LabelSpan
from uiac_desktop.exam.labelling import now
from uiac_desktop.session.review.events import Labelled, NothingThere, Retraced, ReviewEvent
from uiac_desktop.session.review.keeper import NewAct, ReviewKeeper
from uiac_desktop.session.review.label_book import extent
from uiac_desktop.session.review.marks import FrameRange
from uiac_desktop.session.review.open_clip import OpenClip

_LARGE: Final = 2**62


class ReviewLabelling:
    """The labels of one clip and one person; called with the lock of `Review` held.

    Parameters
    ----------
    clip
        The clip.
    keeper
        Writes every change.
    tell
        Takes events.
    """

    def __init__(self, clip: OpenClip, keeper: ReviewKeeper, tell: Callable[[ReviewEvent], None]) -> None:
        self._clip: Final = clip
        self._keeper: Final = keeper
        self._tell: Final = tell
        self._next_id = _LARGE

    def label(self, plane: str | None, who: str) -> None:
        """Label the range, or without one the frame under the cursor."""
        clip = self._clip
        run = clip.selection or FrameRange(clip.at, clip.at)
        self._label(run, plane, who)

    def hold(self, plane: str, who: str) -> None:
        """Begin to label as it plays; what was held before ends."""
        clip = self._clip
        self.release(who)
        if clip.labels_ready and clip.player.playing:
            clip.held = (plane, FrameRange(clip.at, clip.at))
        else:
            self.label(plane, who)

    def follow(self) -> None:
        """Let the range of a held key reach to the frame under the cursor; a jump back does not shorten it."""
        clip = self._clip
        if clip.held is not None:
            plane, run = clip.held
            clip.held = (plane, FrameRange(min(run.first, clip.at), max(run.last, clip.at)))

    def release(self, who: str) -> None:
        """End what was held, and label it."""
        held, self._clip.held = self._clip.held, None
        if held is not None:
            self._label(held[1], held[0], who)

    def accept(self, certainty: float, who: str) -> None:
        """Take predictions over."""
        spans = tuple(LabelSpan(run.first, run.last, code) for run, code in self._clip.accepted(who, certainty))
        if not spans or not self._clip.labels_ready:
            self._tell(NothingThere("best", True))
            return
        act = self._do("accepted", spans, who)
        frames = extent(act)[1]
        self._tell(
            Labelled(f"{counted(frames, 'frame')} accepted as predicted, {100 * certainty:.0f} % and more.", frames)
        )

    def settle(self, plane: str, who: str) -> None:
        """Settle the dispute under the cursor, or those in the range."""
        clip = self._clip
        if clip.selection is None:
            runs = [one.run for one in clip.disputes if one.run.first <= clip.at <= one.run.last]
        else:
            runs = [run for one in clip.disputes if (run := _shared(one.run, clip.selection)) is not None]
        self._settle([LabelSpan(run.first, run.last, plane) for run in runs], who)

    def settle_as(self, whose: str, who: str) -> None:
        """Settle every dispute of the range, or of the clip, as one person has it."""
        bounds = self._clip.selection
        spans = []
        for one in self._clip.disputes:
            run = one.run if bounds is None else _shared(one.run, bounds)
            if run is not None and whose in one.says:
                spans.append(LabelSpan(run.first, run.last, one.says[whose]))
        self._settle(spans, who)

    def undo(self, who: str) -> None:
        """Take the last change back."""
        if self._clip.book.can_undo(who):
            self._retrace("undone", "Undone", who)

    def redo(self, who: str) -> None:
        """Do again what was taken back last."""
        if self._clip.book.can_redo(who):
            self._retrace("redone", "Done again", who)

    def _settle(self, spans: list[LabelSpan], who: str) -> None:
        if not spans or not self._clip.labels_ready:
            self._tell(NothingThere("difference", True))
            return
        act = self._do("settled", tuple(spans), who)
        frames = extent(act)[1]
        self._tell(Labelled(f"{counted(frames, 'frame')} settled.", frames))

    def _label(self, run: FrameRange, plane: str | None, who: str) -> None:
        clip = self._clip
        if not clip.labels_ready:
            return
        self._do("labelled", (LabelSpan(run.first, run.last, plane),), who)
        what = "no longer labelled" if plane is None else f"labelled {plane}"
        self._tell(Labelled(f"{counted(run.frames, 'frame')} {what} ({self._span_text(run)}).", run.frames))

    def _retrace(self, what: ActKind, word: str, who: str) -> None:
        about = self._enter(what, (), who)[1]
        text = f"{word}."
        if about is not None and about.spans:
            run, frames = extent(about)
            text = f"{word}: {counted(frames, 'frame')} ({self._span_text(run)})."
        self._tell(Retraced(text))

    def _do(self, what: ActKind, spans: tuple[LabelSpan, ...], who: str) -> LabelAct:
        return self._enter(what, spans, who)[0]

    def _enter(self, what: ActKind, spans: tuple[LabelSpan, ...], who: str) -> tuple[LabelAct, LabelAct | None]:
        clip = self._clip
        at = now()
        self._next_id += 1
        act = LabelAct(self._next_id, at, who, what, spans)
        about = clip.book.take_in(act)
        if clip.kept is not None:
            self._keeper.add_act(clip.kept, NewAct(at, who, what, spans))
            clip.unsaved = self._keeper.unwritten
        clip.refresh(who)
        return act, about

    def _span_text(self, run: FrameRange) -> str:
        start, end = clock_text(self._clip.time_of(run.first)), clock_text(self._clip.time_of(run.last))
        return f"{start} to {end}"


def _shared(run: FrameRange, bounds: FrameRange) -> FrameRange | None:
    first, last = max(run.first, bounds.first), min(run.last, bounds.last)
    return FrameRange(first, last) if first <= last else None
