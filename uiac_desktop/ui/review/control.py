"""Runs the Review room: makes it at the first clip, carries out its commands, and hands its state to the views."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from uiac_desktop import paths
from uiac_desktop.frame import Pixels
from uiac_desktop.session.review.events import ThumbReady
from uiac_desktop.session.review.port import ReviewPort
from uiac_desktop.session.review.records import Goal, ReviewState, ShownFrame
from uiac_desktop.session.review.reviewed_clip import ReviewedClip
from uiac_desktop.settings import Settings
from uiac_desktop.sources.privacy.setting import PrivacySetting
from uiac_desktop.ui.account import account
from uiac_desktop.ui.bridge import Bridge
from uiac_desktop.ui.look.certainty import CertaintyRule
from uiac_desktop.ui.messages import Message, MessageBoard, Rank
from uiac_desktop.ui.review import messages as review_messages
from uiac_desktop.ui.review.choices import ACCEPTED_AT_FIRST, accepted_beside, speed_beside
from uiac_desktop.ui.review.making import MakeReview, real_review
from uiac_desktop.ui.review.said_view import Said, said_of
from uiac_desktop.ui.review.sight import Sight
from uiac_desktop.ui.review.words import figures_of
from uiac_desktop.ui.scan.session_port import load
from uiac_desktop.ui.scan.state import Chip, Figure, MapPicture

_EMPTY: Final = ReviewState("empty")
_STOP_S: Final = 8.0
FindMask = Callable[[str], PrivacySetting | None]


def _no_mask(_place: str) -> PrivacySetting | None:
    return None


class ReviewControl(QObject):
    """Owner of the Review room.

    Parameters
    ----------
    board
        Where messages are posted.
    settings
        The user's choices; `apply` takes later ones.
    make_review
        Makes the room at the first clip, so that a window without one opens no store and loads no model twice.
    find_mask
        Returns crop and mask that were set for a file, or None.

    ``changed`` says that `state` has something new, ``frame_changed`` that another frame or its map is to be painted,
    and ``thumb_came`` that a small picture can be had.
    """

    changed = Signal()
    frame_changed = Signal()
    thumb_came = Signal()

    def __init__(
        self,
        board: MessageBoard,
        settings: Settings,
        make_review: MakeReview = real_review,
        find_mask: FindMask = _no_mask,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._board, self._settings, self._make, self._find_mask = board, settings, make_review, find_mask
        self._review: ReviewPort | None = None
        self._state = _EMPTY
        self._person = ""
        self._sight = Sight()
        self.accept_percent = ACCEPTED_AT_FIRST
        self._bridge = Bridge(self)
        self._bridge.woken.connect(self._listen)

    # What is shown

    @property
    def state(self) -> ReviewState:
        """How the room stands, asked once for each change."""
        return self._state

    @property
    def shown(self) -> ShownFrame | None:
        """The frame to paint, or None."""
        return self._sight.shown

    @property
    def map(self) -> MapPicture:
        """The map of the frame on screen for the plane that is said of it, or the words for its absence."""
        return self._sight.map(self._state)

    @property
    def said(self) -> tuple[Said, Said]:
        """What the model says of the frame, and what the person said."""
        return said_of(self.state, CertaintyRule(self._settings.sure, self._settings.likely), _now())

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of the window's last line."""
        return figures_of(self.state, _now())

    @property
    def chip(self) -> Chip | None:
        """What covers names on the clip, where that is to be said."""
        return self._sight.chip(self._state)

    @property
    def mask(self) -> PrivacySetting | None:
        """Crop and mask that are in force for the clip, or None."""
        return self._sight.mask

    @property
    def reviewed(self) -> ReviewedClip | None:
        """The clip that is open, as an export takes it, or None."""
        return self._review.reviewed() if self._review is not None else None

    def thumb(self, frame: int) -> Pixels | None:
        """Return the small picture of a frame, or None and ask for it."""
        return self._review.thumb(frame) if self._review is not None else None

    # Clips

    def open_paths(self, chosen: list[Path]) -> None:
        """Open the first of several paths, and say so where there are more."""
        if not chosen:
            return
        self.open(str(chosen[0]))
        if len(chosen) > 1:
            what = f"{len(chosen)} files were chosen; {chosen[0].name} is opened."
            self._board.post(Message("several", Rank.INFO, what, "Open a folder to have them all."))

    def open(self, place: str) -> None:
        """Open a path; the clip before is closed, its labels are saved."""
        review = self._begin_work()
        self._forget()
        self._sight.mask = self._find_mask(place)
        review.open(place, self._sight.mask)
        self._renew()

    def open_exam_clip(self, clip_id: int) -> None:
        """Open a clip of the exam store."""
        review = self._begin_work()
        self._forget()
        review.open_exam_clip(clip_id)
        self._renew()

    def close_clip(self) -> None:
        """Close the clip, or stop opening one."""
        if self._review is not None:
            self._review.close_clip()
            self._forget()
            self._renew()

    def turn_medium(self, steps: int) -> None:
        """Open the next, or former, of several clips that were found together."""
        state = self.state
        number = state.medium + steps
        if self._review is not None and 0 <= number < len(state.media):
            self._forget()
            self._review.choose_medium(number)
            self._renew()

    def _renew(self) -> None:
        if self._review is not None:
            self._state = self._review.state
        self.changed.emit()

    def _forget(self) -> None:
        review_messages.hush(self._board)
        self._sight.forget()
        self.frame_changed.emit()

    def _begin_work(self) -> ReviewPort:
        if self._review is None:
            wake = self._bridge.wake
            self._review = self._make(wake, wake, wake, self.person)
            self._review.start()
            self._use_model()
        return self._review

    # Commands

    def do(self, act: Callable[[ReviewPort], None]) -> None:
        """Ask something of the room where a clip is open."""
        if self._review is not None and self._state.clip is not None:
            act(self._review)
            self._renew()

    def toggle_analysis(self) -> None:
        """Hold the analysis, or let it go on."""
        analysis = self.state.analysis
        runs = analysis is not None and analysis.state == "running"
        self.do(lambda review: review.stop_analysis() if runs else review.analyse())

    def change_speed(self, steps: int) -> None:
        """Play at the next speed up or down."""
        wanted = speed_beside(self._state.speed, steps)
        self.do(lambda review: review.set_speed(wanted))

    def accept(self) -> None:
        """Take over the predictions from the chosen certainty on."""
        self.do_labelling(lambda review: review.accept_above(self.accept_percent / 100))

    def change_accepted(self, steps: int) -> None:
        """Raise or lower the certainty from which predictions are taken over, by 5 %; the highest is 99 %."""
        self.accept_percent = accepted_beside(self.accept_percent, steps)
        self.changed.emit()

    def release(self) -> None:
        """The label key came up."""
        if self._review is not None:
            self._review.release()
            self._renew()

    def step(self, frames: int) -> None:
        """Show the frame some frames on, or back where negative."""
        self.do(lambda review: review.step(frames))

    def go(self, goal: Goal, *, forward: bool) -> None:
        """Show the next frame of a kind, or the one before."""
        self.do(lambda review: review.go(goal, forward))

    def leave(self) -> bool:
        """Let go of range or mark; return False where there is neither."""
        state = self.state
        if state.selection is None and state.mark is None:
            return False
        self.do(lambda review: review.clear_selection())
        return True

    def do_labelling(self, act: Callable[[ReviewPort], None]) -> None:
        """Ask for a change of labels, once those of the clip were read."""
        state = self.state
        if state.clip is not None and not state.labels_ready:
            what, advice = "The labels of this clip are still being read.", "Label once they are there."
            self._board.post(Message("review_label", Rank.INFO, what, advice))
            return
        self.do(act)

    # People and model

    @property
    def person(self) -> str:
        """Who labels: as named in the room, else in the settings, else the account."""
        return self._person or self._settings.who.strip() or account()

    def set_person(self, who: str) -> None:
        """Say who labels from here on, in this run."""
        self._person = who.strip()
        if self._review is not None:
            self._review.set_person(self.person)
            self._renew()

    def apply(self, settings: Settings) -> None:
        """Take other choices; a change of model or device is put to work."""
        former, self._settings = self._settings, settings
        if self._review is not None:
            if (former.model, former.device) != (settings.model, settings.device):
                self._use_model()
            if former.who != settings.who and not self._person:
                self._review.set_person(self.person)
        self._renew()

    def _use_model(self) -> None:
        folder, device = self._settings.model, self._settings.device
        if self._review is not None:
            use_spec = self._sight.maps.use_spec
            self._review.use_model(folder or paths.demo_model(), lambda: load(folder, device, use_spec))

    # What the room tells

    def _listen(self) -> None:
        review = self._review
        if review is None:
            return
        for event in review.take_events():
            review_messages.tell(self._board, event)
            if isinstance(event, ThumbReady):
                self.thumb_came.emit()
        shown = review.take_shown()
        if shown is not None:
            self._sight.see(shown)
            self.frame_changed.emit()
        self._renew()

    def shut(self) -> None:
        """Write what is unsaved and end."""
        self._bridge.close()
        if self._review is not None:
            self._review.stop(_STOP_S)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
