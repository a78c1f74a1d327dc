"""The window: rail, header, the room or page in view, message slot and source line, each always in its own place."""

import time
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from typing_extensions import override

from uiac_desktop.exam.protocol import ProtocolFolder
from uiac_desktop.settings import MapMode, Settings, SettingsFile
from uiac_desktop.sources.privacy.book import PrivacyBook
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.exam.control import ExamControl
from uiac_desktop.ui.exam.port import MakeExamination, real_examination
from uiac_desktop.ui.exam.wiring import wire_exam
from uiac_desktop.ui.exams.wiring import exams_room
from uiac_desktop.ui.export.wiring import export_room, wire_export
from uiac_desktop.ui.full_screen import FullScreen
from uiac_desktop.ui.header import Header
from uiac_desktop.ui.help_page import HelpPage
from uiac_desktop.ui.kept_settings import KeptSettings
from uiac_desktop.ui.learn.wiring import learn_room
from uiac_desktop.ui.link.control import LinkControl
from uiac_desktop.ui.link.wiring import wire_link
from uiac_desktop.ui.look.sizes import sizes_for
from uiac_desktop.ui.look.theme import wear
from uiac_desktop.ui.mask.control import MaskControl
from uiac_desktop.ui.mask.editor import MaskEditor
from uiac_desktop.ui.mask.wiring import MASK_PAGE, wire_mask
from uiac_desktop.ui.message_slot import MessageSlot
from uiac_desktop.ui.message_wiring import close_uppermost, wire_messages
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.pictures.map_paint import look_of
from uiac_desktop.ui.rail import Rail
from uiac_desktop.ui.remembered import Remembered
from uiac_desktop.ui.review.control import ReviewControl
from uiac_desktop.ui.review.making import MakeReview, real_review
from uiac_desktop.ui.review.wiring import mask_of_file, review_room
from uiac_desktop.ui.rooms import Room, Rooms
from uiac_desktop.ui.scan.control import ScanControl
from uiac_desktop.ui.scan.room import ScanRoom
from uiac_desktop.ui.scan.session_port import StartSession, live_session
from uiac_desktop.ui.scan.source_line import SourceLine
from uiac_desktop.ui.scan.wiring import wire_scan
from uiac_desktop.ui.second_screen import SecondScreen
from uiac_desktop.ui.settings.page import SettingsPage

_NEXT_MODE: Final[dict[MapMode, MapMode]] = {"beside": "over", "over": "off", "off": "beside"}


class MainWindow(QMainWindow):
    """The program's window.

    Parameters
    ----------
    settings_file
        Where the user's choices are kept.
    settings
        The choices of this run; where they differ from the file, only what the user changes is kept.
    make_session
        Makes live sessions; a test gives its own.
    make_examination
        Makes the examination at the first source; a test gives its own.
    make_review
        Makes the Review room's other half at the first clip; a test gives its own.

    ``closing`` says that the window is about to go, while everything in it still stands.
    """

    closing = Signal()

    def __init__(
        self,
        settings_file: SettingsFile,
        settings: Settings,
        make_session: StartSession = live_session,
        make_examination: MakeExamination = real_examination,
        make_review: MakeReview = real_review,
    ) -> None:
        super().__init__()
        self.setWindowTitle("UIAC Desktop")
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.setMinimumSize(QSize(640, 360))
        self.board = MessageBoard(time.monotonic)
        self._settings = KeptSettings(settings_file, settings, self.board)
        self.actions_of = Actions(self, settings.keys)
        self.control = ScanControl(settings, self.board, make_session, parent=self)
        protocols = ProtocolFolder(settings_file.path.parent / "protocols")
        self.exam = ExamControl(self.control, self.board, settings, make_examination, protocols, self)
        folder = settings_file.path.parent
        self.masks = MaskControl(self.board, self.control.renew, PrivacyBook(folder / "masks.json"), parent=self)
        self._full_screen = FullScreen(self)
        self._centre = centre = QWidget()
        centre.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCentralWidget(centre)
        centre.setFocus()
        self.room = ScanRoom(self.actions_of)
        self.settings_page = SettingsPage(settings, self.actions_of, protocols)
        self._remembered = Remembered(self._settings, self.settings_page, self)
        self.help_page = HelpPage(self.actions_of)
        self.mask_editor = MaskEditor(self.masks, self.actions_of)
        review = ReviewControl(self.board, settings, make_review, partial(mask_of_file, self.masks), self)
        self.review = review_room(self, self.actions_of, review, folder, self._cycle_map)
        exams = exams_room(self.actions_of, self.board, self._settings, self.exam, review.open_exam_clip, self.closing)
        learn = learn_room(self.actions_of, self.board, self.settings_page, self.closing)
        self.rooms = Rooms(
            (
                Room("room_scan", self.room, where="scan"),
                Room("room_review", self.review, "Review", "review"),
                Room("room_exams", exams, "Exams", "exams"),
                Room("room_learn", learn, "Learn", "learn"),
                export_room(lambda: self.settings, self.closing),
                Room("settings", self.settings_page, "Settings", foot=True),
                Room("help", self.help_page, "Help", foot=True),
                Room(MASK_PAGE, self.mask_editor, where="mask"),
            ),
            self.actions_of,
            self,
        )
        wire_export(self.actions_of, self.rooms, exams, self.review)
        self.rail = Rail(self.rooms.in_rail, self.actions_of, centre)
        self.header = Header(self.actions_of, centre)
        self.rooms.move_into(centre)
        self.message = MessageSlot(self.board, self.actions_of, centre)
        self.source_line = SourceLine(centre)
        self.second_screen = SecondScreen(self)
        self.link = LinkControl(self.control, self.board, settings, parent=self)
        self._connect()
        self.room.set_map(settings.map_mode, look_of(settings))
        self.show_view("room_scan")
        self._draw()

    @property
    def settings(self) -> Settings:
        """The choices in force."""
        return self._settings.now

    # Commands

    def _connect(self) -> None:
        take = self.actions_of.take
        self.control.changed.connect(self._draw)
        self.settings_page.changed.connect(self._apply)
        self.rooms.entered.connect(self._enter)
        self.exam.changed.connect(self._draw)
        self.review.control.changed.connect(self._draw)
        self.settings_page.exam.edited.connect(self.exam.renew_protocols)
        last, remember = self.settings.last_device, self._remembered.device
        wire_scan(self, self.actions_of, self.control, self.room, self.board, last, remember)
        wire_mask(self.actions_of, self.masks, self.mask_editor, self.control, self.rooms)
        wire_exam(self.actions_of, self.exam, self.room, self.masks, self.message)
        take("protocol", self._next_protocol)
        self.link.changed.connect(self._draw)
        wire_link(self.actions_of, self.link, self.settings_page)
        take("map", self._cycle_map)
        take("models", self._show_models)
        take("full_screen", self._full_screen.toggle)
        take("second_screen", self.second_screen.toggle)
        take("dismiss", self._dismiss)
        wire_messages(self.actions_of, self.board, self.message, self.rooms, self.room)
        take("quit", self.close)

    def show_view(self, name: str) -> None:
        """Show a room or page by its id; the commands of a room that is not in view rest."""
        self.rooms.show(name)

    def _enter(self, room: Room) -> None:
        self.header.show_title(room.title)
        self.rail.mark("room_scan" if room.id == MASK_PAGE else room.id)
        self._place()
        self._draw()

    def _show_models(self) -> None:
        self.settings_page.show_models()
        self.show_view("settings")

    def _next_protocol(self) -> None:
        self._apply(self.settings.model_copy(update={"protocol": self.exam.next_protocol()}))

    def _cycle_map(self) -> None:
        self._apply(self.settings.model_copy(update={"map_mode": _NEXT_MODE[self.settings.map_mode]}))

    def _dismiss(self) -> None:
        if self.masks.is_open:
            self.masks.cancel()
            return
        chosen = (self.rooms.in_scan and self.exam.choice.leave()) or self.review.leave()
        if not chosen and not close_uppermost(self.board, self.message, self.room) and self.isFullScreen():
            self._full_screen.toggle()

    # What changed

    def _apply(self, settings: Settings) -> None:
        former = self._settings.take(settings)
        self.settings_page.follow(settings)
        if former.theme != settings.theme:
            application = QApplication.instance()
            if isinstance(application, QApplication):
                wear(application, settings.theme)
        if former.reading_distance != settings.reading_distance:
            self._place()
        if former.keys != settings.keys:
            self.header.renew_keys()
            self.room.strip.renew_keys()
        self.room.set_map(settings.map_mode, look_of(settings))
        self.control.apply(settings)
        self.exam.apply(settings)
        self.review.apply(settings)
        self._draw()

    def _draw(self) -> None:
        state = self.control.state()
        self.second_screen.show_block(state.block)
        self.message.renew()
        self.source_line.show_figures(self.review.control.figures if self.rooms.in_review else state.figures)
        view = self.exam.view
        self.header.show_chips((*state.chips, view.chip, *self.link.chips))
        self.header.show_commands(
            held=state.held_here,
            mode=self.settings.map_mode,
            can_freeze=self.control.has_source and not state.dimmed and not self.masks.is_open,
            last_s=self.settings.last_s,
            recording=view.recording,
        )
        if self.rooms.in_scan:
            self.room.show_state(state, self.control.presenter.aspect)
            self.room.show_exam(view)

    # Places

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._place()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Place everything anew when the full screen is entered or left."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._place()
            self._draw()

    def _place(self) -> None:
        width, height = self._centre.width(), self._centre.height()
        sizes = sizes_for(width, height, self.settings.reading_distance)
        rail, header = (0, 0) if self.isFullScreen() else (sizes.rail, sizes.header)
        self.rail.setVisible(rail > 0)
        self.header.setVisible(header > 0)
        self.rail.setGeometry(0, 0, rail, height)
        self.header.setGeometry(rail, 0, width - rail, header)
        self.header.set_sizes(sizes)
        self.room.set_sizes(sizes)
        self.mask_editor.set_sizes(sizes)
        self.review.set_sizes(sizes)
        self.rooms.place(QRect(rail, header, width - rail, height - header - sizes.status), sizes.message)
        panel = sizes.panel if self.rooms.in_scan or self.rooms.in_review else 0
        self.message.setGeometry(rail, height - sizes.status - sizes.message, width - rail - panel, sizes.message)
        self.message.raise_()
        self.source_line.setGeometry(rail, height - sizes.status, width - rail, sizes.status)

    @override
    def sizeHint(self) -> QSize:
        """Return the size of a first start."""
        return QSize(1366, 768)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        dropped = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if self.review.take_drop(dropped):
            return
        self.show_view("room_scan")
        self.control.open_paths(dropped)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the session; the window is gone from sight at once."""
        self.closing.emit()
        self.hide()
        self.second_screen.close()
        self.control.shut()
        self.settings_page.shut()
        self.link.shut()
        self.exam.shut()
        self.review.control.shut()
        super().closeEvent(event)
