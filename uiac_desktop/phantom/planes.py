"""The eleven planes as poses from landmarks, and how far any pose is from each: the only source of labels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE, PLANES
from uiac_desktop.phantom.canvas import Point
from uiac_desktop.phantom.plan import Plan

NAMED_BELOW = 1.0
NONE_ABOVE = 1.8

# tolerance of each plane: tilt in degrees, shift along the normal in mm at 22 weeks
TOLERANCE: Mapping[str, tuple[float, float]] = {
    "ACS": (12, 5.0),
    "FCH": (8, 2.2),
    "LVOT": (8, 1.8),
    "RVOT": (8, 1.6),
    "TV": (8, 1.4),
    "TVT": (8, 1.5),
    "AALA": (8, 1.4),
    "ADALA": (8, 1.4),
    "VCLA": (9, 1.8),
    "ASA": (9, 1.6),
    "BSC": (12, 3.0),
}
_TILT = np.array([TOLERANCE[p][0] for p in PLANES])
_SHIFT = np.array([TOLERANCE[p][1] for p in PLANES])
_ANTERIOR = np.array([0.0, -1.0, 0.0])
_PICTURE_MIDDLE = np.array([0.5, -0.5])


@dataclass(frozen=True, slots=True)
class Pose:
    """A cut through the fetus: a point on it (mm at 22 weeks) and its unit normal."""

    point: Point
    normal: Point

    def basis(self) -> tuple[Point, Point]:
        """Return the in-plane unit vectors (u, v): v as anterior as the plane allows, u = normal x v."""
        v = _ANTERIOR - (_ANTERIOR @ self.normal) * self.normal
        v /= np.linalg.norm(v)
        return np.cross(self.normal, v), v

    def middle(self) -> Point:
        """Return the point of the plane that a sonographer centres: nearest to the chest's axis at this level."""
        axis = np.array([*_PICTURE_MIDDLE, self.point[2]])
        return axis - ((axis - self.point) @ self.normal) * self.normal

    def moved(self, tilt: float, heading: float, shift: float) -> "Pose":
        """Return the pose tilted by `tilt` degrees about an in-plane axis at `heading` radians, shifted mm along n."""
        u, v = self.basis()
        lean = np.cos(heading) * u + np.sin(heading) * v
        angle = np.deg2rad(tilt)
        return Pose(self.point + shift * self.normal, np.cos(angle) * self.normal + np.sin(angle) * lean)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pose shows: the label (a plane or "none"), the nearest plane and its distance in tolerances.

    Between NAMED_BELOW and NONE_ABOVE the pose is doubtful: label "none", never written to data.
    """

    label: str
    nearest: str
    distance: float


@dataclass(frozen=True, slots=True)
class PlaneAtlas:
    """The ideal poses of one subject, in the order of PLANES."""

    poses: tuple[Pose, ...]

    @staticmethod
    def of(plan: Plan) -> "PlaneAtlas":
        """Find the planes from a subject's landmarks."""
        found = _poses(plan)
        return PlaneAtlas(tuple(found[code] for code in PLANES))

    def pose(self, code: str) -> Pose:
        """Return the ideal pose of a plane."""
        return self.poses[PLANES.index(code)]

    def distances(self, pose: Pose) -> NDArray[np.float64]:
        """Return the distance to each plane (11,), as hypot(tilt / tolerance, shift / tolerance)."""
        normals = np.stack([p.normal for p in self.poses])
        points = np.stack([p.point for p in self.poses])
        tilt = np.rad2deg(np.arccos(np.minimum(np.abs(normals @ pose.normal), 1)))
        shift = np.abs((points - pose.point) @ pose.normal)
        distances: NDArray[np.float64] = np.hypot(tilt / _TILT, shift / _SHIFT)
        return distances

    def read(self, pose: Pose) -> Reading:
        """Label a pose: the nearest plane below NAMED_BELOW, else none."""
        distances = self.distances(pose)
        best = int(np.argmin(distances))
        near = float(distances[best])
        return Reading(PLANES[best] if near < NAMED_BELOW else NONE, PLANES[best], near)


def _unit(vector: Point) -> Point:
    return vector / np.linalg.norm(vector)


def _through(a: Point, b: Point, c: Point, towards: Point) -> Point:
    normal = _unit(np.cross(b - a, c - a))
    return normal if normal @ towards > 0 else -normal


def _poses(plan: Plan) -> dict[str, Pose]:
    p, heart = plan.points, plan.heart
    head, left = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
    apex, crux_side = heart(9, 5, 0.3), heart(-5, 0, 0.3)
    outflow = _unit(p["aortic_valve"] - apex)
    superior = 0.8 * p["svc"] + 0.2 * heart(-4.5, -5.2, 4)
    root = _through(p["aortic_valve"], p["pulmonary_valve"], p["bifurcation"], left)
    fixed = p["descending"]
    return {
        "ACS": Pose(plan.stomach + 0.5 * head, head),
        "FCH": Pose(heart(2, 1, 0.2), _through(apex, heart(9, -4.3, -0.2), crux_side, head)),
        "LVOT": Pose(0.9 * p["aortic_valve"] + 0.1 * p["lvot"], _unit(head - (head @ outflow) * outflow)),
        "RVOT": Pose(
            p["pulmonary_valve"],
            _through(0.7 * p["pulmonary_valve"] + 0.3 * p["infundibulum"], p["bifurcation"], superior, head),
        ),
        "TV": Pose(p["trunk"] - 0.2 * head, plan.plane_tilt),
        "TVT": Pose(p["trunk"], _through(p["trunk"], p["isthmus"], p["arch"] - 1.2 * head, head)),
        "AALA": Pose(p["arch"], _through(p["ascending"], p["arch"], fixed, left)),
        "ADALA": Pose(p["duct"], _through(p["pulmonary_valve"], p["duct"], fixed, left)),
        "VCLA": Pose(heart(-4.4, -5.2, 0), _through(p["svc"], heart(-4.4, -5.2, 0), p["ivc"], left)),
        "ASA": Pose(
            0.6 * p["aortic_valve"] + 0.4 * p["pulmonary_valve"],
            _unit(0.25 * root + 0.75 * _unit(p["lvot"] - p["ascending"])),
        ),
        "BSC": Pose(heart(7.5, 0.3, 0), plan.axes[0]),
    }
