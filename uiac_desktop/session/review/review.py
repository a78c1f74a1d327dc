"""The Review room without a window: a clip, its analysis and its labels, each in a thread of its own, behind one lock.

The player owns the source, the analyst the model and a second source, the keeper the exam store; none waits for
another. The lock guards what is known of the clip and is never held while a thread works.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Pixels
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.review.clip_place import ClipPlace
from uiac_desktop.session.review.events import ReviewEvent
from uiac_desktop.session.review.hub import ReviewHub
from uiac_desktop.session.review.labelling import ReviewLabelling
from uiac_desktop.session.review.looking import ReviewLooking
from uiac_desktop.session.review.marks import FrameRange
from uiac_desktop.session.review.records import Goal, ReviewState, ShownFrame
from uiac_desktop.session.review.reviewed_clip import ReviewedClip
from uiac_desktop.session.review.state import state_of
from uiac_desktop.sources.privacy.setting import PrivacySetting


class Review:
    """The Review room; see `ReviewPort` for what each call does.

    Parameters
    ----------
    open_store
        Opens the exam store, in the keeper's thread, when it is first needed.
    on_shown, on_change, on_event
        Called from threads of the room when a frame, another state or an event is there and none was waiting; must not
        wait.
    person
        Who labels.
    """

    def __init__(
        self,
        open_store: Callable[[], ExamStore],
        on_shown: Callable[[], None],
        on_change: Callable[[], None],
        on_event: Callable[[], None],
        person: str = "",
    ) -> None:
        self._hub: Final = ReviewHub(open_store, on_shown, on_change, on_event, person)

    @property
    def state(self) -> ReviewState:
        """How the room stands."""
        hub = self._hub
        hub.news.seen()
        with hub.lock:
            return ReviewState("empty", person=hub.person) if hub.clip is None else state_of(hub.clip, hub.person)

    def reviewed(self) -> ReviewedClip | None:
        """Return the clip that is open, as an export takes it."""
        with self._hub.lock:
            clip = self._hub.clip
            if clip is None or clip.info is None or clip.phase != "open":
                return None
            return ReviewedClip(clip.info.name, clip.place.path(clip.number), clip.place.privacy)

    def take_shown(self) -> ShownFrame | None:
        """Return the frame to paint where it changed since the last call."""
        return self._hub.frames.take(timeout=0)

    def take_events(self) -> list[ReviewEvent]:
        """Return what happened since the last call, in order."""
        return self._hub.news.take()

    def thumb(self, frame: int) -> Pixels | None:
        """Return a frame's small picture, or ask for it."""
        with self._hub.lock:
            return None if self._hub.looking is None else self._hub.looking.thumb(frame)

    def start(self) -> None:
        """Begin; the threads wait for a clip."""
        self._hub.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Write what is unsaved and end; False where a thread still hangs."""
        return self._hub.stop(time.monotonic() + timeout_s)

    def open(self, place: str, privacy: PrivacySetting | None = None) -> None:
        """Open a path; the clip before is closed."""
        self._hub.open(ClipPlace(Path(place).expanduser(), privacy))

    def open_exam_clip(self, clip_id: int) -> None:
        """Open a clip of the exam store."""
        self._hub.open_exam_clip(clip_id)

    def choose_medium(self, number: int) -> None:
        """Open another of what was found."""
        hub = self._hub
        with hub.lock:
            clip = hub.clip
        if clip is not None and 0 <= number < len(clip.place.media):
            hub.open(clip.place, number)

    def close_clip(self) -> None:
        """Close the clip; labels are saved."""
        self._hub.open(None)

    def use_model(self, folder: Path, load: Callable[[], Predictor]) -> None:
        """Change the model."""
        self._hub.use_model(folder, load)

    def analyse(self) -> None:
        """Go on with the analysis."""
        self._hub.halt(False)

    def stop_analysis(self) -> None:
        """Hold the analysis."""
        self._hub.halt(True)

    def play(self) -> None:
        """Play on."""
        with self._hub.lock:
            if self._hub.clip is not None:
                self._hub.clip.player.play(True)
        self._hub.news.change()

    def pause(self) -> None:
        """Stay at this frame."""
        with self._hub.lock:
            if self._hub.clip is not None:
                self._hub.clip.player.play(False)
        self._hub.news.change()

    def toggle(self) -> None:
        """Play or pause."""
        with self._hub.lock:
            playing = self._hub.clip is not None and self._hub.clip.player.playing
        (self.pause if playing else self.play)()

    def set_speed(self, factor: float) -> None:
        """Play 0.25 to 4 times as fast."""
        with self._hub.lock:
            if self._hub.clip is not None:
                self._hub.clip.player.set_speed(factor)
        self._hub.news.change()

    def set_loop(self, on: bool) -> None:
        """Play round and round."""
        self._look(lambda looking: looking.loop(on))

    def seek_frame(self, frame: int) -> None:
        """Show this frame."""
        self._look(lambda looking: looking.show(frame))

    def seek(self, time_s: float) -> None:
        """Show the frame of this time."""
        self._look(lambda looking: looking.show_time(time_s))

    def step(self, frames: int) -> None:
        """Pause and go so many frames on."""
        self._look(lambda looking: looking.step(frames))

    def go(self, goal: Goal, forward: bool = True) -> None:
        """Show the next frame of a kind, or the one before."""
        self._look(lambda looking: looking.go(goal, forward))

    def show_best(self, plane: str) -> None:
        """Show the best frame of a plane."""
        self._look(lambda looking: looking.show_best(plane))

    def select(self, first: int, last: int) -> None:
        """Choose a range of frames."""
        self._look(lambda looking: looking.select(FrameRange(first, last)))

    def mark_start(self) -> None:
        """Let the range begin at the cursor."""
        self._look(lambda looking: looking.mark_end_at_cursor(start=True))

    def mark_end(self) -> None:
        """Let the range end at the cursor."""
        self._look(lambda looking: looking.mark_end_at_cursor(start=False))

    def clear_selection(self) -> None:
        """Choose no range."""
        self._look(lambda looking: looking.select(None))

    def set_person(self, who: str) -> None:
        """Say who labels from here on."""
        self._hub.set_person(who)

    def label(self, plane: str | None) -> None:
        """Label the range, or the frame under the cursor."""
        self._write(lambda labelling, who: labelling.label(plane, who))

    def hold(self, plane: str) -> None:
        """A label key went down."""
        self._write(lambda labelling, who: labelling.hold(plane, who))

    def release(self) -> None:
        """The key went up."""
        self._write(lambda labelling, who: labelling.release(who))

    def accept_above(self, certainty: float) -> None:
        """Take over sure predictions."""
        self._write(lambda labelling, who: labelling.accept(certainty, who))

    def settle(self, plane: str) -> None:
        """Settle the dispute under the cursor, or those in the range."""
        self._write(lambda labelling, who: labelling.settle(plane, who))

    def settle_as(self, who: str) -> None:
        """Settle disputes as this person has it."""
        self._write(lambda labelling, person: labelling.settle_as(who, person))

    def undo(self) -> None:
        """Take the last change back."""
        self._write(lambda labelling, who: labelling.undo(who))

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._write(lambda labelling, who: labelling.redo(who))

    def _look(self, act: Callable[[ReviewLooking], None]) -> None:
        with self._hub.lock:
            if self._hub.looking is not None:
                act(self._hub.looking)
        self._hub.news.change()

    def _write(self, act: Callable[[ReviewLabelling, str], None]) -> None:
        with self._hub.lock:
            if self._hub.labelling is not None:
                act(self._hub.labelling, self._hub.person)
        self._hub.news.change()
