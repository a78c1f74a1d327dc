"""Runs the exam of the Scan room: owns the examination, carries out its commands, and hands its state to the view."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from uiac_desktop.exam.protocol import SCREENING, Protocol, ProtocolFolder
from uiac_desktop.frame import Frame, Result
from uiac_desktop.session.events import ModelReady, SessionEvent, SourceOpened
from uiac_desktop.settings import Settings
from uiac_desktop.ui.account import account
from uiac_desktop.ui.bridge import Bridge
from uiac_desktop.ui.exam import messages as exam_messages
from uiac_desktop.ui.exam.choice import ExamChoice, FrameOrder
from uiac_desktop.ui.exam.hearing import hear
from uiac_desktop.ui.exam.port import Examining, MakeExamination
from uiac_desktop.ui.exam.presenter import ExamPresenter
from uiac_desktop.ui.exam.view import ExamView
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.scan.control import ScanControl
from uiac_desktop.ui.sounds import Sounds

_TICK_MS: Final = 1000
_STOP_S: Final = 5.0
_NO_SOURCE: Final = "No source is open."
_OTHER_FRAME: Final = "This frame came in before the mask, or does not show the sector."
_NO_MASK: Final = "Set the mask first, so that no name is stored."


class ExamControl(QObject):
    """Owner of the examination.

    Parameters
    ----------
    scan
        What is on screen; its frames and labels are handed on to the examination.
    board
        Where messages are posted.
    settings
        The user's choices; `apply` takes later ones.
    make_examination
        Makes the examination at the first source, so that a window without one opens no store.
    protocols
        The department's protocols; None is the user's folder.

    ``changed`` says that `view` has something new.
    """

    changed = Signal()

    def __init__(
        self,
        scan: ScanControl,
        board: MessageBoard,
        settings: Settings,
        make_examination: MakeExamination,
        protocols: ProtocolFolder | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scan, self._board, self._settings = scan, board, settings
        self._make = make_examination
        self.protocols = protocols or ProtocolFolder()
        self.presenter = ExamPresenter()
        self.choice = ExamChoice(self.presenter, board, self._do_with_frame, self.changed.emit)
        self._examination: Examining | None = None
        self._gate_is_others = False
        self._allowed, self._why = False, _NO_SOURCE
        self._kind = ""
        self._sounds = Sounds(settings)
        self._bridge = Bridge(self)
        self._bridge.woken.connect(self._listen)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        scan.on_frame, scan.on_labelled = self._see_frame, self._see_result
        scan.heard.connect(self._hear_source)
        scan.source_changed.connect(self._forget_source)
        self.choose_protocol(settings.protocol)

    # The gate: nothing is kept before names are covered

    def follow_gate(self, storing_changed: SignalInstance) -> None:
        """Let a mask control say from now on whether anything may be kept, and why not."""
        self._gate_is_others = True
        storing_changed.connect(self.allow)

    def allow(self, storing: bool, why: str = "") -> None:
        """Say whether anything of the present source may be kept."""
        self._allowed, self._why = storing, why
        if storing:
            self._board.clear("nothing kept")
        if self._examination is not None:
            self._examination.allow(storing, why)
            self._renew()

    def see_sector(self, shown: bool) -> None:
        """Note whether the picture shows the sector; ten minutes without one ask whether this is a new woman."""
        if self._examination is not None:
            self._examination.see_sector(shown)

    def _hear_source(self, event: SessionEvent) -> None:
        self._sounds.follow(event)
        if isinstance(event, ModelReady):
            self._begin_work().see_model(event.name)
        if not isinstance(event, SourceOpened):
            return
        self._kind = event.info.kind
        self._begin_work()
        if not self._gate_is_others:
            covered = event.info.kind == "simulated" or bool(event.info.regions)
            self.allow(covered, "" if covered else _NO_MASK)

    def _forget_source(self) -> None:
        self._kind = ""
        if not self._gate_is_others:
            self.allow(False, _NO_SOURCE)

    def _begin_work(self) -> Examining:
        if self._examination is None:
            self._examination = self._make(self._bridge.wake, self._settings.last_s)
            self._examination.keep_where(self._scan.may_store)
            self._examination.start()
            self._examination.allow(self._allowed, self._why)
            self._timer.start()
        return self._examination

    def _see_frame(self, frame: Frame) -> None:
        if self._examination is not None:
            self._examination.see_frame(frame, self._kind)

    def _see_result(self, result: Result) -> None:
        if self._examination is not None:
            self._examination.see_result(result)

    # Exams

    def apply(self, settings: Settings) -> None:
        """Take other choices."""
        self._settings = settings
        self._sounds.settings = settings
        self.choose_protocol(settings.protocol)

    @property
    def who(self) -> str:
        """Who examines: the name in the settings, else the account of the system."""
        return self._settings.who.strip() or account()

    def choose_protocol(self, name: str) -> None:
        """Take a protocol by its name for the exams to come; Screening where there is none of that name."""
        self.presenter.wanted = self._protocol_named(name)
        self._scan.presenter.protocol = self.presenter.protocol.planes
        self.changed.emit()

    def _protocol_named(self, name: str) -> Protocol:
        known, _ = self.protocols.protocols()
        return next((protocol for protocol in known if protocol.name == name), SCREENING)

    def renew_protocols(self) -> None:
        """Read the protocols anew after they were edited."""
        self.choose_protocol(self._settings.protocol)

    def next_protocol(self) -> str:
        """Take the next protocol, in turn, and return its name."""
        known, _ = self.protocols.protocols()
        names = [protocol.name for protocol in known]
        wanted = self.presenter.wanted.name
        name = names[(names.index(wanted) + 1) % len(names)] if wanted in names else names[0]
        if self.presenter.exam_goes_on:
            exam_messages.protocol_waits(self._board, name)
        return name

    def exam(self) -> None:
        """Begin an exam; while one goes on, ask whether it ends."""
        subject = self.presenter.subject
        if subject:
            exam_messages.asks_to_end(self._board, subject, self.presenter.view.count)
            self.changed.emit()
        else:
            self._begin_where_none_goes_on()

    def begin(self, local_number: str | None = None) -> None:
        """Begin an exam; one that goes on ends first."""
        self._board.clear("new woman")
        self._begin_work().begin(self.who, self.presenter.wanted, local_number)

    def _begin_where_none_goes_on(self) -> None:
        """Begin an exam, unless one goes on that was asked for a moment ago and is not yet shown."""
        self._begin_work().begin(self.who, self.presenter.wanted, anew=False)

    def go_on(self) -> None:
        """Go on with the exam that a kill cut off."""
        cut_off, self.presenter.cut_off = self.presenter.cut_off, None
        if cut_off is not None:
            self._board.clear("cut off")
            self._begin_work().go_on(self._protocol_named(cut_off.protocol))

    def begin_with(self, local_number: str) -> None:
        """Give the exam that goes on, else a new one, to the woman with this number, which is kept nowhere here."""
        if self.presenter.exam_goes_on:
            self._begin_work().give_number(local_number)
        else:
            self.begin(local_number)

    def end(self) -> None:
        """End the exam; one that a kill cut off stays ended."""
        cut_off = self.presenter.cut_off
        if self._examination is not None and self.presenter.exam_goes_on:
            self._examination.end()
        elif self._examination is not None and cut_off is not None:
            self._examination.leave()
            self.presenter.cut_off = None
            exam_messages.left_ended(self._board, cut_off.subject)
            self.changed.emit()

    def same_woman(self) -> None:
        """Go on with the exam, since the woman is the same."""
        self._board.clear("new woman")
        self.changed.emit()

    # Keeping

    def keep(self) -> None:
        """Keep the very frame on screen; an exam begins by itself where none goes on."""
        result = self._scan.presenter.result
        if not self._may_keep() or result is None:
            return
        if self._scan.may_store(result.frame):
            self._with_exam().keep(result)
        else:
            exam_messages.nothing_kept(self._board, _OTHER_FRAME)
            self.changed.emit()

    def save_last(self) -> None:
        """Save the last seconds as a clip."""
        if self._may_keep():
            self._with_exam().save_last(self._settings.last_s)

    def record(self) -> None:
        """Record, or stop recording."""
        if self.presenter.records:
            self._begin_work().record(False)
        elif self._may_keep():
            self._with_exam().record(True)
        self._renew()

    def _may_keep(self) -> bool:
        if not self._allowed:
            exam_messages.nothing_kept(self._board, self._why)
            self.changed.emit()
        return self._allowed

    def _with_exam(self) -> Examining:
        if not self.presenter.exam_goes_on:
            self._begin_where_none_goes_on()
        return self._begin_work()

    def undo(self) -> None:
        """Take the last change back."""
        if self._examination is not None:
            self._examination.undo()

    def redo(self) -> None:
        """Do again what was undone."""
        if self._examination is not None:
            self._examination.redo()

    def _do_with_frame(self, do: FrameOrder) -> bool:
        frame = self.presenter.subject_of_commands
        if frame is None or self._examination is None:
            return False
        do(self._examination, frame)
        return True

    # What the examination tells

    @property
    def view(self) -> ExamView:
        """What the Scan room shows of the exam now."""
        return self.presenter.view

    def _listen(self) -> None:
        for event in self._examination.take_events() if self._examination is not None else []:
            hear(event, self.presenter, self._board, self._sounds)
        self._renew()

    def _renew(self) -> None:
        if self._examination is not None:
            self.presenter.show(self._examination.state)
        self._scan.presenter.protocol = self.presenter.protocol.planes
        self.changed.emit()

    def _tick(self) -> None:
        if self.presenter.exam_goes_on or self.presenter.records:
            self._renew()

    def shut(self) -> bool:
        """Stop the examination and return whether it ended in time; what was kept is in the store."""
        self._timer.stop()
        self._bridge.close()
        return self._examination is None or self._examination.stop(_STOP_S)
