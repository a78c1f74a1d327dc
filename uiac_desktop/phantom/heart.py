"""The beating heart: chambers, septa and valves painted for one phase of the cycle over the still body."""

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.canvas import Canvas, Point, Volume
from uiac_desktop.phantom.plan import Plan
from uiac_desktop.phantom.tissue import Tissue
from uiac_desktop.phantom.vessels import Tube, chest_tubes

PHASES = 12
_SYSTOLE_END, _RELAXED = 0.4, 0.7
_ANNULUS_SHIFT_MM = 1.8
_MITRAL, _MITRAL_RADIUS = (0.6, 4.6, 0.3), 2.55
_TRICUSPID, _TRICUSPID_RADIUS = (1.5, -4.8, 0.0), 2.75


def contraction(phase: float) -> float:
    """Return ventricular contraction 0 (relaxed) .. 1 (end of systole) at a phase 0..1 of the cycle."""
    if phase < _SYSTOLE_END:
        return float(np.sin(np.pi / 2 * phase / _SYSTOLE_END) ** 2)
    if phase < _RELAXED:
        return float(np.cos(np.pi / 2 * (phase - _SYSTOLE_END) / (_RELAXED - _SYSTOLE_END)) ** 2)
    return 0.0


def inflow_closed(phase: float) -> bool:
    """Tell whether the mitral and tricuspid valves are closed."""
    return 0.04 <= phase < 0.42 or 0.62 <= phase < 0.70


def outflow_closed(phase: float) -> bool:
    """Tell whether the aortic and pulmonary valves are closed."""
    return not 0.04 <= phase < 0.42


class Heart:
    """Paints the phases of one subject's heart.

    Parameters
    ----------
    plan
        The subject's measures.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tubes = chest_tubes(plan)
        self._infundibulum = Tube.through(
            [plan.heart(4.5, -5.5, 2), plan.points["infundibulum"]], [2.4, 2.4], 1.3, plan.pulmonary
        )

    def paint(self, body: Volume, phase: float) -> Volume:
        """Return a copy of the still body with heart and great vessels at a phase (0..1) of the cycle."""
        labels = body.copy()
        canvas = Canvas(labels)
        squeeze = contraction(phase)
        self._paint_chambers(canvas, squeeze, kick=0.9 if phase > 0.85 else 1.0)
        self._paint_septum_details(canvas, squeeze)
        self._paint_valves(canvas, phase, squeeze)
        return labels

    def _paint_chambers(self, canvas: Canvas, squeeze: float, kick: float) -> None:
        wall = self._plan.wall * (1 + 0.35 * squeeze)
        muscle, blood = Tissue.MYOCARDIUM, Tissue.BLOOD
        self._chamber(canvas, "rv", squeeze, kick, muscle, wall * 0.85)
        self._infundibulum.paint_wall(canvas, squeeze, muscle)
        self._chamber(canvas, "ra", squeeze, kick, muscle, 0.9)
        self._chamber(canvas, "la", squeeze, kick, muscle, 0.9)
        for tube in self._tubes:
            tube.paint_wall(canvas, squeeze)
        self._chamber(canvas, "rv", squeeze, kick, blood)
        self._chamber(canvas, "ra", squeeze, kick, blood)
        self._chamber(canvas, "lv", squeeze, kick, muscle, wall)
        self._chamber(canvas, "la", squeeze, kick, muscle, 0.9)
        self._chamber(canvas, "la", squeeze, kick, blood)
        self._chamber(canvas, "lv", squeeze, kick, blood)
        for tube in self._tubes:
            tube.paint_lumen(canvas, squeeze)
        for centre, radius in ((_MITRAL, _MITRAL_RADIUS), (_TRICUSPID, _TRICUSPID_RADIUS)):
            apex, left, head = centre
            shift, scale = _ANNULUS_SHIFT_MM * squeeze, self._plan.heart_scale
            start, end = (self._plan.heart(apex + shift + d, left, head) for d in (-1.6, 1.6))
            canvas.capsule(start, end, radius * 0.9 * scale, radius * 0.9 * scale, blood)

    def _chamber(
        self, canvas: Canvas, name: str, squeeze: float, kick: float, label: Tissue, wall: float = 0.0
    ) -> None:
        plan, factor = self._plan, self._plan.chambers[name]
        across = (1 - 0.24 * squeeze) if name in ("lv", "rv") else (1 + 0.10 * squeeze) * kick
        along = (1 - 0.10 * squeeze) if name in ("lv", "rv") else (1 + 0.10 * squeeze) * kick
        (apex, left, head), (length, width, height) = {
            "lv": ((7.4, 5.0, 0.3), (7.2, 3.6, 4.2)),
            "rv": ((6.6, -4.1, -0.2), (6.6, 4.1, 5.1)),
            "la": ((-4.6, 3.9, 0.6), (4.3, 3.7, 4.0)),
            "ra": ((-4.4, -5.2, 0.0), (4.4, 4.2, 4.4)),
        }[name]
        radii = np.array([length * along, width * across * factor, height * across * factor]) * plan.heart_scale
        canvas.ellipsoid(plan.heart(apex + 0.9 * squeeze, left, head), list(radii + wall), label, plan.axes)

    def _paint_septum_details(self, canvas: Canvas, squeeze: float) -> None:
        heart, scale, axes = self._plan.heart, self._plan.heart_scale, self._plan.axes
        canvas.ellipsoid(heart(0.5, -0.1, 0), [1.1 * scale, 0.8 * scale, 1.3 * scale], Tissue.MYOCARDIUM, axes)
        hole = heart(-4.2, -0.7, 0.6)
        canvas.capsule(hole - 0.9 * axes[1], hole + 0.9 * axes[1], 1.5, 1.5, Tissue.BLOOD)
        bulge = 0.9 + 0.5 * squeeze
        flap = hole + (bulge * axes[1])
        canvas.ellipsoid(flap, [2.0, 0.34, 2.2], Tissue.VALVE, axes)
        canvas.capsule(heart(9, -2.2, -1), heart(10.2, -7.5, -1), 0.85, 0.85, Tissue.MYOCARDIUM)
        for side in (-1, 1):
            start, end = heart(10.5, 5.0 + 2.0 * side, 2.2 * side), heart(5.6, 5.0 + 1.5 * side, 1.4 * side)
            canvas.capsule(start, end, 0.8, 0.5, Tissue.MYOCARDIUM)

    def _paint_valves(self, canvas: Canvas, phase: float, squeeze: float) -> None:
        plan, closed = self._plan, inflow_closed(phase)
        axis = plan.axes[0]
        for (apex, left, head), radius in ((_MITRAL, _MITRAL_RADIUS), (_TRICUSPID, _TRICUSPID_RADIUS)):
            centre = plan.heart(apex + _ANNULUS_SHIFT_MM * squeeze, left, head)
            _paint_leaflets(canvas, centre, axis, radius * plan.heart_scale, closed)
        if outflow_closed(phase):
            for root, beyond, radius in (
                ("aortic_valve", "ascending", 2.0 * plan.aorta),
                ("pulmonary_valve", "trunk", 2.25 * plan.pulmonary),
            ):
                along = plan.points[beyond] - plan.points[root]
                _paint_leaflets(canvas, plan.points[root], along / np.linalg.norm(along), radius, closed=True)


def _paint_leaflets(canvas: Canvas, centre: Point, axis: NDArray[np.float64], radius: float, closed: bool) -> None:
    """Paint leaflets as a shallow cone across the ring (closed) or a funnel along the flow (open), 0.6 mm thick."""
    part, x, y, z = canvas.box(centre - radius - 3.5, centre + radius + 3.5)
    dx, dy, dz = (v - np.float32(c) for v, c in zip((x, y, z), centre, strict=True))
    ahead = dx * np.float32(axis[0]) + dy * np.float32(axis[1]) + dz * np.float32(axis[2])
    off = np.sqrt(np.maximum(dx * dx + dy * dy + dz * dz - ahead * ahead, 0))
    if closed:
        leaf = (np.abs(ahead - 0.35 * (radius - off)) < 0.3) & (off < radius)
    else:
        leaf = (np.abs(off - (0.92 * radius - 0.22 * ahead)) < 0.3) & (ahead > 0) & (ahead < 3.2)
    part[leaf & (part == Tissue.BLOOD)] = Tissue.VALVE
