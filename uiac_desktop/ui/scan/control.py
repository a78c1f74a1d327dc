"""Runs the Scan room: starts and stops sessions, carries out commands, and hands the newest state to the view."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from uiac_desktop.frame import Frame, Result
from uiac_desktop.session.events import ModelReady, SessionEvent, SourceFailed, SourceLearned, SourceOpened
from uiac_desktop.session.meters import SessionStats
from uiac_desktop.settings import Settings
from uiac_desktop.sources.igtl.address import next_device
from uiac_desktop.sources.privacy.door import PrivacyDoor
from uiac_desktop.ui.bridge import Bridge
from uiac_desktop.ui.look.certainty import CertaintyRule
from uiac_desktop.ui.messages import Message, MessageBoard, Rank
from uiac_desktop.ui.retirement import Retirement
from uiac_desktop.ui.scan.chosen import Chosen
from uiac_desktop.ui.scan.model_intro import introduce
from uiac_desktop.ui.scan.presenter import ScanPresenter
from uiac_desktop.ui.scan.session_port import (
    SIMULATED,
    LoadPredictor,
    Session,
    StartSession,
    live_session,
    load,
    opener,
    source_name,
)
from uiac_desktop.ui.scan.state import ScanState

_LOG = logging.getLogger(__name__)
_TICK_MS = 100
_MEASURED_EVERY = 5
_SLOWEST, _FASTEST = 0.25, 4.0


class ScanControl(QObject):
    """Owner of the session at work.

    Parameters
    ----------
    settings
        The user's choices; `apply` takes later ones.
    board
        Where messages are posted.
    make_session
        Makes a session; `live_session` unless a test has its own.

    ``changed`` says that `state` has something new; ``heard`` carries each event of the session, ``labelled`` each
    result that is shown; ``source_changed`` says that the source before is gone. `on_frame` and `on_labelled` are
    called in the session's threads.
    """

    changed = Signal()
    heard = Signal(object)
    labelled = Signal(object)
    source_changed = Signal()

    def __init__(
        self,
        settings: Settings,
        board: MessageBoard,
        make_session: StartSession = live_session,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._board = board
        self._make_session = make_session
        self.presenter = ScanPresenter(board, clock, CertaintyRule(settings.sure, settings.likely))
        self.on_frame: Callable[[Frame], None] = lambda _frame: None
        self.on_labelled: Callable[[Result], None] = lambda _result: None
        self.make_door: Callable[[str], PrivacyDoor] | None = None
        self._door: PrivacyDoor | None = None
        self._session: Session | None = None
        self._bridge: Bridge | None = None
        self._retirement = Retirement()
        self._uri = ""
        self._region = 0
        self._speed = 1.0
        self._regions = 0
        self._choices: tuple[str, ...] = ()
        self._unpainted: Result | None = None
        self._last_stats: SessionStats | None = None
        self._ticks = 0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._introduce_model()

    # Sources

    def open(self, uri: str, region: int = 0) -> None:
        """Let the present source go and open another: a path or an address."""
        self._retire()
        self._uri, self._region, self._speed, self._regions, self._choices = uri, region, 1.0, 0, ()
        self.presenter.choose(Chosen(source_name(uri), region))
        self._bridge = Bridge(self)
        self._bridge.woken.connect(self._listen)
        wake = self._bridge.wake
        smoothing_s = self._settings.smoothing_s
        door = self._door = self.make_door(uri) if self.make_door is not None else None
        self._session = self._make_session(
            opener(uri, region, door), self._loader(), wake, wake, smoothing_s, self.on_frame, self.on_labelled
        )
        if door is not None:
            self._session.vote_where(door.may_vote)
        self.presenter.model_loading()
        self._session.start()
        self._timer.start()
        self.changed.emit()

    def open_paths(self, chosen: list[Path]) -> None:
        """Open the first of several paths, and say so where there are more."""
        if not chosen:
            return
        self.open(str(chosen[0]))
        if len(chosen) > 1:
            what = f"{len(chosen)} files were dropped; {chosen[0].name} is opened."
            self._board.post(Message("several", Rank.INFO, what, "Scan plays one source at a time."))

    def start_simulated(self) -> None:
        """Start the simulated scan."""
        self.open(SIMULATED)

    def close_source(self) -> None:
        """Let the source go; the page that asks for one comes back."""
        self._retire()
        self._uri = ""
        self.presenter.choose(None)
        self.changed.emit()

    def again(self) -> None:
        """Open the same source once more; one that was lost and tries again by itself tries now."""
        if self._session is not None and self._board.has("lost"):
            self._session.try_now()
        elif self._uri:
            self.open(self._uri, self._region)

    def next_region(self) -> None:
        """Show the next ultrasound region of a DICOM file, or the next device of an OpenIGTLink sender."""
        if (other := next_device(self._uri, self._choices)) is not None:
            self.open(other)
        elif self._regions > 1:
            self.open(self._uri, (self._region + 1) % self._regions)

    @property
    def has_source(self) -> bool:
        """Whether a source is open or being opened."""
        return self._session is not None

    def may_store(self, frame: Frame) -> bool:
        """Tell whether a frame may be kept: it came in through the mask that is in force, and shows the sector."""
        door = self._door
        return door is None or door.may_store(frame)

    def renew(self) -> None:
        """Have the frame on screen read again, since the mask is another."""
        if self._session is not None:
            self._session.renew()

    # Time

    def freeze(self) -> None:
        """Hold the picture, or let it go on; after the end of a clip, play it again."""
        session = self._session
        if session is None:
            return
        if session.state in ("playing", "waiting"):
            session.pause()
        else:
            self._board.clear("ended")
            session.play()
        self._refresh()

    def play(self) -> None:
        """As `freeze`; a clip that waits for its model plays at once, without labels."""
        if self._session is not None and self._session.state == "waiting":
            self._session.play_now()
        else:
            self.freeze()

    def seek(self, time_s: float) -> None:
        """Go to a time of a clip."""
        if self._session is not None:
            self._board.clear("ended")
            self._session.seek(time_s)

    def step(self, frames: int) -> None:
        """Show the frame some frames on or back, and hold it."""
        if self._session is not None:
            self._board.clear("ended")
            self._session.step(frames)
            self._refresh()

    def change_speed(self, factor: float) -> None:
        """Play faster or slower, between a quarter and four times the speed."""
        self._speed = min(max(self._speed * factor, _SLOWEST), _FASTEST)
        if self._session is not None:
            self._session.set_speed(self._speed)
        self._refresh()

    # Model

    def apply(self, settings: Settings) -> None:
        """Take other choices; a change of model or device is put to work while the former goes on."""
        former, self._settings = self._settings, settings
        self.presenter.rule = CertaintyRule(settings.sure, settings.likely)
        if (former.model, former.device) != (settings.model, settings.device) and self._session is not None:
            self.presenter.model_loading()
            self._session.use_model(self._loader())
        self._introduce_model()
        self._refresh()

    def _introduce_model(self) -> None:
        if self._session is None:
            introduce(self.presenter, self._settings.model)

    def _loader(self) -> LoadPredictor:
        folder, device = self._settings.model, self._settings.device
        return lambda: load(folder, device, self.presenter.use_spec)

    # What the session tells

    def state(self) -> ScanState:
        """Return what the Scan room shows now."""
        return self.presenter.state()

    def painted(self) -> None:
        """Tell the session that the newest frame is on screen."""
        if self._session is not None and self._unpainted is not None:
            self._session.shown(self._unpainted)
            self._unpainted = None

    def stats(self) -> SessionStats | None:
        """Return the figures of the session at work, or of the last one."""
        return self._session.stats() if self._session is not None else self._last_stats

    def _listen(self) -> None:
        session = self._session
        if session is None:
            return
        for event in session.take_events():
            self._hear(event)
        result = session.take_result()
        if result is not None:
            self._unpainted = result
            self.presenter.show(result)
            self.labelled.emit(result)
        self._refresh()

    def _hear(self, event: SessionEvent) -> None:
        if isinstance(event, SourceOpened | SourceLearned):
            self._regions, self._choices = len(event.info.regions), event.info.choices
        if isinstance(event, ModelReady | SourceFailed):
            _LOG.info("%s", type(event).__name__)
        self.presenter.hear(event)
        self.heard.emit(event)

    def _tick(self) -> None:
        self._ticks += 1
        if self._session is not None and self._ticks % _MEASURED_EVERY == 0:
            self.presenter.measure(self._session.stats())
        self._refresh()

    def _refresh(self) -> None:
        if self._session is not None:
            self.presenter.follow(self._session.state, self._speed)
        self.changed.emit()

    # Stopping

    def _retire(self) -> None:
        """Let the session go, without waiting for it."""
        session, bridge = self._session, self._bridge
        self._session = self._bridge = self._unpainted = None
        self.source_changed.emit()
        if bridge is not None:
            bridge.close()
            bridge.deleteLater()
        if session is None:
            return
        self.presenter.model_gone()
        self._last_stats = session.stats()
        self._retirement.retire(session)

    def shut(self) -> None:
        """Stop everything and wait for it, at most a few seconds."""
        self._timer.stop()
        self._retire()
        self._retirement.shut()

    @property
    def hangs(self) -> bool:
        """Whether a thread of a session did not end when it was asked to, and may be anywhere in foreign code."""
        return self._retirement.hangs
