"""The still part of the chest: outline, ribs, spine, lungs and abdomen, painted once a subject."""

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.canvas import SHAPE_ZYX, Canvas, Volume, axis_mm
from uiac_desktop.phantom.plan import Plan
from uiac_desktop.phantom.tissue import Tissue
from uiac_desktop.phantom.vessels import paint_abdominal_vessels, paint_airways, paint_oesophagus

_SUPERELLIPSE = 2.15
_SKIN_MM, _WALL_MM = 1.3, 4.2
_RIB_PERIOD_MM, _RIB_FILL = 4.7, 0.36
_VERTEBRA_PERIOD_MM = 5.6


def paint_body(plan: Plan) -> Volume:
    """Return the label volume (z, y, x) of everything that does not beat."""
    labels = np.zeros(SHAPE_ZYX, np.uint8)
    canvas = Canvas(labels)
    x, y, z = axis_mm(0)[None, None, :], axis_mm(1)[None, :, None], axis_mm(2)[:, None, None]
    level, depth = _level_and_depth(plan, x, y, z)
    _paint_outline(plan, labels, level, depth, x, y, z)
    _paint_abdomen(plan, canvas, labels, depth)
    _paint_mediastinum(plan, canvas)
    _paint_spine(plan, canvas)
    paint_oesophagus(canvas)
    paint_airways(plan, canvas)
    paint_abdominal_vessels(plan, canvas)
    canvas.ellipsoid(
        plan.heart(2.2, 0.2, 0),
        [r * plan.heart_scale for r in (15, 11.6, 9.6)],
        Tissue.PERICARDIUM,
        plan.axes,
        only=(Tissue.LUNG, Tissue.THYMUS, Tissue.LINE),
    )
    return labels


def _level_and_depth(
    plan: Plan, x: NDArray[np.float32], y: NDArray[np.float32], z: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the superellipse level (1 at the skin) and the depth below the skin in mm."""
    belly = np.clip((-8 - z) / 18, 0, 1)
    belly = belly * belly * (3 - 2 * belly)
    neck = np.clip((z - 12) / 26, 0, 1) ** 2
    half_x = (plan.half_width + 3 * belly) * (1 - 0.35 * neck)
    half_y = (plan.half_depth + 3.5 * belly) * (1 - 0.5 * neck)
    level = ((np.abs(x) / half_x) ** _SUPERELLIPSE + (np.abs(y) / half_y) ** _SUPERELLIPSE) ** (1 / _SUPERELLIPSE)
    radius = np.sqrt(x * x + y * y) + np.float32(1e-3)
    depth = radius * (1 / np.maximum(level, 1e-3) - 1)
    return level.astype(np.float32), depth.astype(np.float32)


def _paint_outline(
    plan: Plan,
    labels: Volume,
    level: NDArray[np.float32],
    depth: NDArray[np.float32],
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    z: NDArray[np.float32],
) -> None:
    labels[depth > 0] = Tissue.SKIN
    labels[depth > _SKIN_MM] = Tissue.BODY_WALL
    ring = np.mod((z - plan.rib_slope * y) / _RIB_PERIOD_MM + plan.rib_phase, 1) < _RIB_FILL
    rib = (depth > 2.5) & (depth < 3.9) & ring & (np.abs(x) > 3) & (z > -26 - 0.5 * y)
    labels[rib] = Tissue.RIB
    labels[rib & (y < -11)] = Tissue.RIB_CARTILAGE
    dome = -9.5 - 9 * level * level + 1.2 * np.clip(-x / 10, 0, 1)
    inside = depth > _WALL_MM
    above = z > dome
    labels[inside & above] = Tissue.LUNG
    labels[inside & ~above] = Tissue.LIVER
    neck = inside & (z > 21.5 - 7 * level * level)
    labels[neck] = Tissue.BODY_WALL
    labels[inside & (depth < _WALL_MM + 0.6) & above & ~neck] = Tissue.LINE
    labels[inside & (np.abs(z - dome) < 0.5)] = Tissue.LINE


def _paint_abdomen(plan: Plan, canvas: Canvas, labels: Volume, depth: NDArray[np.float32]) -> None:
    soft = (Tissue.LIVER,)
    canvas.ellipsoid((14, 5, -27), (11, 14, 14), Tissue.BOWEL, only=soft)
    for side in (-1, 1):
        canvas.ellipsoid((side * 10.5, 10, -38), (4.4, 4.2, 7.5), Tissue.KIDNEY, only=(*soft, Tissue.BOWEL))
    radii = np.array([5.9, 7.5, 7.3]) * plan.stomach_size
    inner = (Tissue.LIVER, Tissue.BOWEL, Tissue.BODY_WALL)
    clear = labels[depth < 2.5].copy()
    canvas.ellipsoid(plan.stomach, list(radii + 0.7), Tissue.VESSEL_WALL, only=inner)
    canvas.ellipsoid(plan.stomach, list(radii), Tissue.STOMACH, only=(*inner, Tissue.VESSEL_WALL))
    labels[depth < 2.5] = clear


def _paint_mediastinum(plan: Plan, canvas: Canvas) -> None:
    part, x, y, z = canvas.box((-8, -13.5, 2), (9.6, 13.5, 28))
    inside = ((x - 0.8) / 8.5) ** 2 + (y / 13) ** 2 + 0 * z < 1
    part[inside & (part == Tissue.LUNG)] = Tissue.MEDIASTINUM
    canvas.ellipsoid(
        (0.8, -11, 17 * plan.stretch),
        (9 * plan.thymus, 4.8, 9),
        Tissue.THYMUS,
        only=(Tissue.LUNG, Tissue.MEDIASTINUM),
    )


def _paint_spine(plan: Plan, canvas: Canvas) -> None:
    part, x, y, z = canvas.box((-6, 9, -41), (6, 24, 29))
    still = 0 * z
    front = (x / 4.2) ** 2 + ((y - 15) / 3.6) ** 2 < 1
    back = ((x / 4.6) ** 2 + ((y - 19.2) / 3.2) ** 2 < 1) & (y > 15.8)
    part[(front | back) & (still == 0)] = Tissue.SPINE_CARTILAGE
    ossified = np.mod(z / _VERTEBRA_PERIOD_MM + plan.vertebra_phase, 1) < plan.vertebra_fill
    bone = (x / 3) ** 2 + ((y - 14.6) / 2.5) ** 2 < 1
    bone = bone | (((np.abs(x) - 3.6) / 1.3) ** 2 + ((y - 19.3) / 1.9) ** 2 < 1)
    part[bone & ossified] = Tissue.SPINE_BONE
    cord = (x / 2.1) ** 2 + ((y - 19) / 1.5) ** 2 < 1
    part[cord & (still == 0)] = Tissue.CORD
