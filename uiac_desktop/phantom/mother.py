"""What surrounds the fetus, drawn once an exam in the probe's frame: maternal wall, uterus, placenta, limbs, cord."""

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.tissue import Tissue
from uiac_desktop.phantom.view import View

_HARMONICS = 4


def paint_mother(view: View, dice: Dice) -> NDArray[np.uint8]:
    """Return the labels (SAMPLES, LINES) seen where the fetus is not."""
    depth, angle = view.depths()[:, None], view.angles()[None, :]
    labels = np.full((depth.size, angle.size), Tissue.FLUID, np.uint8)
    _paint_limbs(labels, view, dice)
    _paint_cord(labels, view, dice)
    _paint_back(labels, view, dice, depth, angle)
    _paint_front(labels, view, dice, depth, angle)
    return labels


def _ripple(dice: Dice, angle: NDArray[np.float32], amplitude_mm: float) -> NDArray[np.float32]:
    """Return a smooth random border (1, LINES) in mm."""
    x = angle / np.float32(np.abs(angle).max())
    curve = np.zeros_like(angle)
    for k in range(1, _HARMONICS + 1):
        curve += dice.between(-1, 1) / k * np.sin(np.pi * k * x * 0.8 + dice.between(0, 2 * np.pi))
    return (amplitude_mm * curve).astype(np.float32)


def _paint_front(
    labels: NDArray[np.uint8],
    view: View,
    dice: Dice,
    depth: NDArray[np.float32],
    angle: NDArray[np.float32],
) -> None:
    inner = view.wall + view.uterus
    fascia = view.wall / 2 + _ripple(dice, angle, 0.8)
    wall = view.wall + _ripple(dice, angle, 1.0)
    uterus = inner + _ripple(dice, angle, 1.5)
    if view.placenta > 0:
        placenta = uterus + view.placenta + _ripple(dice, angle, 2.0)
        labels[depth < placenta] = Tissue.PLACENTA
    labels[depth < uterus] = Tissue.UTERUS
    labels[depth < wall] = Tissue.RECTUS
    labels[depth < fascia] = Tissue.FAT
    labels[np.abs(depth - fascia) < 0.5] = Tissue.FASCIA


def _paint_back(
    labels: NDArray[np.uint8],
    view: View,
    dice: Dice,
    depth: NDArray[np.float32],
    angle: NDArray[np.float32],
) -> None:
    side, curl = np.abs(angle), dice.between(0.5, 2.2)
    rise = 10 * side * curl + 14 * np.maximum(0, side * curl - 0.25)
    lean = dice.between(-0.35, 0.35) * view.chest_radius * angle / view.half_angle
    wall = view.chest_depth + view.chest_radius + dice.between(-1, 8) - rise + lean + _ripple(dice, angle, 2.0)
    placenta = view.placenta == 0 and dice.happens(0.6)
    lining = wall + (18 + _ripple(dice, angle, 2.0) if placenta else 0)
    labels[depth > wall] = Tissue.PLACENTA
    labels[depth > lining] = Tissue.UTERUS
    labels[depth > lining + 4] = Tissue.FAT


def _paint_limbs(labels: NDArray[np.uint8], view: View, dice: Dice) -> None:
    right, up = view.around_chest()
    growth = view.chest_radius / 25
    for side in (-1, 1):
        if not dice.happens(dice.between(0.3, 0.45)):
            continue
        bearing, length = dice.between(0.1, 1.2), dice.between(1.0, 1.8)
        turn, size = dice.between(0, np.pi), 6.5 * growth * dice.between(0.8, 1.1)
        distance = view.chest_radius + size * dice.between(0.9, 1.4)
        dx, dy = right - side * distance * np.cos(bearing), up - distance * np.sin(bearing)
        a, b = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
        reach = np.hypot(a / length, b)
        labels[reach < size] = Tissue.SKIN
        labels[reach < size - 1.0] = Tissue.LIMB
        labels[reach < 0.34 * size] = Tissue.LONG_BONE


def _paint_cord(labels: NDArray[np.uint8], view: View, dice: Dice) -> None:
    right, up = view.around_chest()
    growth = view.chest_radius / 25
    bearing, distance = dice.between(0, 2 * np.pi), view.chest_radius + dice.between(5, 14)
    for _ in range(dice.whole(0, 3)):
        bearing += dice.between(0.2, 0.9)
        x, y = distance * np.cos(bearing), distance * np.sin(bearing)
        labels[np.hypot(right - x, up - y) < 4.6 * growth] = Tissue.UMBILICAL_CORD
        turn = dice.between(0, 2 * np.pi)
        for k, radius in enumerate((1.5, 0.8, 0.8)):
            spoke = turn + k * 2.1
            hole = np.hypot(right - x - 2.2 * growth * np.cos(spoke), up - y - 2.2 * growth * np.sin(spoke))
            labels[hole < radius * growth] = Tissue.BLOOD
