"""Turns results, events and figures of a live session into what the Scan room shows; no window, no thread, no Qt."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from nas.planes import NONE, SCREENING
from nas.preprocess import PreprocessSpec
from uiac_desktop.frame import Prediction, Result, Stillness
from uiac_desktop.session.events import (
    Bug,
    ModelFailed,
    ModelReady,
    Notice,
    SessionEvent,
    SourceEnded,
    SourceFailed,
    SourceLearned,
    SourceOpened,
    SourceWarning,
)
from uiac_desktop.session.meters import SessionStats
from uiac_desktop.sources.base import PictureBack, PictureLost, SourceInfo
from uiac_desktop.ui.chips import ModelCard, chips_of
from uiac_desktop.ui.look.certainty import CertaintyRule
from uiac_desktop.ui.mask.sign import MaskSign
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.pictures.frame_map import NO_PICTURE, FrameMap
from uiac_desktop.ui.scan import block
from uiac_desktop.ui.scan import messages as scan_messages
from uiac_desktop.ui.scan.chosen import Chosen
from uiac_desktop.ui.scan.figures import ModelState, Running, figures_of, is_slow
from uiac_desktop.ui.scan.picture_loss import PictureLoss
from uiac_desktop.ui.scan.ribbon import RibbonTrack
from uiac_desktop.ui.scan.rows import rows_of
from uiac_desktop.ui.scan.speed_watch import SpeedWatch
from uiac_desktop.ui.scan.state import Chip, Figure, Playhead, ScanState

Phase: TypeAlias = Literal["none", "opening", "waiting", "playing", "paused", "ended", "failed", "stopped"]
_HELD: Final[dict[Phase, str]] = {"waiting": "waiting for the model", "paused": "paused", "ended": "ended"}


class ScanPresenter:
    """Keeps what a session has told, and says how it looks.

    Parameters
    ----------
    board
        Where messages are posted.
    clock
        ``time.monotonic`` or a stand-in.
    rule
        From when on a certainty is called sure or likely.

    `protocol` has the planes that the list begins with.
    """

    def __init__(self, board: MessageBoard, clock: Callable[[], float], rule: CertaintyRule) -> None:
        self._board = board
        self._clock = clock
        self.rule = rule
        self.protocol: tuple[str, ...] = SCREENING
        self._classes: tuple[str, ...] = ()
        self.maps = FrameMap()
        self._model: ModelCard | None = None
        self._model_state: ModelState = "idle"
        self._device_text = ""
        self._forget_source()

    def _forget_source(self) -> None:
        self._chosen: Chosen | None = None
        self._info: SourceInfo | None = None
        self._phase: Phase = "none"
        self._result: Result | None = None
        self.mask = MaskSign()
        self._speed = 1.0
        self._stats: SessionStats | None = None
        self._track = RibbonTrack()
        self._last_plane: str | None = None
        self._loss = PictureLoss(self._board, self._clock)
        self._opened_at = self._clock()
        self._watch = SpeedWatch(self._clock)

    # What happened

    def choose(self, chosen: Chosen | None) -> None:
        """Note that another source is being opened, or, with None, that there is none."""
        self._forget_source()
        scan_messages.clear_source(self._board)
        self._chosen = chosen
        if chosen is not None:
            self._phase = "opening"

    def use_spec(self, spec: PreprocessSpec) -> None:
        """Note how the model at work sees a frame; the map follows it."""
        self.maps.use_spec(spec)

    def expect_model(self, model: ModelCard, classes: tuple[str, ...]) -> None:
        """Note which model will answer, while none is at work yet."""
        if self._model_state != "ready":
            self._model, self._classes = model, classes

    def model_loading(self) -> None:
        """Note that a model is being made ready; one at work goes on meanwhile."""
        if self._model_state != "ready":
            self._model_state = "loading"

    def model_gone(self) -> None:
        """Note that no model is at work, since its session has ended."""
        self._model_state, self._device_text = "idle", ""

    def hear(self, event: SessionEvent) -> None:
        """Take in one event of the session."""
        match event:
            case SourceOpened(info):
                self._info = info
                scan_messages.source_opened(self._board, info, self._model)
            case SourceLearned(info):
                self._info = info
            case SourceWarning(text, line):
                scan_messages.source_warning(self._board, self._name, text, line)
            case SourceEnded() if not self._is_still_picture:
                scan_messages.source_ended(self._board, self._name)
            case PictureLost() | PictureBack():
                self._loss.hear(event, self._name)
            case SourceFailed(message, advice):
                self._loss.fail()
                self._phase = "failed"
                scan_messages.source_failed(self._board, message, advice)
            case ModelReady(device_text, name, classes, simulated_only, calibrated):
                self._model_ready(ModelCard(name, simulated_only, calibrated), device_text, classes)
            case ModelFailed(message, advice, at_work):
                former_stays = self._model_state == "ready" and not at_work
                self._model_state = "ready" if former_stays else "failed"
                scan_messages.model_failed(self._board, message, advice, former_stays=former_stays)
            case Notice() | Bug():
                scan_messages.of_program(self._board, event)

    def _model_ready(self, model: ModelCard, device_text: str, classes: tuple[str, ...]) -> None:
        changed = self._model_state == "ready" and (self._model, self._device_text) != (model, device_text)
        self._model, self._model_state, self._device_text, self._classes = model, "ready", device_text, classes
        scan_messages.model_ready(self._board, model, device_text, self._info, changed)

    def show(self, result: Result) -> None:
        """Take in the newest frame with what the model says of it."""
        frame, prediction = result.frame, result.prediction
        self._result = result
        if prediction is None:
            return
        self._track.mark(frame.time_s, frame.epoch, prediction.plane, frozen=self._is_still)
        if prediction.plane != NONE:
            self._last_plane = prediction.plane

    def measure(self, stats: SessionStats) -> None:
        """Take in the session's figures."""
        self._watch.count(stats)
        self._stats = stats
        slow = is_slow(stats, self._running())
        if not slow:
            scan_messages.not_slow(self._board)
        if self._watch.lasts(slow):
            scan_messages.slow(self._board, stats.model_fps, stats.delivered_fps)

    def follow(self, phase: Phase, speed: float) -> None:
        """Take in what the session is doing and at which speed."""
        if self._lost_at is None:
            self._phase = phase
        self._speed = speed
        self._say_what_holds()

    # How it looks

    def state(self) -> ScanState:
        """Return what the Scan room shows now."""
        result = self._result
        frame = result.frame if result is not None else None
        prediction = result.prediction if result is not None and self._lost_at is None else None
        now_s = frame.time_s if frame is not None else 0.0
        duration = self._clip_length
        if self._lost_at is not None and duration is None and frame is not None:
            now_s += self._clock() - self._lost_at
            self._track.mark_lost(now_s)
        return ScanState(
            empty=self._chosen is None,
            frame=frame,
            dimmed=self._lost_at is not None,
            frozen=self._is_frozen,
            held_here=self._phase in ("paused", "ended"),
            block=self._block(prediction),
            rows=rows_of(self._classes, prediction, self.protocol),
            map=NO_PICTURE if self._lost_at is not None else self.maps.of(result),
            ribbon=self._track.window(now_s, duration),
            playhead=self._playhead(now_s),
            chips=self._chips(),
            figures=self._figures(),
        )

    @property
    def result(self) -> Result | None:
        """The frame on screen with its answer, or None."""
        return self._result

    @property
    def aspect(self) -> float:
        """Width of the picture through its height; 4:3 while there is none."""
        if self._result is None:
            return self._info.width / self._info.height if self._info else 4 / 3
        height, width = self._result.frame.pixels.shape[:2]
        return float(width / height)

    @property
    def _lost_at(self) -> float | None:
        return self._loss.at

    @property
    def _name(self) -> str:
        if self._info is not None:
            return self._info.name
        return self._chosen.name if self._chosen is not None else ""

    @property
    def _clip_length(self) -> float | None:
        has_times = self._info is not None and self._info.seekable and not self._is_still_picture
        return self._info.duration_s if self._info is not None and has_times else None

    @property
    def _is_still_picture(self) -> bool:
        return self._info is not None and self._info.frames == 1

    @property
    def _is_still(self) -> bool:
        return self._stillness.still_s > 0

    @property
    def _stillness(self) -> Stillness:
        plays = self._result is not None and self._phase == "playing" and self._moves_by_itself
        return self._result.stillness if self._result is not None and plays else Stillness()

    @property
    def _moves_by_itself(self) -> bool:
        return self._info is not None and self._info.kind != "images"

    @property
    def _is_frozen(self) -> bool:
        return self._phase == "paused" or self._is_still

    def _block(self, prediction: Prediction | None) -> block.PlaneBlock:
        if self._chosen is None:
            return block.NO_SOURCE
        if self._lost_at is not None:
            return block.no_picture(self._last_plane, self._clock() - self._lost_at)
        if prediction is not None:
            return block.block_of(prediction, self.rule, self._is_frozen)
        if self._result is None:
            return block.OPENING
        if not self.mask.sector:
            return block.NO_SECTOR
        return block.NO_MODEL if self._model_state == "failed" else block.MODEL_LOADING

    def _playhead(self, now_s: float) -> Playhead | None:
        if self._clip_length is None or self._lost_at is not None:
            return None
        return Playhead(now_s, self._clip_length, self._phase == "playing", self._speed)

    def _chips(self) -> tuple[Chip, ...]:
        opening = self._chosen.name if self._chosen else ""
        region = self._chosen.region if self._chosen else 0
        chips = chips_of(self._info, opening, self._lost_at is not None, region, self._model, self._model_state)
        mask = self.mask.chip
        return tuple(mask if mask is not None and chip.name == "mask" else chip for chip in chips)

    def _figures(self) -> tuple[Figure, ...]:
        figures = figures_of(self._stats, self._running())
        return figures if self.mask.figure is None else (self.mask.figure, *figures)

    def _running(self) -> Running:
        size = None
        if self._result is not None:
            height, width = self._result.frame.pixels.shape[:2]
            size = (width, height)
        return Running(
            info=self._info,
            size=size,
            model=self._model_state,
            device_text=self._device_text,
            held="one picture" if self._is_still_picture else _HELD.get(self._phase, ""),
            still_s=self._stillness.still_s,
            lost_s=None if self._lost_at is None else self._clock() - self._lost_at,
            dropping=self._watch.dropping,
        )

    # Messages that hold as long as their cause

    def _say_what_holds(self) -> None:
        self._loss.say(self._name)
        scan_messages.frozen(self._board, self._phase == "paused", self._stillness, self._last_plane)
        waited_s = self._clock() - self._opened_at
        scan_messages.opening(self._board, self._name, waited_s if self._phase == "opening" else 0.0)
        scan_messages.waiting(self._board, self._name, waited_s if self._phase == "waiting" else 0.0)
