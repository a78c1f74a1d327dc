"""Where the threads of the Review room meet: each tells here what it has, and is told what the others need of it."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.clip_labels import LabelAct
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Frame, Pixels, Prediction
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.mailbox import Mailbox
from uiac_desktop.session.review.clip_analyst import ClipAnalyst
from uiac_desktop.session.review.clip_digest import predictions_key
from uiac_desktop.session.review.clip_job import ClipJob, ModelFacts
from uiac_desktop.session.review.clip_place import ClipPlace
from uiac_desktop.session.review.clip_player import ClipPlayer
from uiac_desktop.session.review.events import AnalysisEnded, ClipOpened, LabelsFailed, ReviewFailed, ThumbReady
from uiac_desktop.session.review.keeper import KeptClip, ReviewKeeper
from uiac_desktop.session.review.labelling import ReviewLabelling
from uiac_desktop.session.review.looking import ReviewLooking
from uiac_desktop.session.review.news import ReviewNews
from uiac_desktop.session.review.open_clip import OpenClip
from uiac_desktop.session.review.records import Analysis, ShownFrame


class ReviewHub:
    """Keeps the open clip and joins player, analyst and keeper; see `Review` for the parameters.

    Attributes
    ----------
    lock
        Guards `clip`, what hangs on it, and `person`.
    clip, looking, labelling
        The open clip and what can be done with it; all None without one.
    """

    def __init__(
        self,
        open_store: Callable[[], ExamStore],
        on_shown: Callable[[], None],
        on_change: Callable[[], None],
        on_event: Callable[[], None],
        person: str,
    ) -> None:
        self.lock: Final = threading.RLock()
        self.news: Final = ReviewNews(on_change, on_event)
        self.frames: Final[Mailbox[ShownFrame]] = Mailbox(on_shown)
        self.person = person
        self.clip: OpenClip | None = None
        self.looking: ReviewLooking | None = None
        self.labelling: ReviewLabelling | None = None
        self._facts: ModelFacts | None = None
        self._asked_clip: int | None = None
        self._left: list[OpenClip] = []
        self._analyst: Final = ClipAnalyst(self, lambda: (clip := self.clip) is not None and clip.player.busy)
        self._keeper: Final = ReviewKeeper(open_store, self)

    def start(self) -> None:
        """Start the threads that outlive a clip."""
        self._analyst.start()
        self._keeper.start()

    def stop(self, deadline: float) -> bool:
        """End all threads; False where one still runs at the deadline, seconds on ``time.monotonic``."""
        self.open(None)
        self._analyst.stop()
        ended = self._analyst.join(max(0.0, deadline - time.monotonic()))
        self._keeper.stop()
        ended &= self._keeper.join(max(0.0, deadline - time.monotonic()))
        for clip in self._left:
            ended &= clip.player.join(max(0.0, deadline - time.monotonic()))
            clip.place.close()
        self.frames.close()
        return ended

    def open(self, place: ClipPlace | None, number: int = 0) -> None:
        """Leave the clip that is open, and open another one, or none."""
        self._analyst.take_on(None)
        self._analyst.look_at(None)
        with self.lock:
            self._leave(place)
            self._asked_clip = None
            if place is not None:
                clip = self.clip = OpenClip(place, number, self)
                self.looking = ReviewLooking(clip, self.news.tell)
                self.labelling = ReviewLabelling(clip, self._keeper, self.news.tell)
                clip.player.start()
        self.frames.take(timeout=0)
        self.news.change()

    def open_exam_clip(self, clip_id: int) -> None:
        """Find a clip of the exam store, and open it."""
        with self.lock:
            self._asked_clip = clip_id
        self._keeper.locate(clip_id)

    def use_model(self, folder: Path, load: Callable[[], Predictor]) -> None:
        """Change the model."""
        with self.lock:
            if self.clip is not None:
                self.clip.job = None
        self._analyst.use(folder, load)

    def halt(self, on: bool) -> None:
        """Hold the analysis, or let it go on."""
        self._analyst.halt(on)

    def set_person(self, who: str) -> None:
        """Say who is at work."""
        with self.lock:
            if self.labelling is not None:
                self.labelling.release(self.person)
            self.person = who
            if self.clip is not None:
                self.clip.refresh(who)
        self.news.change()

    def on_opened(self, player: ClipPlayer) -> None:
        """The player has the first frames: read what is known of this clip."""
        with self.lock:
            clip = self._clip_of(player)
            if clip is None:
                return
            clip.phase = "open"
            clip.learn()
            clip.kept = KeptClip(clip.place.path(clip.number), clip.place.clip_id)
            self._keeper.open(clip.kept)
            self._look_up(clip)
            info, reports = clip.info, clip.place.reports
        if info is not None:
            self.news.tell(ClipOpened(info, reports))
        self.news.change()

    def on_learned(self, player: ClipPlayer) -> None:
        """More frames are known."""
        with self.lock:
            clip = self._clip_of(player)
            if clip is not None and clip.phase == "open":
                clip.learn()
        self.news.change()

    def on_frame(self, player: ClipPlayer, frame: Frame) -> None:
        """A frame is to be shown, and to be labelled with its map."""
        with self.lock:
            clip = self._clip_of(player)
            if clip is None:
                return
            clip.shown = frame
            if not player.busy:
                clip.at = frame.index
                if self.labelling is not None:
                    self.labelling.follow()
        self.frames.put(ShownFrame(frame, None))
        self._analyst.look_at(frame)
        self.news.change()

    def on_thumb(self, player: ClipPlayer, index: int, pixels: Pixels) -> None:
        """A small picture is there."""
        with self.lock:
            if self._clip_of(player) is None or self.looking is None:
                return
            self.looking.keep_thumb(index, pixels)
        self.news.tell(ThumbReady(index))

    def on_failed(self, player: ClipPlayer, error: DesktopError) -> None:
        """The clip cannot be opened, or not be read on."""
        with self.lock:
            clip = self._clip_of(player)
            if clip is None:
                return
            clip.phase, clip.message, clip.advice = "failed", error.message, error.advice
        self._analyst.take_on(None)
        self.news.tell(ReviewFailed(error.message, error.advice))
        self.news.change()

    def on_model(self, facts: ModelFacts) -> None:
        """A model is at work: what it said of the clip before is looked up, and the frame on screen labelled anew."""
        with self.lock:
            self._facts = facts
            if self.clip is not None and self.clip.kept is not None:
                self._look_up(self.clip)
                self._analyst.look_at(self.clip.shown)

    def on_model_failed(self, error: DesktopError | NasError) -> None:
        """A model cannot be put to work; the one before goes on where it was."""
        with self.lock:
            clip = self.clip
            if clip is not None and clip.kept is not None and clip.job is None:
                self._look_up(clip)
        self.news.tell(ReviewFailed(error.message, error.advice))

    def on_analysis(self, job: ClipJob, analysis: Analysis) -> None:
        """There is more in the book."""
        ended = False
        with self.lock:
            clip = self.clip
            if clip is None or clip.job is not job:
                return
            ended = analysis.state == "done" and job.computed > 0
            clip.reading, clip.analysis = job.book.reading(), analysis
            if len(clip.reading):
                clip.player.heed(len(clip.reading) - 1, float(clip.reading.times[-1]))
            clip.refresh(self.person, labels=False)
        if ended:
            self.news.tell(AnalysisEnded(analysis.done, analysis.fps))
        self.news.change()

    def on_looked(self, frame: Frame, prediction: Prediction) -> None:
        """The frame on screen has its map."""
        with self.lock:
            current = self.clip is not None and self.clip.shown is frame
        if current:
            self.frames.put(ShownFrame(frame, prediction))

    def on_acts(self, kept: KeptClip, acts: tuple[LabelAct, ...]) -> None:
        """The labels of a clip were read."""
        with self.lock:
            clip = self.clip
            if clip is None or clip.kept is not kept:
                return
            for act in acts:
                clip.book.take_in(act)
            clip.labels_ready = True
            clip.refresh(self.person)
        self.news.change()

    def on_stored(self, kept: KeptClip, key: str, parts: tuple[PredictionPart, ...]) -> None:
        """What the model said before was read: the analysis goes on from there."""
        with self.lock:
            clip, facts = self.clip, self._facts
            if clip is None or clip.kept is not kept or clip.key != key or facts is None:
                return
            fitting = tuple(part for part in parts if part.classes == facts.classes)
            clip.job = ClipJob(
                partial(clip.place.open, clip.number),
                clip.codes,
                facts,
                lambda: len(clip.player.times) if clip.player.counted else None,
                partial(self._keeper.add_part, kept, key),
                fitting,
            )
            clip.analysis = Analysis("waiting", 0, None, model=facts.name)
            self._analyst.take_on(clip.job)
        self.news.change()

    def on_saved(self, unsaved: int, at: datetime | None) -> None:
        """Changes were written, or still wait."""
        with self.lock:
            if self.clip is not None:
                self.clip.unsaved, self.clip.saved_at = unsaved, at
        self.news.change()

    def on_keeper_failed(self, error: DesktopError) -> None:
        """The store fails."""
        self.news.tell(LabelsFailed(error.message, error.advice))

    def on_located(self, clip_id: int, place: Path | None, error: DesktopError | None) -> None:
        """An exam's clip was found, or not."""
        with self.lock:
            wanted = self._asked_clip == clip_id
        if wanted and place is not None:
            self.open(ClipPlace(place, clip_id=clip_id))
        elif wanted and error is not None:
            self.news.tell(ReviewFailed(error.message, error.advice))

    def on_bug(self, error: Exception) -> None:
        """A thread broke."""
        self.news.tell_bug(error)

    def _clip_of(self, player: ClipPlayer) -> OpenClip | None:
        return self.clip if self.clip is not None and self.clip.player is player else None

    def _look_up(self, clip: OpenClip) -> None:
        if self._facts is not None and clip.kept is not None:
            clip.key = predictions_key(self._facts.digest, clip.place.privacy)
            self._keeper.look_up(clip.kept, clip.key)

    def _leave(self, following: ClipPlace | None) -> None:
        """Let the clip go; its place stays where another of its media is opened."""
        clip, self.clip = self.clip, None
        self.looking = None
        if clip is None:
            return
        if self.labelling is not None:
            self.labelling.release(self.person)
        self.labelling = None
        if clip.kept is not None:
            clip.kept.gone = True
        clip.player.stop()
        self._left = [left for left in self._left if not left.player.join(0.0)]
        self._left.append(clip)
        if clip.place is not following:
            clip.place.close()
