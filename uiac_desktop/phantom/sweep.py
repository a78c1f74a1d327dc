"""How a hand takes the probe through the planes: two sweeps joined into a loop, with tremor and breathing."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.canvas import Point
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.extra import Extra
from uiac_desktop.phantom.planes import PlaneAtlas, Pose

SWEEP_ONE: Final = ("ACS", "FCH", "LVOT", "RVOT", "TV", "TVT")
SWEEP_TWO: Final = ("VCLA", "AALA", "ADALA", "ASA", "BSC")
STOPS: Final = SWEEP_ONE + SWEEP_TWO
REST_S: Final = 1.5
EXTRA_S: Final = 1.5
FREEZE_S: Final = 0.7
_MOVE_S, _LONG_MOVE_S = 1.2, 2.5
_LONG_MOVES = frozenset({("ACS", "FCH"), ("TVT", "VCLA"), ("BSC", "ACS")})

_TREMOR_TILT_DEG, _TREMOR_SHIFT_MM, _TREMOR_TIME_S = 1.5, 0.4, 0.6
_TREMOR_STEP_S = 0.02
_BREATH_MM = 0.5


def between(start: Pose, end: Pose, share: float) -> Pose:
    """Return the pose at a share 0..1 of the way: point on the line, normal on the great circle."""
    cosine = float(np.clip(start.normal @ end.normal, -1, 1))
    angle = np.arccos(cosine)
    if angle < 1e-6:
        normal = start.normal
    else:
        normal = (np.sin((1 - share) * angle) * start.normal + np.sin(share * angle) * end.normal) / np.sin(angle)
    return Pose(start.point + share * (end.point - start.point), normal / np.linalg.norm(normal))


def _ease(share: float) -> float:
    return share * share * (3 - 2 * share)


@dataclass(frozen=True, slots=True)
class _Leg:
    """A rest on a plane, whose last part may show an extra over a picture that was frozen before, and the way on."""

    start_s: float
    extra: Extra | None
    move_s: float
    here: Pose
    there: Pose

    @property
    def freeze_s(self) -> float:
        return FREEZE_S if self.extra is not None and self.extra.freezes else 0.0

    @property
    def rest_s(self) -> float:
        return REST_S if self.extra is None else REST_S + self.freeze_s + EXTRA_S


class Sweep:
    """An endless examination of one subject: sweep one, sweep two, and back to the beginning.

    Parameters
    ----------
    planes
        The subject's planes.
    dice
        Draws of the hand's tremor.
    extras
        What comes up on the screen at each stop once it was seen plain, for EXTRA_S longer; none of them when empty. An
        extra that freezes comes FREEZE_S after the picture has stopped.
    """

    def __init__(self, planes: PlaneAtlas, dice: Dice, extras: tuple[Extra, ...] = ()) -> None:
        self._legs: list[_Leg] = []
        clock = 0.0
        for stop, (code, following) in enumerate(zip(STOPS, STOPS[1:] + STOPS[:1], strict=True)):
            move = _LONG_MOVE_S if (code, following) in _LONG_MOVES else _MOVE_S
            extra = extras[stop % len(extras)] if extras else None
            leg = _Leg(clock, extra, move, planes.pose(code), planes.pose(following))
            self._legs.append(leg)
            clock += leg.rest_s + move
        self.seconds = clock
        self._tremor = _periodic_tremor(dice, clock)
        self._breath_hz = max(1, round(dice.between(0.5, 1.0) * clock)) / clock

    def pose(self, time_s: float) -> Pose:
        """Return the pose at any time >= 0 s; the way repeats after `seconds`."""
        clock = time_s % self.seconds
        return self._shaken(self.steady_pose(clock), clock)

    def steady_pose(self, time_s: float) -> Pose:
        """Return the pose without tremor."""
        clock = time_s % self.seconds
        leg = self._leg(clock)
        moving = (clock - leg.start_s - leg.rest_s) / leg.move_s
        return between(leg.here, leg.there, _ease(min(max(moving, 0.0), 1.0)))

    def extra_at(self, time_s: float) -> Extra | None:
        """Return what is on the screen beside the plain picture at any time >= 0 s."""
        clock = time_s % self.seconds
        leg = self._leg(clock)
        return leg.extra if REST_S + leg.freeze_s <= clock - leg.start_s < leg.rest_s else None

    def shown_at(self, time_s: float) -> float:
        """Return the time of the picture that is on the screen at any time >= 0 s: that time, or when it was frozen."""
        clock = time_s % self.seconds
        leg = self._leg(clock)
        frozen_s = clock - leg.start_s - REST_S
        return time_s - frozen_s if leg.freeze_s and 0 <= frozen_s < leg.rest_s - REST_S else time_s

    def _leg(self, clock: float) -> _Leg:
        return next(leg for leg in reversed(self._legs) if leg.start_s <= clock)

    def _shaken(self, pose: Pose, clock: float) -> Pose:
        place = clock / _TREMOR_STEP_S
        first = int(place) % len(self._tremor)
        second = (first + 1) % len(self._tremor)
        lean_u, lean_v, shift = self._tremor[first] + (place - int(place)) * (
            self._tremor[second] - self._tremor[first]
        )
        breath = _BREATH_MM * np.sin(2 * np.pi * self._breath_hz * clock)
        u, v = pose.basis()
        normal: Point = pose.normal + np.deg2rad(lean_u) * u + np.deg2rad(lean_v) * v
        return Pose(pose.point + (shift + breath) * pose.normal, normal / np.linalg.norm(normal))


def _periodic_tremor(dice: Dice, seconds: float) -> NDArray[np.float64]:
    """Return an Ornstein-Uhlenbeck path (n, 3) that closes on itself: two tilts in degrees, one shift in mm."""
    count = round(seconds / _TREMOR_STEP_S)
    frequency = 2 * np.pi * np.fft.rfftfreq(count, _TREMOR_STEP_S)
    shape = 1 / np.sqrt(1 + (frequency * _TREMOR_TIME_S) ** 2)
    path = np.fft.irfft(np.fft.rfft(dice.rng.standard_normal((count, 3)), axis=0) * shape[:, None], count, axis=0)
    path = (path - path.mean(0)) / path.std(0)
    spread = np.array([_TREMOR_TILT_DEG / np.sqrt(2), _TREMOR_TILT_DEG / np.sqrt(2), _TREMOR_SHIFT_MM])
    smooth = np.apply_along_axis(lambda column: np.convolve(np.tile(column, 3), np.ones(9) / 9, "same"), 0, path)
    tremor: NDArray[np.float64] = smooth[count : 2 * count] * spread
    return tremor
