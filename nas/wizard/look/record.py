"""The look of the pages as a record: whoever opens the wizard brings colours, type and icons; it has none itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QIcon, QPainter


@dataclass(frozen=True, slots=True)
class PlaneInk:
    """Colours of a plane, ``#rrggbb``: of its block and of text on it."""

    fill: str
    text: str


@dataclass(frozen=True, slots=True)
class OperationInk:
    """How an operation is drawn: ``colour`` ``#rrggbb``, line ``width`` (px), ``dash`` (px on, px off), ``label``."""

    colour: str
    width: float
    dash: tuple[float, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Look:
    """What the pages are drawn with.

    Attributes
    ----------
    name
        ``dark`` or ``light``.
    colour
        Returns ``#rrggbb`` for a token such as ``bg1``, ``warn`` or ``train``.
    plane
        Returns the colours of a plane, of ``none`` or of a department's own class.
    fill_plane
        Fills a box with a plane's colour and pattern: solid, striped or hatched.
    operations
        How each operation of a block is drawn, by its name such as ``sep_conv_3x3``.
    font
        Returns the house's type for a height (px) and a weight (400 to 700).
    icon
        Returns an icon by name, in the colour of a token.
    key
        Returns the key of a command as the user knows it, for example ``key("learn_next")``; empty for none.
    compact
        Whether the window is narrower than 1600 or lower than 900 px.
    """

    name: str
    colour: Callable[[str], str]
    plane: Callable[[str], PlaneInk]
    fill_plane: Callable[[QPainter, QRectF, str], None]
    operations: Mapping[str, OperationInk]
    font: Callable[[int, int], QFont]
    icon: Callable[[str, str], QIcon]
    key: Callable[[str], str]
    compact: bool = False

    @property
    def gap(self) -> int:
        """Room between panels (px)."""
        return 8 if self.compact else 12

    @property
    def pad(self) -> int:
        """Room between a panel's edge and what it holds (px)."""
        return 12 if self.compact else 16
