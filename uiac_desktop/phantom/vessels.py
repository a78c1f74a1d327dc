"""The vessels and airways as tubes through a subject's landmarks; joined tubes open into each other by paint order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from uiac_desktop.phantom.canvas import Canvas, Point
from uiac_desktop.phantom.plan import Plan
from uiac_desktop.phantom.tissue import Tissue

_STEPS_A_SPAN = 4
ARTERY_WALL_MM, VEIN_WALL_MM = 0.45, 0.32


@dataclass(frozen=True, slots=True)
class Tube:
    """A smooth tube: points (n, 3) and lumen radii (n,) in mm, wall thickness in mm; `pulse` widens with systole."""

    points: NDArray[np.float64]
    radii: NDArray[np.float64]
    wall: float
    pulse: float = 0.0

    @staticmethod
    def through(
        points: Sequence[ArrayLike], radii: Sequence[float], wall: float, factor: float = 1.0, pulse: float = 0.0
    ) -> "Tube":
        """Lay a Catmull-Rom curve through the points; the radii are interpolated and multiplied by `factor`."""
        curve = _catmull_rom(
            np.column_stack([np.stack([np.asarray(p, float) for p in points]), np.asarray(radii, float) * factor])
        )
        return Tube(curve[:, :3], curve[:, 3], wall, pulse)

    def paint_wall(self, canvas: Canvas, contraction: float, label: Tissue = Tissue.VESSEL_WALL) -> None:
        """Paint wall and lumen as wall."""
        canvas.path(self.points, self.radii * (1 + self.pulse * contraction) + self.wall, label)

    def paint_lumen(self, canvas: Canvas, contraction: float, label: Tissue = Tissue.BLOOD) -> None:
        """Paint the lumen."""
        canvas.path(self.points, self.radii * (1 + self.pulse * contraction), label)


def _catmull_rom(knots: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = (np.arange(_STEPS_A_SPAN) / _STEPS_A_SPAN)[:, None]
    spans = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3)
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    curve: NDArray[np.float64] = np.concatenate([*spans, knots[-1:]])
    return curve


def _from(point: Point, right: float, back: float, up: float) -> Point:
    moved: Point = point + np.array([right, back, up], float)
    return moved


def chest_tubes(plan: Plan) -> list[Tube]:
    """Return the great vessels of the chest, veins first, in paint order."""
    return [*_veins(plan), *_pulmonary_arteries(plan), *_aorta(plan)]


def _veins(plan: Plan) -> list[Tube]:
    p, heart, arch = plan.points, plan.heart, plan.points["arch"]
    tubes = [
        Tube.through([p["svc_top"], p["svc"], heart(-4.5, -5.2, 4)], [1.6, 1.6, 1.6], VEIN_WALL_MM, plan.veins),
        Tube.through(
            [heart(-5.5, -3.8, -4), p["ivc"], p["ivc_low"], p["ivc_end"]],
            [1.9, 1.8, 1.6, 1.5],
            VEIN_WALL_MM,
            plan.veins,
        ),
        Tube.through(
            [_from(arch, 8, -4, 4), _from(arch, 0, -7, 2.2), _from(p["svc"], 0, 0.2, 2.5)],
            [1.0] * 3,
            VEIN_WALL_MM,
            plan.veins,
        ),
    ]
    for root, step in ((heart(-6, 6, 1), (8, 3, 1)), (heart(-5.5, 5.6, -1), (8, 3.5, -4))):
        tubes.append(Tube.through([root, _from(root, *step)], [0.8, 0.7], VEIN_WALL_MM, plan.veins))
    for root, step in ((heart(-8, 3, 1), (-8, 2, 1)), (heart(-7.6, 2.6, -1), (-8, 3, -4))):
        tubes.append(Tube.through([root, _from(root, *step)], [0.8, 0.7], VEIN_WALL_MM, plan.veins))
    tubes.append(Tube.through([(-2.7, 11.4, 24), (-2.7, 11.6, 0), (-2.7, 11.4, -38)], [0.65] * 3, 0.2, plan.veins))
    return tubes


def _pulmonary_arteries(plan: Plan) -> list[Tube]:
    p, wall = plan.points, ARTERY_WALL_MM
    return [
        Tube.through(
            [p[n] for n in ("infundibulum", "pulmonary_valve", "trunk", "bifurcation", "duct", "duct_back", "isthmus")],
            [2.3, 2.25, 2.35, 2.1, 1.6, 1.6, 1.6],
            wall,
            plan.pulmonary,
            0.07,
        ),
        Tube.through([plan.heart(4.5, -5.5, 2), p["infundibulum"]], [2.4, 2.4], wall, plan.pulmonary),
        Tube.through(
            [p["bifurcation"], p["right_branch_1"], p["right_branch_2"]], [1.35, 1.2, 1.0], wall, plan.pulmonary, 0.07
        ),
        Tube.through(
            [p["bifurcation"], p["left_branch_1"], p["left_branch_2"]], [1.35, 1.1, 0.9], wall, plan.pulmonary, 0.07
        ),
    ]


def _aorta(plan: Plan) -> list[Tube]:
    p, wall, arch = plan.points, ARTERY_WALL_MM, plan.points["arch"]
    names = ("lvot", "aortic_valve", "ascending", "ascending_top", "arch", "arch_back", "isthmus")
    descending = ("descending", "descending_mid", "descending_low", "descending_end")
    return [
        Tube.through(
            [p[n] for n in names + descending],
            [2.0, 2.0, 2.0, 1.88, 1.75, 1.7, 1.65, 1.8, 1.8, 1.7, 1.6],
            wall,
            plan.aorta,
            0.07,
        ),
        Tube.through([plan.heart(4, 4.2, 1.5), p["lvot"]], [2.1, 2.0], wall, plan.aorta),
        Tube.through([_from(arch, -1.2, -1.8, -0.2), _from(arch, -4.2, -3.3, 7.8)], [0.85, 0.85], wall, plan.aorta),
        Tube.through([arch, _from(arch, -0.4, -0.4, 8)], [0.75, 0.75], wall, plan.aorta),
        Tube.through(
            [_from(p["arch_back"], -0.4, -0.8, 0), _from(p["arch_back"], 1.4, -1, 8)], [0.75, 0.75], wall, plan.aorta
        ),
    ]


def paint_abdominal_vessels(plan: Plan, canvas: Canvas) -> None:
    """Paint umbilical vein, portal sinus, ductus venosus and hepatic veins."""
    sinus = np.array([-2.5, -6, -24.5])
    tubes = [
        Tube.through([(0, -24, -33), (-0.5, -13, -27), sinus, (-8, -3, -24.5)], [2.1, 2.1, 2.0, 1.7], VEIN_WALL_MM),
        Tube.through([sinus, (3, -6.5, -24)], [1.4, 1.0], VEIN_WALL_MM),
        Tube.through([sinus, (-3.6, -1, -17), plan.points["ivc"]], [0.7, 0.7, 0.8], VEIN_WALL_MM),
        Tube.through([plan.points["ivc"], (-9, -2, -17), (-14, -4, -22)], [1.0, 0.8, 0.5], 0.2),
        Tube.through([plan.points["ivc"], (-3, -5, -17), (-2, -10, -20)], [1.0, 0.8, 0.5], 0.2),
        Tube.through([plan.points["ivc"], (0, -3, -15.5), (6, -6, -18)], [1.0, 0.7, 0.5], 0.2),
    ]
    for tube in tubes:
        tube.paint_wall(canvas, 0)
    for tube in tubes:
        tube.paint_lumen(canvas, 0)


def paint_airways(plan: Plan, canvas: Canvas) -> None:
    """Paint the fluid-filled trachea and main bronchi."""
    carina = plan.points["carina"]
    windpipe = Tube.through([plan.points["trachea_top"], plan.points["trachea"], carina], [1.25, 1.25, 1.2], 0.55)
    bronchi = [Tube.through([carina, _from(carina, side * 6, 1.2, -3.2)], [0.6, 0.4], 0.4) for side in (-1, 1)]
    for tube in (*bronchi, windpipe):
        tube.paint_wall(canvas, 0, Tissue.TRACHEA_WALL)
    for tube in (*bronchi, windpipe):
        tube.paint_lumen(canvas, 0, Tissue.TRACHEA)


def paint_oesophagus(canvas: Canvas) -> None:
    """Paint the collapsed oesophagus, right of and before the descending aorta."""
    tube = Tube.through([(-0.8, 8.2, 27), (0.1, 9.7, 8), (0.6, 9.7, -8), (4, 6, -16)], [0.4] * 4, 0.8)
    tube.paint_wall(canvas, 0, Tissue.OESOPHAGUS)
    tube.paint_lumen(canvas, 0, Tissue.LINE)
