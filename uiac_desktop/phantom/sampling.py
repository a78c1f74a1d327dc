"""Poses for a data set: within one plane's tolerance, or clear of all; drawn from geometry, then named by distance."""

from itertools import pairwise
from typing import Final

import numpy as np

from nas.planes import NONE
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.planes import NONE_ABOVE, TOLERANCE, PlaneAtlas, Pose
from uiac_desktop.phantom.sweep import SWEEP_ONE, SWEEP_TWO, between

POSE_FACTOR = 0.6
_BETWEEN_SHARE = 0.6
_BETWEEN_TILT_DEG, _BETWEEN_SHIFT_MM = 12.0, 4.0
_FAR_TILT_DEG, _FAR_SHIFT_MM = 45.0, 10.0
_NEIGHBOURS: Final = tuple(pair for sweep in (SWEEP_ONE, SWEEP_TWO) for pair in pairwise(sweep))


def draw_pose(planes: PlaneAtlas, label: str, dice: Dice) -> Pose:
    """Draw a pose whose label is `label`: a plane's code, or "none" for clear of all planes."""
    while True:
        pose = _clear_of_all(planes, dice) if label == NONE else _near(planes, label, dice)
        reading = planes.read(pose)
        if reading.label == label and (label != NONE or reading.distance > NONE_ABOVE):
            return pose


def _near(planes: PlaneAtlas, code: str, dice: Dice) -> Pose:
    tilt, shift = TOLERANCE[code]
    return planes.pose(code).moved(
        tilt * POSE_FACTOR * float(np.sqrt(dice.between(0, 1))),
        dice.between(0, 2 * np.pi),
        shift * POSE_FACTOR * dice.between(-1, 1),
    )


def _clear_of_all(planes: PlaneAtlas, dice: Dice) -> Pose:
    start, end = dice.pick(_NEIGHBOURS)
    if dice.happens(_BETWEEN_SHARE):
        pose = between(planes.pose(start), planes.pose(end), dice.between(0, 1))
        tilt, shift = _BETWEEN_TILT_DEG, _BETWEEN_SHIFT_MM
    else:
        pose = planes.pose(dice.pick((start, end)))
        tilt, shift = _FAR_TILT_DEG, _FAR_SHIFT_MM
    return pose.moved(
        tilt * float(np.sqrt(dice.between(0, 1))), dice.between(0, 2 * np.pi), shift * dice.between(-1, 1)
    )
