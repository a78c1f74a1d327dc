"""The thread that owns Review's model: it analyses the whole clip in the background, and the frame on screen at once.

Analysis begins where the stored predictions end, gives way to the frame that is being looked for, and hands over what
it has in parts, so that a stop, another clip or a power cut costs seconds at most.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from typing_extensions import override

from nas.errors import NasError
from uiac_desktop.errors import DesktopError, SourceError
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.frame import Frame, Result
from uiac_desktop.inference.foreign_config import read_model_config
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.analysis import analyse
from uiac_desktop.session.gone import gone
from uiac_desktop.session.review.clip_digest import digest_of
from uiac_desktop.session.review.clip_job import AnalystListener, ClipJob, ModelFacts
from uiac_desktop.session.review.prediction_book import PredictionBook
from uiac_desktop.session.review.records import Analysis, AnalysisState
from uiac_desktop.session.review.thread import ReviewThread
from uiac_desktop.sources.base import FrameSource

_TELL_S: Final = 0.2
_TELL_SHARE: Final = 20
"""Times as long is worked as the telling took, since who is told looks through the whole clip."""
_SAVE_S: Final = 3.0
_SAVE_FRAMES: Final = 2048
_GIVE_WAY_S: Final = 0.5
_TURN_S: Final = 0.01


class ClipAnalyst(ReviewThread):
    """Review's model at work; waits for a model and a clip.

    Parameters
    ----------
    listener
        Who is told.
    busy
        Tells whether a person waits for a frame.
    """

    def __init__(self, listener: AnalystListener, busy: Callable[[], bool]) -> None:
        super().__init__("review-model", listener.on_bug)
        self._listener: Final = listener
        self._busy: Final = busy
        self._offered: tuple[Path, Callable[[], Predictor]] | None = None
        self._predictor: Predictor | None = None
        self._job: ClipJob | None = None
        self._look: Frame | None = None
        self._halted = False
        self._finished: ClipJob | None = None
        self._fps: float | None = None

    def use(self, folder: Path, load: Callable[[], Predictor]) -> None:
        """Change the model; the job in hand is dropped, since it was for the one before."""
        with self._orders:
            self._offered, self._job = (folder, load), None
            self._orders.notify_all()

    def take_on(self, job: ClipJob | None) -> None:
        """Analyse this clip in place of the one before; None for none, which also ends a halt."""
        with self._orders:
            self._job, self._finished = job, None
            self._halted &= job is not None
            self._orders.notify_all()

    def halt(self, on: bool) -> None:
        """Hold the analysis, or let it go on; after a failure, try again."""
        with self._orders:
            self._halted, self._finished = on, None
            self._orders.notify_all()

    def look_at(self, frame: Frame | None) -> None:
        """Label this frame next, in place of one that was asked for before."""
        with self._orders:
            self._look = frame
            self._orders.notify_all()

    @override
    def _work(self) -> None:
        try:
            while not self._stopping:
                with self._orders:
                    self._orders.wait_for(lambda: self._stopping or self._has_work())
                if not self._stopping:
                    self._turn()
        finally:
            if self._predictor is not None:
                self._predictor.close()

    def _has_work(self) -> bool:
        looks = self._look is not None and self._predictor is not None
        return self._offered is not None or looks or self._may_analyse()

    def _may_analyse(self) -> bool:
        job = self._job
        if job is None or job is self._finished:
            return False
        return bool(job.stored) or (self._predictor is not None and not self._halted)

    def _turn(self) -> None:
        with self._orders:
            offered, self._offered = self._offered, None
        if offered is not None:
            self._adopt(*offered)
        self._attend()
        with self._orders:
            job = self._job if self._may_analyse() and self._offered is None else None
        if job is not None:
            self._work_on(job)

    def _adopt(self, folder: Path, load: Callable[[], Predictor]) -> None:
        try:
            config = read_model_config(folder)
            facts = ModelFacts(config.name, digest_of(folder), config.classes, config.none_threshold)
            predictor = load()
        except (DesktopError, NasError) as error:
            self._listener.on_model_failed(error)
            return
        except OSError as error:
            self._listener.on_model_failed(gone(folder.name, error))
            return
        if self._predictor is not None:
            self._predictor.close()
        self._predictor = predictor
        self._listener.on_model(facts)

    def _attend(self) -> None:
        """Leave the processor to who waits for a frame, then label the frame that is on screen."""
        until = time.monotonic() + _GIVE_WAY_S
        with self._orders:
            while self._busy() and time.monotonic() < until and not self._stopping:
                self._orders.wait(_TURN_S)
            frame, self._look = (self._look, None) if self._predictor is not None else (None, self._look)
        if frame is not None and self._predictor is not None:
            try:
                self._listener.on_looked(frame, self._predictor.predict(frame.pixels))
            except DesktopError as error:
                self._listener.on_model_failed(error)

    def _work_on(self, job: ClipJob) -> None:
        failure: DesktopError | None = None
        try:
            self._read_stored(job)
            if not job.book.complete and not self._halted:
                self._analyse(job)
        except DesktopError as error:
            failure = error
        except OSError as error:
            failure = gone("The clip", error)
        self._save(job)
        with self._orders:
            mine = self._job is job
            if mine and (job.book.complete or failure is not None):
                self._finished = job
        if mine:
            self._tell(job, self._state_of(job), failure)

    def _state_of(self, job: ClipJob) -> AnalysisState:
        if job.book.complete:
            return "done"
        return "stopped" if self._halted else "waiting"

    def _read_stored(self, job: ClipJob) -> None:
        """Put what was stored into the book, part by part, so that it can be seen as it comes."""
        stored, job.stored = job.stored, ()
        tell_at = time.monotonic()
        for part in stored:
            if not self._goes_on(job, halts=False):
                return
            job.book.add(part)
            job.saved, job.saved_complete = len(job.book), job.book.complete
            if part is stored[-1] or time.monotonic() >= tell_at:
                self._tell(job, "waiting")
                tell_at = time.monotonic() + _TELL_S

    def _analyse(self, job: ClipJob) -> None:
        predictor = self._predictor
        if predictor is None:
            return
        with job.open_source() as source:
            _go_after(source, job.book)
            fresh: list[Result] = []
            told_at = saved_at = time.monotonic()
            tell_at = told_at + _TELL_S
            results = analyse(source, predictor)
            try:
                for result in results:
                    fresh.append(result)
                    now = time.monotonic()
                    if now >= tell_at:
                        self._fps = len(fresh) / (now - told_at)
                        self._put_down(job, fresh)
                        self._tell(job, "running")
                        told_at, tell_at = now, now + max(_TELL_S, _TELL_SHARE * (time.monotonic() - now))
                    if now - saved_at >= _SAVE_S or len(job.book) - job.saved >= _SAVE_FRAMES:
                        self._save(job)
                        saved_at = now
                    self._attend()
                    if not self._goes_on(job):
                        return
                self._put_down(job, fresh)
                job.book.end()
            finally:
                results.close()
                self._put_down(job, fresh)

    def _goes_on(self, job: ClipJob, *, halts: bool = True) -> bool:
        with self._orders:
            wanted = self._job is job and self._offered is None and not self._stopping
            return wanted and not (halts and self._halted)

    def _put_down(self, job: ClipJob, fresh: list[Result]) -> None:
        """Write what is fresh into the book."""
        labelled = [(one.frame.time_s, one.prediction.probabilities) for one in fresh if one.prediction is not None]
        fresh.clear()
        if labelled:
            times = np.array([time_s for time_s, _ in labelled], np.float64)
            chances = np.stack([chances for _, chances in labelled])
            job.book.add(PredictionPart(len(job.book), times, job.facts.classes, chances))
            job.computed += len(times)

    def _save(self, job: ClipJob) -> None:
        book = job.book
        if len(book) > job.saved or book.complete != job.saved_complete:
            job.keep(book.part(job.saved))
            job.saved, job.saved_complete = len(book), book.complete

    def _tell(self, job: ClipJob, state: AnalysisState, failure: DesktopError | None = None) -> None:
        done, total = len(job.book), len(job.book) if job.book.complete else job.total()
        fps = self._fps if state == "running" or (state == "done" and job.computed) else None
        left = (total - done) / fps if fps and total is not None and state == "running" else None
        device = self._predictor.device_text if self._predictor is not None else ""
        if failure is None:
            analysis = Analysis(state, done, total, fps, left, job.facts.name, device)
        else:
            name = job.facts.name
            analysis = Analysis("failed", done, total, None, None, name, device, failure.message, failure.advice)
        self._listener.on_analysis(job, analysis)


def _go_after(source: FrameSource, book: PredictionBook) -> None:
    """Let the next frame that is read be the first that the book lacks.

    Raises
    ------
    SourceError
        The clip is not the one that the book is about.
    """
    if not len(book):
        return
    last_s = float(book.reading().times[-1])
    source.heed(len(book) - 1, last_s)
    source.seek(last_s)
    frame = source.read()
    if frame is None or frame.index != len(book) - 1:
        raise SourceError("The clip has changed since it was analysed.", "Open it again.")
