"""Everything the Scan room shows at one moment, as one record made of records: views draw it and know nothing else."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.clock import clock_text
from uiac_desktop.frame import Frame
from uiac_desktop.maps.place import WHOLE, MapPlace
from uiac_desktop.ui.scan.block import PlaneBlock
from uiac_desktop.ui.scan.ribbon import RibbonWindow
from uiac_desktop.ui.scan.rows import PlaneRow

Tone: TypeAlias = Literal["plain", "ok", "warn", "error", "quiet"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the source line: a label, its value, and how the value is meant."""

    label: str
    value: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Chip:
    """One chip of the header; with a command it is a button."""

    name: str
    icon: str
    text: str
    tone: Tone = "plain"
    command: str = ""
    tooltip: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MapPicture:
    """The class activation map of the frame on screen.

    Attributes
    ----------
    caption
        "Map of FCH", or why there is none.
    values
        float32 (h, w), 0 to 1, or None while there is no plane.
    place
        Where on the frame it lies.
    """

    caption: str
    values: NDArray[np.float32] | None = None
    place: MapPlace = WHOLE


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where a clip stands; times in seconds."""

    position_s: float
    duration_s: float
    playing: bool
    speed: float

    @property
    def text(self) -> str:
        """Position and length, for example ``0:13.40 / 0:41.20``."""
        return f"{clock_text(self.position_s)} / {clock_text(self.duration_s)}"

    @property
    def speed_text(self) -> str:
        """The speed as ``¼×`` to ``4×``."""
        return {0.25: "¼", 0.5: "½"}.get(self.speed, f"{self.speed:g}") + "×"


@dataclass(frozen=True, slots=True, eq=False)
class ScanState:
    """What the Scan room shows.

    Attributes
    ----------
    empty
        No source is chosen: the page that asks for one is shown.
    dimmed
        The picture is the last one of a source that stopped.
    frozen
        The picture is held, by the user or by the scanner.
    held_here
        The program holds it, by the user's wish or at the end of a clip, so that it can be let go on.
    """

    empty: bool
    frame: Frame | None
    dimmed: bool
    frozen: bool
    held_here: bool
    block: PlaneBlock
    rows: tuple[PlaneRow, ...]
    map: MapPicture
    ribbon: RibbonWindow
    playhead: Playhead | None
    chips: tuple[Chip, ...]
    figures: tuple[Figure, ...]
