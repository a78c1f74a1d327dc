"""One subject's measures and landmarks: all random anatomy is drawn here once, and painting and planes read it.

Axes are DICOM LPS in mm at 22 weeks: x fetal left, y posterior, z cranial; origin in the midline at four-chamber level.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from uiac_desktop.phantom.canvas import Point
from uiac_desktop.phantom.dice import Dice

VESSEL_POINTS: dict[str, tuple[float, float, float]] = {
    "lvot": (5.4, -2.6, 2.2),
    "aortic_valve": (2.3, -4.1, 4.8),
    "ascending": (-1.1, -4.8, 8.8),
    "ascending_top": (-1.6, -3.4, 12.7),
    "arch": (0.6, 1.6, 14.9),
    "arch_back": (2.6, 6.0, 14.5),
    "isthmus": (4.0, 9.3, 12.8),
    "infundibulum": (2.4, -11.8, 7.6),
    "pulmonary_valve": (3.3, -9.8, 10.0),
    "trunk": (4.4, -5.8, 11.8),
    "bifurcation": (4.8, -2.2, 12.4),
    "duct": (5.2, 3.2, 13.2),
    "duct_back": (4.8, 6.8, 13.0),
    "right_branch_1": (0.0, -0.6, 11.6),
    "right_branch_2": (-6.5, 2.0, 11.2),
    "left_branch_1": (8.0, 3.2, 11.2),
    "left_branch_2": (12.0, 6.0, 9.6),
    "svc_top": (-6.0, -1.0, 22.0),
    "svc": (-6.4, -2.4, 13.0),
    "trachea_top": (-1.3, 4.0, 26.0),
    "trachea": (-1.6, 4.6, 17.0),
    "carina": (-1.4, 5.2, 10.5),
}
FIXED_POINTS: dict[str, tuple[float, float, float]] = {
    "descending": (4.0, 10.4, 8.0),
    "descending_mid": (4.0, 10.6, 0.0),
    "descending_low": (2.8, 10.4, -25.0),
    "descending_end": (2.2, 10.5, -40.0),
    "ivc": (-4.8, 1.5, -11.5),
    "ivc_low": (-5.0, 6.5, -25.0),
    "ivc_end": (-4.5, 7.5, -40.0),
}
_PIVOT = np.array([1.0, -2.5])


@dataclass(frozen=True, slots=True)
class Plan:
    """Measures of one subject; lengths in mm at 22 weeks, times `scale` in the subject itself."""

    weeks: float
    scale: float
    heart_rate: float
    half_width: float
    half_depth: float
    rib_slope: float
    rib_phase: float
    vertebra_phase: float
    vertebra_fill: float
    thymus: float
    stomach: Point
    stomach_size: float
    heart_scale: float
    crux: Point
    axes: NDArray[np.float64]
    wall: float
    chambers: dict[str, float]
    aorta: float
    pulmonary: float
    veins: float
    stretch: float
    points: dict[str, Point]
    plane_tilt: Point

    def heart(self, apex: float, left: float, cranial: float) -> Point:
        """Return the point at (apexward, leftward, cranial) of the crux, in the heart's own frame."""
        offset: Point = self.heart_scale * (np.array([apex, left, cranial]) @ self.axes)
        return self.crux + offset

    @staticmethod
    def draw(dice: Dice) -> "Plan":
        """Draw one subject's measures."""
        weeks = dice.between(18, 28)
        angle = np.deg2rad(45 + dice.anatomy_normal(8, 2.2))
        dip = dice.anatomy(0, 0.25)
        to_apex = np.array([np.sin(angle), -np.cos(angle), -dip])
        to_apex /= np.linalg.norm(to_apex)
        to_left = np.array([np.cos(angle), np.sin(angle), 0])
        to_head = np.cross(to_apex, to_left)
        shift = np.array([dice.anatomy_normal(1), dice.anatomy_normal(1), dice.anatomy_normal(0.6)])
        heart_scale = dice.anatomy(1.03, 1.23)
        stretch = dice.anatomy(0.88, 1.14)
        tilt = np.deg2rad(3) * np.sqrt(dice.between(0, 1))
        heading = dice.between(0, 2 * np.pi)
        return Plan(
            weeks=weeks,
            scale=(weeks - 4.5) / 17.5,
            heart_rate=dice.between(120, 160),
            half_width=26 * dice.anatomy(0.95, 1.06),
            half_depth=23.5 * dice.anatomy(0.93, 1.06),
            rib_slope=dice.anatomy(0.05, 0.25),
            rib_phase=dice.between(0, 1),
            vertebra_phase=dice.between(0, 1),
            vertebra_fill=dice.between(0.62, 0.68),
            thymus=dice.anatomy(0.7, 1.25),
            stomach=np.array([12.0, 2.0, -25.5]) + dice.anatomy_shift(1.2),
            stomach_size=dice.anatomy(0.6, 1.25),
            heart_scale=heart_scale,
            crux=np.array([1.0, -2.5, 0.0]) + shift,
            axes=np.stack([to_apex, to_left, to_head]),
            wall=2.2 * dice.anatomy(0.85, 1.2),
            chambers={name: dice.anatomy(0.86, 1.14) for name in ("lv", "rv", "la", "ra")},
            aorta=dice.anatomy(0.86, 1.14),
            pulmonary=dice.anatomy(0.86, 1.14),
            veins=dice.anatomy(0.86, 1.14),
            stretch=stretch,
            points=_place_vessels(dice, angle, heart_scale, stretch, shift),
            plane_tilt=np.array([np.sin(tilt) * np.cos(heading), np.sin(tilt) * np.sin(heading), np.cos(tilt)]),
        )


def _place_vessels(dice: Dice, angle: float, scale: float, stretch: float, shift: Point) -> dict[str, Point]:
    turn = (angle - np.pi / 4) / 2
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])

    def placed(raw: ArrayLike) -> Point:
        point = np.asarray(raw, float)
        flat = _PIVOT + scale * (rotation @ (point[:2] - _PIVOT))
        return np.array([flat[0], flat[1], point[2] * stretch]) + shift + dice.anatomy_shift(0.3)

    points = {name: placed(raw) for name, raw in VESSEL_POINTS.items()}
    points |= {name: np.array(raw) for name, raw in FIXED_POINTS.items()}
    return points
