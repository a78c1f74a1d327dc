"""The scanner's screen round the fan: writing, depth ticks, grey bar and marks, all of invented makes."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.style import TINTS, Scanner
from uiac_desktop.phantom.view import LINES, SAMPLES, View

Picture = NDArray[np.uint8]
_Colour = tuple[int, int, int]

_MAKES: Final = ("Velmora 8", "Ostrine Q4", "Kaldor S", "Pellune 3")
_PROBES: Final = ("KC2-6", "PX1-8/OB", "vC9", "MB3-7")
_MODES: Final = ("Fetal Heart", "OB Cardio", "2nd Trim.", "F.Echo")
_BRIGHT: Final[_Colour] = (214, 214, 208)
_DIM: Final[_Colour] = (150, 150, 146)
_ACCENTS: Final[tuple[_Colour, ...]] = ((236, 214, 70), (120, 200, 230), (240, 240, 240), (110, 220, 120))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one make puts things, as fractions of the screen's height (y) and width (x)."""

    bar: float
    sector_top: float
    sector_bottom: float
    ticks_x: float
    grey_bar_x: float
    mark_side: int
    writing: str


LAYOUT_TABLE: Final = (
    Layout(0.09, 0.10, 0.985, 0.012, 0.003, -1, "right"),
    Layout(0.0, 0.035, 0.97, 0.985, 0.962, -1, "left"),
    Layout(0.05, 0.06, 0.99, 0.008, 0.975, 1, "both"),
    Layout(0.0, 0.02, 0.93, 0.988, 0.006, 1, "bottom"),
)


class Screen:
    """Turns polar pictures of one exam into screens of (height, round(4/3 height), 3).

    Parameters
    ----------
    view
        The fan.
    scanner
        Gives layout, tint and grey curve.
    height
        Rows of the screen.
    """

    def __init__(self, view: View, scanner: Scanner, height: int) -> None:
        self.height, self.width = height, round(height * 4 / 3)
        self._layout = LAYOUT_TABLE[scanner.layout]
        self._top = (view.radius + view.near) * np.cos(view.half_angle) - view.radius
        self._rows = self._layout.sector_bottom - self._layout.sector_top
        self._mm = float((view.far - self._top) / (self._rows * height))
        self._map, self._weights = self._scan_map(view)
        self._curve = _grey_curve(scanner)
        self._overlay, mask = self._furnish(view, scanner)
        self._fan = self._bounds()
        self._map, self._weights = self._map[self._fan].copy(), self._weights[self._fan].copy()
        self._over_fan, self._fan_mask = self._overlay[self._fan], mask[self._fan].copy()

    def show(self, polar: NDArray[np.uint8]) -> Picture:
        """Return the RGB screen (height, width, 3) of a polar picture."""
        sector = cv2.remap(
            polar, self._map, self._weights, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
        )
        screen = self._overlay.copy()
        fan = screen[self._fan]
        cv2.applyColorMap(sector, self._curve, fan)
        cv2.copyTo(self._over_fan, self._fan_mask, fan)
        return screen

    @property
    def pixel_mm(self) -> float:
        """Side of a pixel, mm."""
        return self._mm

    def place(self, layer: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a polar layer (SAMPLES, LINES) where it lies on the screen, (height, width); 0 outside the fan."""
        whole = np.zeros((self.height, self.width), np.uint8)
        whole[self._fan] = cv2.remap(layer, self._map, self._weights, cv2.INTER_LINEAR, borderValue=0)
        return whole

    def sector_mask(self) -> NDArray[np.bool_]:
        """Return True where the fan is on the screen (height, width)."""
        return self.place(np.full((SAMPLES, LINES), 255, np.uint8)) > 0

    def _bounds(self) -> tuple[slice, slice]:
        """Return the rows and columns of the screen that the fan reaches."""
        inside = self._map[..., 0] >= 0
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)

    def _scan_map(self, view: View) -> tuple[NDArray[np.int16], NDArray[np.uint16]]:
        y, x = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        across = (x - np.float32(self.width / 2 - 0.5)) * np.float32(self._mm)
        down = (y - np.float32(self._layout.sector_top * self.height)) * np.float32(self._mm)
        down += np.float32(self._top + view.radius)
        depth = np.hypot(across, down) - np.float32(view.radius)
        angle = np.arctan2(across, down)
        row = (depth - np.float32(view.near)) / np.float32(view.sample_mm) - np.float32(0.5)
        column = (angle / np.float32(view.half_angle) + 1) * np.float32(LINES / 2) - np.float32(0.5)
        outside = (row < -0.5) | (row > SAMPLES - 0.5) | (column < -0.5) | (column > LINES - 0.5)
        row, column = np.clip(row, 0, SAMPLES - 1), np.clip(column, 0, LINES - 1)
        row[outside] = column[outside] = -10
        points, weights = cv2.convertMaps(column, row, cv2.CV_16SC2)
        return np.asarray(points, np.int16), np.asarray(weights, np.uint16)

    def _furnish(self, view: View, scanner: Scanner) -> tuple[Picture, NDArray[np.uint8]]:
        pen = _Pen(self.height, self.width)
        dice = Dice(scanner.key, 1)
        layout, accent = self._layout, dice.pick(_ACCENTS)
        if layout.bar > 0:
            pen.box(0.0, 0.0, 1.0, layout.bar, (24, 26, 28))
        self._write(pen, view, scanner, dice)
        self._ticks(pen, view, accent)
        self._focus_and_bar(pen, scanner)
        pen.mark(0.5 + layout.mark_side * 0.3, layout.sector_top + 0.03, accent)
        return pen.finish()

    def _write(self, pen: "_Pen", view: View, scanner: Scanner, dice: Dice) -> None:
        make, probe, mode = dice.pick(_MAKES), dice.pick(_PROBES), dice.pick(_MODES)
        depth = f"{view.far / 10:.1f}cm"
        rate = f"{dice.whole(38, 120)}Hz"
        safety = f"MI {dice.between(0.6, 1.2):.1f}  TIs {dice.between(0.1, 0.4):.1f}"
        gain = f"Gn {round(scanner.gain_db)}"
        lines = (
            mode,
            f"DR {round(scanner.dynamic_range_db)}",
            gain,
            f"P {dice.whole(80, 100)}%",
            f"M{dice.whole(4, 9)}",
        )
        match self._layout.writing:
            case "right":
                pen.text(0.01, 0.05, make, _BRIGHT)
                pen.text(0.36, 0.038, probe, _BRIGHT)
                pen.text(0.36, 0.078, f"{depth} / {rate}", _BRIGHT)
                pen.text(0.58, 0.038, safety, _BRIGHT)
                pen.column(0.885, 0.14, lines, _DIM)
            case "left":
                pen.text(0.01, 0.04, make, _BRIGHT)
                pen.column(0.01, 0.09, (probe, rate, depth, *lines), _DIM)
                pen.text(0.80, 0.03, safety, _DIM)
            case "both":
                pen.text(0.01, 0.036, f"{make}   {probe}", _BRIGHT)
                pen.text(0.62, 0.036, safety, _BRIGHT)
                pen.column(0.03, 0.11, lines[:3], _DIM)
                pen.column(0.88, 0.11, (depth, rate), _DIM)
            case _:
                pen.text(0.05, 0.975, f"{make}  {probe}  {mode}  {depth}  {rate}  {safety}", _BRIGHT)
                pen.column(0.05, 0.06, lines[1:], _DIM)

    def _ticks(self, pen: "_Pen", view: View, colour: _Colour) -> None:
        step = 10.0
        first = np.ceil(view.near / step) * step
        for depth in np.arange(first, view.far, step):
            y = self._layout.sector_top + (depth - self._top) / self._mm / self.height
            pen.tick(self._layout.ticks_x, float(y), long=round(depth) % 50 == 0, colour=colour)

    def _focus_and_bar(self, pen: "_Pen", scanner: Scanner) -> None:
        y = self._layout.sector_top + scanner.focus * self._rows
        pen.caret(self._layout.ticks_x + (0.012 if self._layout.ticks_x < 0.5 else -0.012), y, (230, 210, 60))
        pen.grey_bar(self._layout.grey_bar_x, 0.16, 0.42, _grey_curve(scanner))


class _Pen:
    """Draws furniture onto an overlay and notes where it drew."""

    def __init__(self, height: int, width: int) -> None:
        self._image = np.zeros((height, width, 3), np.uint8)
        self._drawn = np.zeros((height, width), np.uint8)
        self._height, self._width = height, width
        self._unit = height / 720

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self._width), round(y * self._height)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: _Colour) -> None:
        for target, value in ((self._image, colour), (self._drawn, 255)):
            cv2.rectangle(target, self._at(x0, y0), self._at(x1, y1), value, -1)

    def text(self, x: float, y: float, words: str, colour: _Colour) -> None:
        size = 0.52 * self._unit
        cv2.putText(self._image, words, self._at(x, y), cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)
        cv2.putText(self._drawn, words, self._at(x, y), cv2.FONT_HERSHEY_SIMPLEX, size, 255, 1, cv2.LINE_8)

    def column(self, x: float, y: float, lines: tuple[str, ...], colour: _Colour) -> None:
        for i, words in enumerate(lines):
            self.text(x, y + 0.031 * i, words, colour)

    def tick(self, x: float, y: float, long: bool, colour: _Colour) -> None:
        half = (0.006 if long else 0.0025) * self._width
        cx, cy = self._at(x, y)
        thick = max(1, round(1.6 * self._unit))
        for target, value in ((self._image, colour), (self._drawn, 255)):
            cv2.line(target, (round(cx - half), cy), (round(cx + half), cy), value, thick)

    def caret(self, x: float, y: float, colour: _Colour) -> None:
        cx, cy = self._at(x, y)
        side = max(2, round(6 * self._unit))
        corners = np.array([(cx - side, cy - side), (cx + side, cy), (cx - side, cy + side)], np.int32)
        for target, value in ((self._image, colour), (self._drawn, 255)):
            cv2.fillPoly(target, [corners], value)

    def mark(self, x: float, y: float, colour: _Colour) -> None:
        for target, value in ((self._image, colour), (self._drawn, 255)):
            cv2.circle(target, self._at(x, y), max(2, round(8 * self._unit)), value, max(1, round(2 * self._unit)))

    def grey_bar(self, x: float, y0: float, y1: float, curve: Picture) -> None:
        left, top = self._at(x, y0)
        right, bottom = left + max(2, round(9 * self._unit)), round(y1 * self._height)
        ramp = np.linspace(255, 0, bottom - top).astype(np.uint8)
        self._image[top:bottom, left:right] = curve[ramp]
        self._drawn[top:bottom, left:right] = 255

    def finish(self) -> tuple[Picture, NDArray[np.uint8]]:
        return self._image, self._drawn


def _grey_curve(scanner: Scanner) -> Picture:
    """Return the colour (256, 1, 3) RGB of each log-compressed level: gamma and tint."""
    level = (np.arange(256) / 255) ** scanner.gamma
    tint = np.array(TINTS[scanner.tint])
    colour = level[:, None] * tint if scanner.tint == "grey" else level[:, None] ** (1 / tint)
    return np.clip(np.rint(colour * 255), 0, 255).astype(np.uint8)[:, None, :]
