"""Moving about in the clip on screen: by frames, by time, to what is worth a look; ranges; small pictures."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from uiac_desktop.frame import Pixels
from uiac_desktop.session.review.events import NothingThere, ReviewEvent
from uiac_desktop.session.review.marks import FrameRange
from uiac_desktop.session.review.open_clip import OpenClip
from uiac_desktop.session.review.records import Goal

_MOST_THUMBS: Final = 256


class ReviewLooking:
    """Where the cursor is; called with the lock of `Review` held.

    Parameters
    ----------
    clip
        The clip.
    tell
        Takes events.
    """

    def __init__(self, clip: OpenClip, tell: Callable[[ReviewEvent], None]) -> None:
        self._clip: Final = clip
        self._tell: Final = tell
        self._thumbs: OrderedDict[int, Pixels] = OrderedDict()

    def show(self, frame: int) -> None:
        """Show a frame, held within what is known."""
        clip = self._clip
        clip.at = min(max(frame, 0), max(clip.frames - 1, 0))
        clip.player.show(clip.at)

    def show_time(self, time_s: float) -> None:
        """Show the frame of a time."""
        low, high = 0, max(self._clip.frames - 1, 0)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._clip.time_of(middle) <= time_s else (low, middle - 1)
        self.show(low)

    def step(self, frames: int) -> None:
        """Stay, and go so many frames on."""
        self._clip.player.play(False)
        self.show(self._clip.at + frames)

    def go(self, goal: Goal, forward: bool) -> None:
        """Show the next frame of a kind, or the one before."""
        places = sorted(set(self._places(goal)))
        at = self._clip.at
        beyond = [place for place in places if (place > at if forward else place < at)]
        if not beyond:
            self._tell(NothingThere(goal, forward))
            return
        self._clip.player.play(False)
        self.show(beyond[0] if forward else beyond[-1])

    def show_best(self, plane: str) -> None:
        """Show a plane's best frame."""
        best = next((best for best in self._clip.found.bests if best.plane == plane), None)
        if best is None:
            self._tell(NothingThere("best", True))
            return
        self._clip.player.play(False)
        self.show(best.frame)

    def select(self, run: FrameRange | None) -> None:
        """Choose a range, or none."""
        clip = self._clip
        clip.mark = None
        if run is not None:
            end = max(clip.frames - 1, 0)
            ends = sorted(min(max(frame, 0), end) for frame in (run.first, run.last))
            run = FrameRange(*ends)
        clip.selection = run
        clip.player.set_loop(clip.loop, run)

    def mark_end_at_cursor(self, *, start: bool) -> None:
        """Let the range begin or end at the cursor; the other end is where it was, or still to come."""
        clip = self._clip
        at, former = clip.at, clip.selection
        other = clip.mark if former is None else former.last if start else former.first
        if other is None or (former is not None and (at > other if start else at < other)):
            self.select(None)
            clip.mark = at
        else:
            self.select(FrameRange(min(at, other), max(at, other)))

    def loop(self, on: bool) -> None:
        """Play round and round."""
        self._clip.loop = on
        self._clip.player.set_loop(on, self._clip.selection)

    def thumb(self, frame: int) -> Pixels | None:
        """Return a small picture, asking for it where it is not there."""
        pixels = self._thumbs.get(frame)
        if pixels is None:
            self._clip.player.want_thumb(frame)
        else:
            self._thumbs.move_to_end(frame)
        return pixels

    def keep_thumb(self, frame: int, pixels: Pixels) -> None:
        """Take in a small picture."""
        self._thumbs[frame] = pixels
        while len(self._thumbs) > _MOST_THUMBS:
            self._thumbs.popitem(last=False)

    def _places(self, goal: Goal) -> list[int]:
        found = self._clip.found
        if goal == "doubtful":
            return [doubt.frame for doubt in found.doubtful]
        if goal == "change":
            return list(found.changes)
        if goal == "best":
            return [best.frame for best in found.bests]
        disputed = [one.run.first for one in self._clip.disputes]
        return [run.first for run in found.differences] + disputed
