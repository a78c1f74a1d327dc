"""Colour Doppler: flow in red and blue inside a steered box, with the scale of velocities beside it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.furniture import Picture, Screen
from uiac_desktop.phantom.moment import Moment
from uiac_desktop.phantom.receiver import Grey
from uiac_desktop.phantom.view import LINES, SAMPLES

_OUTLINE: Final = ((235, 235, 235), (240, 220, 90), (120, 230, 120))
_FLOW_SHARE: Final = (45.0, 65.0)  # of the box, the darkest part, percent


def draw_colour_box(screen: Screen, polar: Grey, moment: Moment, dice: Dice) -> Picture:
    """Return the screen with flow coloured where the picture is dark inside a box."""
    picture = screen.show(polar)
    box = _box(dice)
    flow = _flow(polar, box, moment, dice)
    velocity = screen.place(np.clip(128 + 127 * flow, 0, 255).astype(np.uint8))
    shown = screen.place(np.where(flow != 0, 255, 0).astype(np.uint8)) > 127
    curve = _colours()
    picture[shown] = curve[velocity[shown]]
    edges, _ = cv2.findContours(screen.place(box), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, edges, -1, dice.pick(_OUTLINE), max(1, round(screen.height / 480)), cv2.LINE_AA)
    _scale(picture, curve, dice)
    return picture


def _box(dice: Dice) -> Grey:
    """Return a polar picture, 255 inside a box that may lean to one side."""
    top, height = dice.between(0.15, 0.42), dice.between(0.28, 0.5)
    left, width = dice.between(0.1, 0.45), dice.between(0.3, 0.5)
    lean = dice.between(-0.25, 0.25) if dice.happens(0.4) else 0.0
    depth, line = np.mgrid[0:SAMPLES, 0:LINES] / np.array([SAMPLES, LINES]).reshape(2, 1, 1)
    across = line - lean * (depth - top - height / 2)
    inside = (depth > top) & (depth < top + height) & (across > left) & (across < left + width)
    return np.where(inside, 255, 0).astype(np.uint8)


def _flow(polar: Grey, box: Grey, moment: Moment, dice: Dice) -> NDArray[np.float32]:
    """Return velocities -1..1 (SAMPLES, LINES) in the dark of the box, wrapped when too fast; 0 elsewhere."""
    soft = cv2.blur(polar, (9, 9))
    inside = box > 0
    dark = inside & (soft < np.percentile(soft[inside], dice.between(*_FLOW_SHARE)))
    coarse = dice.rng.standard_normal((7, 7)).astype(np.float32)
    field = cv2.resize(coarse, (LINES, SAMPLES), interpolation=cv2.INTER_CUBIC)
    pulse = np.float32(0.45 + 0.75 * abs(np.sin(np.pi * moment.phase)))
    grain = cv2.resize(dice.rng.standard_normal((64, 64)).astype(np.float32), (LINES, SAMPLES)) * np.float32(0.15)
    fast = field * pulse + grain
    wrapped = (fast + 1) % 2 - 1
    return np.asarray(np.where(dark & (np.abs(wrapped) > 0.08), wrapped, 0), np.float32)


def _colours() -> Picture:
    """Return RGB (256, 3) of velocities -1..1: cyan, blue, black, red, yellow."""
    stops = np.array([(120, 240, 255), (20, 60, 220), (0, 0, 30), (200, 20, 10), (255, 230, 80)], np.float64)
    at, place = np.linspace(0, 1, 256), np.linspace(0, 1, len(stops))
    return np.stack([np.interp(at, place, stops[:, i]) for i in range(3)], axis=1).round().astype(np.uint8)


def _scale(picture: Picture, curve: Picture, dice: Dice) -> None:
    """Draw the bar of velocities and its ends, cm/s."""
    height, width = picture.shape[:2]
    left, top, bottom = round(dice.pick((0.035, 0.93)) * width), round(0.12 * height), round(0.36 * height)
    wide = max(3, round(0.018 * height))
    bar = curve[np.linspace(255, 0, bottom - top).astype(np.uint8)]
    picture[top:bottom, left : left + wide] = bar[:, None]
    fastest = f"{dice.between(14, 68):.1f}"
    for words, y in ((fastest, top - 0.012 * height), (f"-{fastest}", bottom + 0.03 * height)):
        cv2.putText(
            picture,
            words,
            (left - wide, round(y)),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.5 * height / 720,
            (220, 220, 214),
            1,
            cv2.LINE_AA,
        )
