"""Where the probe stands and what its fan covers: the polar grid of one exam, in mm before the chest's centre."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import Dice

SAMPLES = 256
LINES = 256
CHEST_RADIUS_MM = 25.0


@dataclass(frozen=True, slots=True)
class View:
    """A convex fan.

    Attributes
    ----------
    radius
        Radius of the probe's face, mm.
    half_angle
        Half of the field angle, radians.
    near, far
        Window of depths shown, mm from the probe's face.
    chest_depth, chest_side
        Chest centre: depth in mm on the middle line, and mm to the right of it.
    chest_radius
        Half the chest's width in mm at the subject's age.
    wall, uterus, placenta, gap
        Thickness in mm of what lies between probe and chest; a gap below zero presses.
    """

    radius: float
    half_angle: float
    near: float
    far: float
    chest_depth: float
    chest_side: float
    chest_radius: float
    wall: float
    uterus: float
    placenta: float
    gap: float

    @staticmethod
    def draw(dice: Dice, scale: float) -> "View":
        """Draw the fan of one exam for a subject of the given growth scale."""
        chest = CHEST_RADIUS_MM * scale
        wall, uterus = dice.between(9, 24), dice.between(3, 6)
        placenta = dice.between(10, 22) if dice.happens(0.4) else 0.0
        gap = dice.between(-1, 7)
        depth = wall + uterus + placenta + gap + chest
        radius = dice.between(38, 60)
        whole = dice.happens(0.2)
        widening = dice.between(1.4, 2.0) if whole else dice.between(1.15, 1.9)
        return View(
            radius=radius,
            half_angle=float(np.arctan(chest * widening / (radius + depth))),
            near=0.0 if whole else max(0.0, depth - chest * dice.between(1.0, 1.3)),
            far=depth + chest * dice.between(1.02, 1.24),
            chest_depth=depth,
            chest_side=chest * dice.between(-0.25, 0.25),
            chest_radius=chest,
            wall=wall,
            uterus=uterus,
            placenta=placenta,
            gap=gap,
        )

    @property
    def sample_mm(self) -> float:
        """Distance of two samples along a beam, mm."""
        return (self.far - self.near) / SAMPLES

    @property
    def line_mm(self) -> float:
        """Distance of two beams at the depth of the chest centre, mm."""
        return 2 * self.half_angle / LINES * (self.radius + self.chest_depth)

    def depths(self) -> NDArray[np.float32]:
        """Return the depth of each sample (SAMPLES,), mm."""
        return (self.near + (np.arange(SAMPLES) + 0.5) * self.sample_mm).astype(np.float32)

    def angles(self) -> NDArray[np.float32]:
        """Return the angle of each line (LINES,), radians, right positive."""
        return (self.half_angle * (2 * (np.arange(LINES) + 0.5) / LINES - 1)).astype(np.float32)

    def around_chest(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return (right, up) of each grid point (SAMPLES, LINES) in mm about the chest centre."""
        r = (self.radius + self.depths())[:, None]
        angle = self.angles()[None, :]
        right = r * np.sin(angle) - np.float32(self.chest_side)
        down = r * np.cos(angle) - np.float32(self.radius + self.chest_depth)
        return right.astype(np.float32), (-down).astype(np.float32)
