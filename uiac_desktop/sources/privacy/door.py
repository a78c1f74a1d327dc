"""The door that every picture of a live source comes through: it masks, and notes of each picture if it may be kept."""

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
from typing_extensions import override

from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.sector_watch import SectorWatch
from uiac_desktop.sources.privacy.setting import Doorkeeper, PrivacySetting, apply

if TYPE_CHECKING:
    from uiac_desktop.sources.privacy.sector import FoundSector, SectorFinder

Recall: TypeAlias = Callable[[int, int], PrivacySetting | None]
Trust: TypeAlias = Literal["asked", "region", "simulated"]
_FIRST, _THEN_EVERY = 24, 3
_BLACK, _BLACK_STEP = 24, 8


def _nothing(_width: int, _height: int) -> PrivacySetting | None:
    return None


@dataclass(frozen=True, slots=True)
class DoorState:
    """How the door stands at one moment.

    Attributes
    ----------
    size
        Width and height of the whole picture, pixels; None before the first.
    setting
        Crop and masks that are in force, whether or not they fit the size.
    trust
        Why pictures may be kept without a setting: the file's own ``region``, a ``simulated`` source; else ``asked``.
    confirmed
        Whether what is in force was confirmed for pictures of this size.
    sector
        Whether the newest pictures show the sector; true where none is confirmed.
    black
        Whether the newest whole picture is black, as one is that copy protection withholds.
    """

    size: tuple[int, int] | None
    setting: PrivacySetting | None
    trust: Trust
    confirmed: bool
    sector: bool
    black: bool = False

    @property
    def storing(self) -> bool:
        """Whether pictures may be kept now."""
        return self.confirmed and self.sector

    @property
    def size_changed(self) -> bool:
        """Whether the setting in force was drawn on pictures of another size."""
        return self.setting is not None and self.size is not None and not self.setting.fits(*self.size)


@dataclass(frozen=True, slots=True)
class _Note:
    pixels: "weakref.ref[Pixels]"
    version: int
    sector: bool
    stored: bool


class PrivacyDoor(Doorkeeper):
    """Crop and mask of one source, to be changed while it runs; the reader's thread passes through, others ask.

    Whether a frame may be kept is noted when it is let in, so that nothing that is still on its way through the program
    can be kept by mistake after a change of size, of mask or of what the screen shows.

    Parameters
    ----------
    recall
        Returns what was confirmed for this scanner at a size, or None; called in the reader's thread.
    simulated
        The source carries no names, so that it may be kept as it is.
    """

    def __init__(self, recall: Recall = _nothing, *, simulated: bool = False) -> None:
        self._recall = recall
        self._lock = threading.Lock()
        self._simulated: Final = simulated
        self._setting: PrivacySetting | None = None
        self._region: Region | None = None
        self._size: tuple[int, int] | None = None
        self._version = 0
        self._watch = SectorWatch()
        self._sector = True
        self._black = False
        self._finding = threading.Lock()
        self._finder: SectorFinder | None = None
        self._seen = 0
        self._looking = False
        self._whole: Pixels | None = None
        self._notes: dict[int, _Note] = {}

    # For the reader's thread.

    @override
    def let_in(self, whole: Pixels) -> Pixels:
        """Return what of a whole picture may be seen, and note whether it may be kept."""
        height, width = whole.shape[:2]
        with self._lock:
            self._meet_size(width, height)
            setting, region, version, watch = self._setting, self._region, self._version, self._watch
            confirmed, looking = self._confirmed, self._looking
            if looking:
                self._whole = np.ascontiguousarray(whole)
        if looking or not confirmed:
            self._gather(whole)
        shown = apply(whole, (setting or PrivacySetting(width, height)).for_size(width, height).cropped_to(region))
        sector = watch.see(shown) if confirmed and not self._simulated else True
        black = bool(whole[::_BLACK_STEP, ::_BLACK_STEP].max() <= _BLACK)
        with self._lock:
            self._black = black
            if version == self._version:
                self._sector = sector
        place = id(shown)
        gone = weakref.ref(shown, lambda _: self._notes.pop(place, None))
        self._notes[place] = _Note(gone, version, sector, confirmed and sector)
        return shown

    @override
    def crop_by_file(self, region: Region | None) -> None:
        """Take the region that the file itself marks as ultrasound; it counts as confirmed."""
        with self._lock:
            self._region = region
            self._renew()

    def _meet_size(self, width: int, height: int) -> None:
        if self._size == (width, height):
            return
        self._size = (width, height)
        if self._setting is None or not self._setting.fits(width, height):
            self._setting = self._recall(width, height) or self._setting
        self._renew()

    def _gather(self, whole: Pixels) -> None:
        """Remember a few lines of the first pictures, and of every third later one."""
        self._seen += 1
        if self._seen > _FIRST and self._seen % _THEN_EVERY:
            return
        from uiac_desktop.sources.privacy.sector import SectorFinder

        with self._finding:
            self._finder = self._finder or SectorFinder()
            self._finder.see(whole)

    # For any thread.

    def may_store(self, frame: Frame) -> bool:
        """Tell whether a frame may be kept: let in through what is confirmed now, and showing the sector."""
        note = self._note_of(frame)
        return note is not None and note.stored and note.version == self._version

    def may_vote(self, frame: Frame) -> bool:
        """Tell whether a frame shows something that a model may label."""
        note = self._note_of(frame)
        return note is None or note.sector

    def _note_of(self, frame: Frame) -> _Note | None:
        note = self._notes.get(id(frame.pixels))
        return note if note is not None and note.pixels() is frame.pixels else None

    def use(self, setting: PrivacySetting | None) -> None:
        """Put what the user confirmed in force, from the next picture on; None takes it away."""
        with self._lock:
            self._setting = setting
            self._renew()

    def look(self, looking: bool) -> None:
        """Hold the newest whole picture, for the mask editor alone; or let go of it."""
        with self._lock:
            self._looking = looking
            if not looking:
                self._whole = None

    @property
    def whole(self) -> Pixels | None:
        """The newest whole picture while the editor looks, uint8, (H, W) or (H, W, 3); else None."""
        with self._lock:
            return self._whole

    def find_sector(self) -> "FoundSector | None":
        """Return a suggestion from the pictures so far, or None."""
        with self._finding:
            return self._finder.find() if self._finder is not None else None

    @property
    def state(self) -> DoorState:
        """How the door stands."""
        with self._lock:
            return DoorState(self._size, self._setting, self._trust, self._confirmed, self._sector, self._black)

    @property
    def _trust(self) -> Trust:
        if self._simulated:
            return "simulated"
        return "region" if self._region is not None else "asked"

    @property
    def _confirmed(self) -> bool:
        if self._setting is not None:
            return self._size is not None and self._setting.fits(*self._size)
        return self._trust != "asked"

    def _renew(self) -> None:
        self._version += 1
        self._watch = SectorWatch()
        self._sector = True
