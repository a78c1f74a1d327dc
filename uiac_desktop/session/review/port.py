"""What a window may ask of the Review room; `Review` keeps it, and so does whatever stands in for it in a test.

Every call returns at once and is made from one thread. ``Review(open_store, on_shown, on_change, on_event, person)``:
the three callbacks come from the room's own threads and only say that `take_shown`, `state` or `take_events` has news.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from uiac_desktop.frame import Pixels
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.review.events import ReviewEvent
from uiac_desktop.session.review.records import Goal, ReviewState, ShownFrame
from uiac_desktop.session.review.reviewed_clip import ReviewedClip
from uiac_desktop.sources.privacy.setting import PrivacySetting


class ReviewPort(Protocol):
    """The Review room."""

    @property
    def state(self) -> ReviewState:
        """How the room stands."""
        ...

    def reviewed(self) -> ReviewedClip | None:
        """Return the clip that is open, as an export takes it, or None."""
        ...

    def take_shown(self) -> ShownFrame | None:
        """Return the frame to paint where it changed since the last call; comes again once its map is computed."""
        ...

    def take_events(self) -> list[ReviewEvent]:
        """Return what happened since the last call, in order."""
        ...

    def thumb(self, frame: int) -> Pixels | None:
        """Return a frame's picture, at most 160 pixels wide; None asks for it, and `ThumbReady` tells when it is."""
        ...

    def start(self) -> None:
        """Begin; the threads wait for a clip."""
        ...

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Write what is unsaved and end; False where a thread still hangs."""
        ...

    def open(self, place: str, privacy: PrivacySetting | None = None) -> None:
        """Open a path: clip, still, DICOM, DICOMDIR, folder, zip of a disc; the clip before is closed."""
        ...

    def open_exam_clip(self, clip_id: int) -> None:
        """Open a clip of the exam store."""
        ...

    def choose_medium(self, number: int) -> None:
        """Open another of `ReviewState.media`."""
        ...

    def close_clip(self) -> None:
        """Close the clip; labels are saved."""
        ...

    def use_model(self, folder: Path, load: Callable[[], Predictor]) -> None:
        """Change the model; `load` runs in a thread of the room. What was computed before is read."""
        ...

    def analyse(self) -> None:
        """Go on with the analysis; it begins by itself with a clip and a model."""
        ...

    def stop_analysis(self) -> None:
        """Hold the analysis; what is done stays."""
        ...

    def play(self) -> None:
        """Play on, from the first frame where the last is shown."""
        ...

    def pause(self) -> None:
        """Stay at this frame."""
        ...

    def toggle(self) -> None:
        """Play or pause."""
        ...

    def set_speed(self, factor: float) -> None:
        """Play 0.25 to 4 times as fast as it was taken."""
        ...

    def set_loop(self, on: bool) -> None:
        """Play the selection, or the clip, round and round."""
        ...

    def seek_frame(self, frame: int) -> None:
        """Show this frame, held within the clip."""
        ...

    def seek(self, time_s: float) -> None:
        """Show the frame of this time."""
        ...

    def step(self, frames: int) -> None:
        """Pause and go so many frames on, or back where negative."""
        ...

    def go(self, goal: Goal, forward: bool = True) -> None:
        """Show the next frame, or the one before, of a kind; ``best`` goes through the planes' best frames by time."""
        ...

    def show_best(self, plane: str) -> None:
        """Show the best frame of a plane."""
        ...

    def select(self, first: int, last: int) -> None:
        """Choose a range of frames."""
        ...

    def mark_start(self) -> None:
        """Let the range begin at the frame under the cursor."""
        ...

    def mark_end(self) -> None:
        """Let the range end at the frame under the cursor."""
        ...

    def clear_selection(self) -> None:
        """Choose no range."""
        ...

    def set_person(self, who: str) -> None:
        """Say who labels from here on."""
        ...

    def label(self, plane: str | None) -> None:
        """Label the range, or without one the frame under the cursor; None takes the person's label away."""
        ...

    def hold(self, plane: str) -> None:
        """A label key went down: while it plays, every frame until `release` is labelled; else as `label`."""
        ...

    def release(self) -> None:
        """The key went up."""
        ...

    def accept_above(self, certainty: float) -> None:
        """Take over the predictions of this certainty, 0 to 1, and more, where the person has said nothing yet."""
        ...

    def settle(self, plane: str) -> None:
        """Settle the dispute under the cursor, or those in the range."""
        ...

    def settle_as(self, who: str) -> None:
        """Settle every dispute of the clip, or of the range, as this person has it."""
        ...

    def undo(self) -> None:
        """Take the person's last change back; without end, also after a restart."""
        ...

    def redo(self) -> None:
        """Do again what was taken back last."""
        ...
