"""Callipers: crosses joined by a dotted line or an ellipse over the frozen picture, with the readings in a corner."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.furniture import Picture, Screen
from uiac_desktop.phantom.moment import Moment
from uiac_desktop.phantom.receiver import Grey

_INKS: Final = ((250, 226, 60), (110, 240, 120), (245, 245, 245), (90, 220, 245))
_NAMES: Final = ("D", "L", "Dist", "TD", "AP")
_Point = NDArray[np.float64]


def draw_callipers(screen: Screen, polar: Grey, moment: Moment, dice: Dice) -> Picture:
    """Return the screen with one to three measurements drawn on it."""
    del moment  # callipers stand still
    picture, ink = screen.show(polar), dice.pick(_INKS)
    rows, columns = np.flatnonzero(screen.sector_mask().any(1)), np.flatnonzero(screen.sector_mask().any(0))
    middle = np.array([columns.mean(), rows.mean()])
    reach = np.array([np.ptp(columns), np.ptp(rows)]) / 2
    lines: list[str] = []
    for number in range(1, dice.whole(1, 4) + 1):
        centre = middle + reach * np.array([dice.between(-0.35, 0.35), dice.between(-0.3, 0.4)])
        angle = dice.between(0, np.pi)
        arm = np.array([np.cos(angle), np.sin(angle)]) * screen.height * dice.between(0.06, 0.2)
        length_mm = 2 * float(np.hypot(*arm)) * screen.pixel_mm
        if dice.happens(0.3):
            _ellipse(picture, centre, arm, dice.between(0.6, 0.95), ink)
            lines.append(f"{number} C {length_mm * 3.0:.1f} mm")
        else:
            _dotted(picture, centre - arm, centre + arm, ink)
            lines.append(f"{number} {dice.pick(_NAMES)} {length_mm:.1f} mm")
        for end in (centre - arm, centre + arm):
            _cross(picture, end, ink)
        _words(picture, str(number), centre + arm * 1.15, ink)
    _readings(picture, lines, ink, dice)
    return picture


def _at(point: _Point) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _unit(picture: Picture) -> float:
    return float(picture.shape[0]) / 720


def _dotted(picture: Picture, start: _Point, end: _Point, ink: tuple[int, int, int]) -> None:
    unit = _unit(picture)
    count = max(2, int(np.hypot(*(end - start)) / (9 * unit)))
    for share in np.linspace(0, 1, count):
        cv2.circle(picture, _at(start + share * (end - start)), max(1, round(2 * unit)), ink, -1, cv2.LINE_AA)


def _ellipse(picture: Picture, centre: _Point, arm: _Point, roundness: float, ink: tuple[int, int, int]) -> None:
    unit, across = _unit(picture), np.array([-arm[1], arm[0]]) * roundness
    count = max(12, int(5 * np.hypot(*arm) / (9 * unit)))
    for angle in np.linspace(0, 2 * np.pi, count, endpoint=False):
        point = centre + np.cos(angle) * arm + np.sin(angle) * across
        cv2.circle(picture, _at(point), max(1, round(2 * unit)), ink, -1, cv2.LINE_AA)


def _cross(picture: Picture, point: _Point, ink: tuple[int, int, int]) -> None:
    unit, (x, y) = _unit(picture), _at(point)
    arm, thick = max(3, round(11 * unit)), max(1, round(2.4 * unit))
    cv2.line(picture, (x - arm, y), (x + arm, y), ink, thick)
    cv2.line(picture, (x, y - arm), (x, y + arm), ink, thick)


def _words(picture: Picture, words: str, point: _Point, ink: tuple[int, int, int]) -> None:
    size = 0.62 * _unit(picture)
    thick = max(1, round(1.4 * _unit(picture)))
    cv2.putText(picture, words, _at(point), cv2.FONT_HERSHEY_SIMPLEX, size, ink, thick, cv2.LINE_AA)


def _readings(picture: Picture, lines: list[str], ink: tuple[int, int, int], dice: Dice) -> None:
    """Write the readings on a dark field in one of the lower corners or the upper left one."""
    height, width = picture.shape[:2]
    step, wide = 0.042 * height, 0.27 * width
    tall = step * (len(lines) + 0.6)
    left, top = dice.pick(((0.02, 0.7), (0.7, 0.7), (0.02, 0.14))) * np.array([width, height])
    corner, far = (round(left), round(top)), (round(left + wide), round(top + tall))
    cv2.rectangle(picture, corner, far, (18, 20, 24), -1)
    cv2.rectangle(picture, corner, far, (120, 124, 128), max(1, round(_unit(picture))))
    for number, words in enumerate(lines):
        _words(picture, words, np.array([left + 0.012 * width, top + step * (number + 0.95)]), ink)
