"""The thread that owns Review's model: it analyses the whole clip in the background, and the frame on screen at once.

Analysis begins where the stored predictions end, gives way to the frame that is being looked for, and hands over what
it has in parts, so that a stop, another clip or a power cut costs seconds at most.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from nas.errors import NasError
from uiac_desktop.errors import DesktopError, SourceError
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.frame import Frame, Result
from uiac_desktop.inference.foreign_config import read_model_config
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.analysis import analyse
from uiac_desktop.session.clip_digest import digest_of
from uiac_desktop.session.clip_job import AnalystListener, ClipJob, ModelFacts
from uiac_desktop.session.gone import gone
from uiac_desktop.session.prediction_book import PredictionBook
from uiac_desktop.session.review_records import Analysis, AnalysisState
from uiac_desktop.sources.base import FrameSource

_TELL_S: Final = 0.2
_SAVE_S: Final = 3.0
_SAVE_FRAMES: Final = 2048
_GIVE_WAY_S: Final = 0.5
_TURN_S: Final = 0.01


class ClipAnalyst:
    """Review's model at work; methods may be called from any thread.

    Parameters
    ----------
    listener
        Who is told.
    """

    def __init__(self, listener: AnalystListener) -> None:
        self._listener: Final = listener
        self._orders: Final = threading.Condition()
        self._offered: tuple[Path, Callable[[], Predictor]] | None = None
        self._predictor: Predictor | None = None
        self._job: ClipJob | None = None
        self._look: Frame | None = None
        self._halted = False
        self._stopping = False
        self._finished: ClipJob | None = None
        self._fps: float | None = None
        self._thread: Final = threading.Thread(target=self._run, name="review-model", daemon=True)

    def start(self) -> None:
        """Begin; waits for a model and a clip."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; `join` waits for it."""
        with self._orders:
            self._stopping = True
            self._orders.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False where it still hangs."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

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

    def _run(self) -> None:
        try:
            while not self._stopping:
                with self._orders:
                    self._orders.wait_for(lambda: self._stopping or self._has_work())
                if not self._stopping:
                    self._turn()
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._listener.on_bug(error)
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
        self._look_now()
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

    def _look_now(self) -> None:
        with self._orders:
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
        for part in stored:
            if not self._goes_on(job, halts=False):
                return
            job.book.add(part)
            job.saved, job.saved_complete = len(job.book), job.book.complete
            self._tell(job, "waiting")

    def _analyse(self, job: ClipJob) -> None:
        predictor = self._predictor
        if predictor is None:
            return
        with job.open_source() as source:
            _go_after(source, job.book)
            fresh: list[Result] = []
            told_at = saved_at = time.monotonic()
            results = analyse(source, predictor)
            try:
                for result in results:
                    fresh.append(result)
                    now = time.monotonic()
                    if now - told_at >= _TELL_S:
                        self._fps = len(fresh) / (now - told_at)
                        self._put_down(job, fresh)
                        self._tell(job, "running")
                        told_at = now
                    if now - saved_at >= _SAVE_S or len(job.book) - job.saved >= _SAVE_FRAMES:
                        self._save(job)
                        saved_at = now
                    if not self._give_way(job):
                        return
                self._put_down(job, fresh)
                job.book.end()
            finally:
                results.close()
                self._put_down(job, fresh)

    def _give_way(self, job: ClipJob) -> bool:
        """Leave the processor to who waits for a frame, and label it; return whether to go on."""
        until = time.monotonic() + _GIVE_WAY_S
        with self._orders:
            while job.busy() and time.monotonic() < until and not self._stopping:
                self._orders.wait(_TURN_S)
        self._look_now()
        return self._goes_on(job)

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
    source.seek(float(book.reading().times[-1]))
    frame = source.read()
    if frame is None or frame.index != len(book) - 1:
        raise SourceError("The clip has changed since it was analysed.", "Open it again.")
