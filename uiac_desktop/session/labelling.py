"""The thread that owns the model: labels the newest frame and hands both on; without a model, the frame alone."""

import threading
import time
from collections.abc import Callable
from typing import Final

from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Frame, Prediction, Result, Stillness
from uiac_desktop.inference.foreign_config import is_calibrated
from uiac_desktop.inference.labels import as_drawn_over
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.session.events import MODEL_BUG, EventBox, ModelFailed, ModelReady, Notice
from uiac_desktop.session.mailbox import Mailbox
from uiac_desktop.session.meters import Delays, Rate
from uiac_desktop.session.stillness import StillnessWatch


class Labelling:
    """Labels frames in its own thread (`run`).

    Parameters
    ----------
    frames
        Where the newest frame lies.
    hand_on
        Takes each result; must not wait.
    current_epoch
        Tells the epoch that counts; frames of an older one are not worth a label.
    events
        Where model and bugs are told.
    smoothing_s
        Window over which labels are steadied, seconds; 0 for none.
    on_labelled
        Given each newly labelled frame with what the model said before it was steadied; must not wait.
    on_model
        Called when a model that was put to work has seen the newest frame, where there is one; must not wait.
    """

    def __init__(
        self,
        frames: Mailbox[Frame],
        hand_on: Callable[[Result], None],
        current_epoch: Callable[[], int],
        events: EventBox,
        smoothing_s: float,
        on_labelled: Callable[[Result], None] | None = None,
        on_model: Callable[[], None] | None = None,
    ) -> None:
        self._on_labelled = on_labelled
        self._on_model = on_model
        self._frames: Final = frames
        self._hand_on = hand_on
        self._current_epoch = current_epoch
        self._events: Final = events
        self._smoothing_s: Final = smoothing_s
        self._votes: Callable[[Frame], bool] = _always
        self._lock = threading.Lock()
        self._offered: Predictor | None = None
        self._closed = False
        self.labels: Final = Rate()
        self.latency: Final = Delays()
        self.work: Final = Delays()
        # Below: touched by the labelling thread alone.
        self._predictor: Predictor | None = None
        self._smoother = Smoother(0)
        self._watch = StillnessWatch()
        self._stillness = Stillness()
        self._told = 0
        self._last: Frame | None = None

    def vote_where(self, votes: Callable[[Frame], bool]) -> None:
        """Label only frames of which this says yes, from now on; after one that was passed over, voting begins anew."""
        self._votes = votes

    def offer(self, predictor: Predictor) -> None:
        """Give a loaded model over, from another thread; it is at work from the next frame on."""
        with self._lock:
            unused, self._offered = (predictor, None) if self._closed else (self._offered, predictor)
        if unused is not None:
            unused.close()
        self._frames.nudge()

    def run(self) -> None:
        """Label frames until the box of frames is closed, then put the model away."""
        try:
            while not self._frames.closed:
                self._turn(self._frames.take())
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._events.tell_bug(error)
        finally:
            self._put_away()

    def _turn(self, frame: Frame | None) -> None:
        fresh = frame is not None
        frame = frame if frame is not None else self._last
        adopted = self._adopt()
        if frame is not None and (fresh or adopted) and frame.epoch >= self._current_epoch():
            self._label(frame, fresh)
        if adopted and self._on_model is not None:
            self._on_model()

    def _label(self, frame: Frame, fresh: bool) -> None:
        self._last = frame
        if fresh:
            self._stillness = self._watch.see(frame)
        prediction = self._prediction(frame)
        now = time.monotonic()
        if prediction is not None:
            self.labels.count(now)
            if fresh:
                self.latency.add(now - frame.captured_at)
        self._hand_on(Result(frame, prediction, now, self._stillness))

    def _adopt(self) -> bool:
        """Put an offered model to work in place of the one before; return whether there was one."""
        with self._lock:
            offered, self._offered = self._offered, None
        if offered is None:
            return False
        if self._predictor is not None:
            self._predictor.close()
        self._predictor, self._told = offered, 0
        config = offered.config
        self._smoother = Smoother(self._smoothing_s, config.none_threshold)
        calibrated = is_calibrated(config)
        self._events.tell(
            ModelReady(offered.device_text, config.name, config.classes, config.simulated_only, calibrated)
        )
        self._pass_on_notices(offered)
        return True

    def _prediction(self, frame: Frame) -> Prediction | None:
        predictor = self._predictor
        if predictor is None:
            return None
        if not self._votes(frame):
            self._smoother.reset()
            return None
        started = time.monotonic()
        try:
            prediction = as_drawn_over(predictor.predict(frame.pixels), self._stillness)
        except DesktopError as error:
            self._give_up()
            self._events.tell(ModelFailed(error.message, error.advice, at_work=True))
            return None
        except Exception as error:  # noqa: BLE001 - frames must go on whatever the model does
            self._give_up()
            self._events.tell_bug(error)
            self._events.tell(ModelFailed(*MODEL_BUG, at_work=True))
            return None
        self.work.add(time.monotonic() - started)
        self._pass_on_notices(predictor)
        if self._on_labelled is not None:
            self._on_labelled(Result(frame, prediction, time.monotonic(), self._stillness))
        return self._smoother.update(prediction, frame.time_s, (frame.epoch, self._stillness.drawn_over))

    def _pass_on_notices(self, predictor: Predictor) -> None:
        notices = predictor.notices
        for text in notices[self._told :]:
            self._events.tell(Notice(text))
        self._told = len(notices)

    def _give_up(self) -> None:
        if self._predictor is not None:
            self._predictor.close()
        self._predictor = None

    def _put_away(self) -> None:
        with self._lock:
            offered, self._offered, self._closed = self._offered, None, True
        if offered is not None:
            offered.close()
        self._give_up()


def _always(_frame: Frame) -> bool:
    return True
