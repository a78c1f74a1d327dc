"""A live session: source, model and screen joined by one-place boxes, so that what is seen is always the newest."""

import threading
import time
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import SMOOTHING_S, Frame, Result
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import MODEL_BUG, EventBox, ModelFailed, SessionEvent
from uiac_desktop.session.hold import HOLD_S
from uiac_desktop.session.labelling import Labelling
from uiac_desktop.session.mailbox import Mailbox
from uiac_desktop.session.meters import Delays, Rate, SessionStats, memory_mb, process_age_s
from uiac_desktop.session.orders import Orders
from uiac_desktop.session.reader import Reader
from uiac_desktop.sources.base import FrameSource, SourceInfo

LoadPredictor: TypeAlias = Callable[[], Predictor]
SessionState: TypeAlias = Literal["opening", "waiting", "playing", "paused", "ended", "failed", "stopped"]


class LiveSession:
    """One source played as live and labelled frame by frame.

    Three threads, each the only owner of its part: the reader of the source, the labelling of the model, and a loader
    that makes models. Between them and the screen stand boxes that hold one item. Callbacks come from these threads and
    only say that something is there; `take_result` and `take_events` fetch it. A session is started and stopped once.

    A clip shows its first frame at once and waits there (``waiting``) until the first model has seen it or has failed,
    so that every frame is labelled; seeking, steps and pauses are obeyed meanwhile. Devices never wait.

    Parameters
    ----------
    open_source
        Opens the source; runs in the reader's thread.
    load_predictor
        Makes the model; runs in the loader's thread. Frames of a device flow unlabelled until it is ready.
    on_result, on_event
        Called when a result, or an event, arrives where none was waiting.
    smoothing_s
        Window over which labels are steadied, seconds of the source's clock; 0 for none.
    on_frame
        Given every frame that comes, in the reader's thread; must not wait.
    on_labelled
        Given every labelled frame, with what the model said before it was steadied, in the labelling thread; must not
        wait.
    hold_s
        How long a clip waits for the first model at most, seconds; then it plays on unlabelled.
    """

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        load_predictor: LoadPredictor,
        on_result: Callable[[], None],
        on_event: Callable[[], None],
        smoothing_s: float = SMOOTHING_S,
        on_frame: Callable[[Frame], None] | None = None,
        on_labelled: Callable[[Result], None] | None = None,
        hold_s: float = HOLD_S,
    ) -> None:
        self._on_frame = on_frame
        self._events: Final = EventBox(on_event)
        self._frames: Final[Mailbox[Frame]] = Mailbox()
        self._results: Final[Mailbox[Result]] = Mailbox(on_result)
        self._wanted_models: Final[Mailbox[LoadPredictor]] = Mailbox()
        self._orders: Final = Orders(hold_s)
        self._reader: Final = Reader(open_source, self._orders, self._receive, self._events)
        self._labelling: Final = Labelling(
            self._frames,
            self._hand_on,
            lambda: self._orders.epoch,
            self._events,
            smoothing_s,
            on_labelled,
            self._orders.release,
        )
        self._threads: Final = tuple(
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("reader", self._reader.run), ("labelling", self._labelling.run), ("loader", self._load))
        )
        self._wanted_models.put(load_predictor)
        self._delivered: Final = Rate()
        self._painted: Final = Rate()
        self._age: Final = Delays()
        self._first_label_s: float | None = None
        self._first_painted_label_s: float | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin; returns at once, opening and loading happen in the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """End the session and let go of source and model.

        Parameters
        ----------
        timeout_s
            How long to wait for the threads in all, seconds.

        Returns
        -------
        False if one of them still hangs, for example a driver in a read; it is left to itself, never killed.
        """
        self._stopped = True
        self._orders.stop()
        self._reader.interrupt()
        self._frames.close()
        self._results.close()
        self._wanted_models.close()
        deadline = time.monotonic() + timeout_s
        started = [thread for thread in self._threads if thread.ident is not None]
        for thread in started:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in started) and not self._reader.left_hanging

    def take_result(self) -> Result | None:
        """Return the newest result that nobody took yet, or None; never one of a place that a seek has left."""
        result = self._results.take(timeout=0)
        return None if result is None or result.frame.epoch < self._orders.epoch else result

    def take_events(self) -> list[SessionEvent]:
        """Return what happened since the last call, in order."""
        return self._events.take()

    def play(self) -> None:
        """Go on, or start again from the first frame after the end."""
        self._orders.play()

    def play_now(self) -> None:
        """Let a clip that waits for the first model play without labels until it is ready."""
        self._orders.release()

    def pause(self) -> None:
        """Hold the frame on screen. A clip is read no further; a device is, so that its buffer does not grow old."""
        self._orders.pause()

    def toggle(self) -> None:
        """Pause what plays, play what is paused or ended."""
        if self._orders.state in ("paused", "ended"):
            self.play()
        else:
            self.pause()

    def seek(self, time_s: float) -> None:
        """Go to the frame shown at ``time_s`` seconds of a clip; what is still under way from before is dropped."""
        self._orders.seek(time_s)

    def step(self, frames: int) -> None:
        """Pause and go ``frames`` forward, or back where negative."""
        self._orders.step(frames)

    def set_speed(self, factor: float) -> None:
        """Play a clip 0.25 to 4 times as fast as it was taken; a device keeps its own pace."""
        self._orders.set_speed(factor)

    def renew(self) -> None:
        """Drop what is under way and read the frame on screen again, since crop or mask were changed."""
        self._orders.renew()

    def vote_where(self, votes: Callable[[Frame], bool]) -> None:
        """Label only frames of which this says yes; asked in the labelling thread, must not wait."""
        self._labelling.vote_where(votes)

    def try_now(self) -> None:
        """Let a live source without pictures try again at once."""
        self._reader.try_now()

    def use_model(self, load: LoadPredictor) -> None:
        """Change model or device while running; the one before stays at work until the new one is ready."""
        self._wanted_models.put(load)

    def shown(self, result: Result) -> None:
        """Note that a result was painted just now."""
        now = time.monotonic()
        self._painted.count(now)
        self._age.add(now - result.frame.captured_at)
        if self._first_painted_label_s is None and result.prediction is not None:
            self._first_painted_label_s = process_age_s()

    @property
    def state(self) -> SessionState:
        """What the session is doing."""
        return "stopped" if self._stopped else self._orders.state

    @property
    def info(self) -> SourceInfo | None:
        """What the source says of itself, once it is open."""
        return self._orders.info

    @property
    def position_s(self) -> float:
        """Source time of the newest frame, seconds."""
        return self._reader.position_s

    def stats(self) -> SessionStats:
        """Return how the session runs at this moment."""
        info, reader = self._orders.info, self._reader
        until = time.monotonic() if self.state == "playing" else None
        work = self._labelling.work.percentiles_ms()
        return SessionStats(
            frames_read=reader.frames_read,
            frames_shown=self._painted.total,
            frames_dropped=self._frames.dropped + self._results.dropped + reader.frames_passed_over,
            asked_fps=info.fps * (self._orders.speed if info.paced else 1) if info is not None and info.fps else None,
            delivered_fps=self._delivered.per_second(until),
            model_fps=self._labelling.labels.per_second(until),
            shown_fps=self._painted.per_second(until),
            model_ms=work.p50 if work is not None else None,
            latency_ms=self._labelling.latency.percentiles_ms(),
            age_ms=self._age.last_ms,
            first_label_s=self._first_painted_label_s or self._first_label_s,
            rss_mb=memory_mb(),
        )

    def _receive(self, frame: Frame) -> None:
        self._delivered.count(time.monotonic())
        self._frames.put(frame)
        if self._on_frame is not None:
            self._on_frame(frame)

    def _hand_on(self, result: Result) -> None:
        if self._first_label_s is None and result.prediction is not None:
            self._first_label_s = process_age_s()
        self._results.put(result)

    def _load(self) -> None:
        while not self._wanted_models.closed:
            load = self._wanted_models.take()
            if load is not None:
                self._load_one(load)

    def _load_one(self, load: LoadPredictor) -> None:
        try:
            self._labelling.offer(load())
        except (DesktopError, NasError) as error:
            self._events.tell(ModelFailed(error.message, error.advice))
            self._orders.release()
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._events.tell_bug(error)
            self._events.tell(ModelFailed(*MODEL_BUG))
            self._orders.release()
