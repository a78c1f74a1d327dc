"""A simulated fetus: its measures, its beating label volume and its planes, made when first asked for and then kept."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.body import paint_body
from uiac_desktop.phantom.canvas import Volume
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.heart import PHASES, Heart
from uiac_desktop.phantom.plan import Plan
from uiac_desktop.phantom.planes import PlaneAtlas
from uiac_desktop.phantom.tissue import draw_echoes


class Subject:
    """One simulated fetus.

    Parameters
    ----------
    seed, index
        Name the subject; equal names give equal subjects.

    Attributes
    ----------
    identity
        Name for tables, such as "sim-0-0007".
    plan
        Measures and landmarks.
    """

    def __init__(self, seed: int, index: int) -> None:
        dice = Dice(seed, index, 0)
        self.seed = seed
        self.index = index
        self.identity = f"sim-{seed}-{index:04d}"
        self.plan = Plan.draw(dice)
        self.scatterer_shift: NDArray[np.float32] = dice.rng.integers(0, 128, 3).astype(np.float32)
        self.echoes: NDArray[np.float32] = draw_echoes(dice.rng)

    @classmethod
    def draw(cls, seed: int, index: int) -> "Subject":
        """Return subject number `index` of the set named by `seed`."""
        return cls(seed, index)

    @cached_property
    def volumes(self) -> Volume:
        """Label volumes (PHASES, z, y, x), uint8, one a phase of the heart cycle."""
        heart, body = Heart(self.plan), paint_body(self.plan)
        return np.stack([heart.paint(body, k / PHASES) for k in range(PHASES)])

    @cached_property
    def planes(self) -> PlaneAtlas:
        """Ideal poses of the eleven planes in this subject."""
        return PlaneAtlas.of(self.plan)
