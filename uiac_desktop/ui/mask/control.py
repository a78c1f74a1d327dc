"""Runs privacy at the door: gives each source its door, remembers masks, and says whether anything may be kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.live_name import live_key
from uiac_desktop.sources.privacy.book import PrivacyBook, PrivacyBookError, scanner_key
from uiac_desktop.sources.privacy.door import DoorState, PrivacyDoor
from uiac_desktop.sources.privacy.setting import PrivacySetting
from uiac_desktop.ui.mask import sign as mask_sign
from uiac_desktop.ui.mask.draft import DraftHistory, MaskDraft
from uiac_desktop.ui.mask.sign import MaskSign, sign_of, why_not
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.scan.session_port import SIMULATED

if TYPE_CHECKING:
    from uiac_desktop.sources.privacy.sector import FoundSector

LIVE_SCHEMES: Final = ("device", "screen", "rtsp", "rtsps", "http", "https", "udp", "tcp", "rtp", "srt", "igtl")
_OF_FILES: Final = scanner_key("file", "")
_DRAWN_EVERY_S: Final = 0.06
_BLACK_AFTER_S: Final = 2.0
_GONE_AFTER_S: Final = 1.0
_NO_SOURCE: Final = "No source is open."


@dataclass(frozen=True, slots=True, eq=False)
class EditorState:
    """What the mask editor shows.

    Attributes
    ----------
    whole
        The newest whole picture, uint8, (H, W) or (H, W, 3), or None before the first.
    found
        Where the sector was found by itself, or None.
    remembered
        Whether the mask will be found again for this scanner; a file does not say which scanner made it.
    """

    whole: Pixels | None
    draft: MaskDraft | None
    found: "FoundSector | None"
    remembered: bool


class MaskControl(QObject):
    """Owner of the door of the source at work, and of the draft while a mask is drawn.

    Parameters
    ----------
    board
        Where messages are posted.
    renew
        Has the frame on screen read again under the new mask.
    book
        The masks of before; None is the user's file.
    clock
        ``time.monotonic`` or a stand-in.

    ``changed`` says that signs or editor have something new; ``storing_changed`` carries whether anything may be kept,
    and why not; ``sector_changed`` whether the crop shows the sector; ``opened`` and ``closed`` say that the editor
    comes into view or leaves it.
    """

    changed = Signal()
    storing_changed = Signal(bool, str)
    sector_changed = Signal(bool)
    opened = Signal()
    closed = Signal()

    def __init__(
        self,
        board: MessageBoard,
        renew: Callable[[], None],
        book: PrivacyBook | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._board, self._renew, self._clock = board, renew, clock
        self.book = book or PrivacyBook()
        self._door: PrivacyDoor | None = None
        self._scanner, self._uri = "", ""
        self.of_this_run: dict[tuple[str, int, int], PrivacySetting] = {}
        self._drawn_at = 0.0
        self._black_since: float | None = None
        self._gone_since: float | None = None
        self._live = False
        self._editing = False
        self._history: DraftHistory | None = None
        self._found: FoundSector | None = None
        self._storing: tuple[bool, str] = (False, _NO_SOURCE)
        self._told: tuple[DoorState, bool] | None = None
        if self.book.problem is not None:
            mask_sign.tell_problem(board, self.book.problem)

    # Sources

    def begin(self, uri: str) -> PrivacyDoor:
        """Return the door of a source that is about to be opened."""
        self.end()
        scheme, colon, _ = uri.partition(":")
        self._live = bool(colon) and scheme.casefold() in LIVE_SCHEMES
        self._scanner = scanner_key(scheme.casefold(), live_key(uri)) if self._live else _OF_FILES
        simulated = uri.startswith(SIMULATED) or uri == SIMULATED.rstrip(":")
        self._uri = uri
        self._door = PrivacyDoor(partial(self._recall, uri, self._scanner), simulated=simulated)
        return self._door

    def _recall(self, uri: str, scanner: str, width: int, height: int) -> PrivacySetting | None:
        """Return what was confirmed: for a scanner ever, for a file in this run, since it does not say its scanner."""
        here = self.of_this_run.get((uri, width, height))
        return here or (self.book.recall(scanner, width, height) if scanner != _OF_FILES else None)

    def end(self) -> None:
        """Forget the source that is gone."""
        self.cancel()
        self._door, self._told, self._gone_since = None, None, None
        mask_sign.clear(self._board)
        self._tell_storing(False, _NO_SOURCE)

    def follow(self) -> None:
        """Take in how the door stands now; to be called when a frame was shown, and a few times a second."""
        door = self._door
        if door is None:
            return
        state = door.state
        if (state, self.is_open) != self._told:
            self._told = (state, self.is_open)
            if not self.is_open:
                mask_sign.tell(self._board, state)
            self.changed.emit()
        why = mask_sign.WHY_EDITOR if self.is_open else why_not(state, self._sector_is_gone(state))
        self._tell_storing(not why and state.size is not None, why)
        self._follow_black(state.black)
        if self.is_open and (self._history is None or self._clock() - self._drawn_at >= _DRAWN_EVERY_S):
            self._drawn_at = self._clock()
            self._begin_draft()
            self.changed.emit()

    def _sector_is_gone(self, state: DoorState) -> bool:
        """Return whether the sector has been away for a second.

        The door holds back each single picture without it at once; what was taken before is let go only when it stays
        away, so that one odd picture costs no recording.
        """
        if state.sector != (self._gone_since is None):
            self._gone_since = None if state.sector else self._clock()
            self.sector_changed.emit(state.sector)
        return self._gone_since is not None and self._clock() - self._gone_since >= _GONE_AFTER_S

    def _follow_black(self, is_black: bool) -> None:
        """Say that a live picture is black once it has been so for two seconds; a file may begin black."""
        now = self._clock()
        self._black_since = (self._black_since or now) if is_black and self._live else None
        lasts = self._black_since is not None and now - self._black_since >= _BLACK_AFTER_S
        mask_sign.tell_black(self._board, lasts)

    @property
    def sign(self) -> MaskSign:
        """What header and source line say of the door."""
        if self._door is None or self._door.state.size is None:
            return MaskSign()
        return sign_of(self._door.state)

    def _tell_storing(self, storing: bool, why: str) -> None:
        if self._storing != (storing, why):
            self._storing = (storing, why)
            self.storing_changed.emit(storing, why)

    # The editor

    @property
    def is_open(self) -> bool:
        """Whether the mask is being drawn."""
        return self._editing

    def open_editor(self) -> None:
        """Begin to draw; nothing is kept meanwhile."""
        if self._door is None or self.is_open:
            return
        self._editing, self._history, self._found, self._drawn_at = True, None, None, 0.0
        self._door.look(True)
        self._board.clear("mask")
        self.follow()
        self._renew()
        self.opened.emit()

    def cancel(self) -> None:
        """Leave the editor; the mask of before stays in force."""
        if not self.is_open:
            return
        self._editing, self._history = False, None
        if self._door is not None:
            self._door.look(False)
        self.follow()
        self.closed.emit()

    def use(self) -> None:
        """Put what is drawn in force and remember it for this scanner and size."""
        draft, door = self.draft, self._door
        if draft is None or door is None:
            return
        door.use(draft.setting)
        self.of_this_run[self._uri, draft.width, draft.height] = draft.setting
        try:
            self.book.remember(self._scanner, draft.setting)
        except PrivacyBookError as error:
            mask_sign.tell_problem(self._board, error.message, error.advice)
        self.cancel()
        mask_sign.tell_kept(self._board, self._live)
        self._renew()
        self.follow()

    @property
    def editor(self) -> EditorState:
        """What the editor shows now."""
        whole = self._door.whole if self._door is not None else None
        return EditorState(whole, self.draft, self._found, self._live)

    @property
    def draft(self) -> MaskDraft | None:
        """What is drawn so far, or None before the first picture."""
        return self._history.now if self._history is not None else None

    @property
    def history(self) -> DraftHistory | None:
        """The draft with its steps, for the view that draws."""
        return self._history

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._history is not None and self._history.touched

    def change(self, step: Callable[[MaskDraft], MaskDraft]) -> None:
        """Do one step on the draft."""
        if self._history is not None:
            self._history.take(step(self._history.now))
            self.changed.emit()

    def undo(self) -> None:
        """Go one step back."""
        if self._history is not None:
            self._history.undo()
        self.changed.emit()

    def redo(self) -> None:
        """Do again what was undone."""
        if self._history is not None:
            self._history.redo()
        self.changed.emit()

    def remove(self) -> None:
        """Take the mask away that is worked on."""
        active = self.draft.active if self.draft is not None else None
        if active is not None:
            self.change(lambda now: now.without(active))

    def next_box(self) -> None:
        """Work on the next mask, after the last on the crop."""
        draft = self.draft
        following = 0 if draft is None or draft.active is None else draft.active + 1
        self.change(lambda now: now.choose(following))

    def find(self) -> None:
        """Take the sector that is found by itself, in place of what is drawn."""
        found = self._look_for_sector()
        self.change(lambda now: now if found is None else now.with_crop(found.crop, found.masks))

    def _look_for_sector(self) -> "FoundSector | None":
        self._found = self._door.find_sector() if self._door is not None else None
        return self._found

    def _begin_draft(self) -> None:
        """Begin with what is in force, what was drawn before, or the sector; anew where the size changes."""
        state = self._door.state if self._door is not None else None
        if state is None or state.size is None or (self._door is not None and self._door.whole is None):
            return
        width, height = state.size
        draft = self.draft
        if draft is not None and (draft.width, draft.height) == (width, height):
            return
        whole = MaskDraft(width, height, Region(0, 0, width, height))
        known = state.setting if state.setting is not None and state.setting.fits(width, height) else None
        known = known or self.book.recall(self._scanner, width, height)
        found = self._look_for_sector()
        if known is not None:
            whole = whole.with_crop(known.crop or whole.crop, known.masks)
        elif found is not None:
            whole = whole.with_crop(found.crop, found.masks)
        self._history = DraftHistory(whole)
