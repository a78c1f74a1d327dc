"""What every grid point of the fan meets: tissue, scatterers and texture, gathered from the subject's volumes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.canvas import LOW_XYZ, SHAPE_ZYX, VOXEL_MM, Point
from uiac_desktop.phantom.heart import PHASES, contraction
from uiac_desktop.phantom.planes import Pose
from uiac_desktop.phantom.scatterers import SIDE, SPACING_MM, scatterers, texture
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.tissue import Tissue
from uiac_desktop.phantom.view import LINES, SAMPLES, View

# a whole number of periods of the scatterers, so that cell numbers stay positive
_POSITIVE = 1280.0
_HEART_REACH_MM2 = 260.0
_HEART_STRETCH = 0.16
_DITHER_VOXELS = 0.35


@dataclass(frozen=True, slots=True)
class Cut:
    """What the beam meets at one instant.

    Attributes
    ----------
    pose
        The plane cut.
    turn
        Rotation of the fetus in the picture, radians; 0 = its front to the probe.
    mirrored
        True when the plane is seen from the other side (breech against cephalic).
    phase
        Phase of the heart cycle, 0..1.
    slide
        In-plane shift (right, up) in mm.
    """

    pose: Pose
    turn: float
    mirrored: bool
    phase: float
    slide: tuple[float, float] = (0.0, 0.0)

    def axes(self) -> tuple[Point, Point]:
        """Return the unit vectors in the fetus that point right and up in the picture."""
        u, v = self.pose.basis()
        if self.mirrored:
            u = -u
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        return cos * u + sin * v, cos * v - sin * u


@dataclass(frozen=True, slots=True)
class Sample:
    """What the grid points meet, in rows of depth.

    Attributes
    ----------
    labels
        Tissue (SAMPLES * LINES,).
    speckle
        Complex scatterers (SAMPLES * LINES, 2), int8, SD SCATTERER_UNIT.
    texture
        Coded texture (SAMPLES * LINES,).
    """

    labels: NDArray[np.uint8]
    speckle: NDArray[np.int8]
    texture: NDArray[np.uint8]


class Sampler:
    """Looks one subject up along the grid of one fan.

    The grid is jittered along the normal (slice thickness) and by a fraction of a voxel, and each point takes the
    earlier or the later stored phase of the heart by chance: after the point spread this is as good as averaging.

    Parameters
    ----------
    subject
        Whom to scan.
    view
        The fan.
    slice_mm
        Standard deviation of the slice thickness, mm.
    mother
        Labels (SAMPLES, LINES) where the fetus is not.
    """

    def __init__(self, subject: Subject, view: View, slice_mm: float, mother: NDArray[np.uint8]) -> None:
        self._subject = subject
        self._scale = subject.plan.scale
        right, up = view.around_chest()
        self._right, self._up = right.ravel(), up.ravel()
        self._mother = mother.ravel()
        self._heart = subject.plan.heart(4, 0, 0)
        fixed = np.random.default_rng(20230614)
        count = SAMPLES * LINES
        self._elevation = (fixed.standard_normal(count, dtype=np.float32) * slice_mm).astype(np.float32)
        self._dither = fixed.uniform(-_DITHER_VOXELS, _DITHER_VOXELS, (3, count)).astype(np.float32)
        self._phase_threshold = fixed.random(count, dtype=np.float32)

    def sample(self, cut: Cut) -> Sample:
        """Gather what the grid points meet at one cut."""
        right, up = cut.axes()
        per_mm = 1 / (self._scale * VOXEL_MM)
        start = (cut.pose.middle() - LOW_XYZ) / VOXEL_MM
        start = start + (cut.slide[0] * right + cut.slide[1] * up) * per_mm
        places = np.empty((3, self._right.size), np.float32)
        part = np.empty_like(self._right)
        for i in range(3):
            np.multiply(self._right, np.float32(right[i] * per_mm), out=places[i])
            np.multiply(self._up, np.float32(up[i] * per_mm), out=part)
            places[i] += part
            np.multiply(self._elevation, np.float32(cut.pose.normal[i] * per_mm), out=part)
            places[i] += part
            places[i] += np.float32(start[i])
        labels = self._labels(places, part, cut.phase)
        cells = self._cells(places, part, contraction(cut.phase))
        fine = [c & (SIDE - 1) for c in cells]
        coarse = [(c >> 1) & (SIDE - 1) for c in cells]
        speckle = np.take(scatterers(), (fine[2] * SIDE + fine[1]) * SIDE + fine[0])
        grain = np.take(texture(), (coarse[2] * SIDE + coarse[1]) * SIDE + coarse[0])
        return Sample(labels, speckle.view(np.int8).reshape(-1, 2), grain)

    def _labels(self, places: NDArray[np.float32], part: NDArray[np.float32], phase: float) -> NDArray[np.uint8]:
        index = np.zeros(part.size, np.int32)
        stride = 1
        for i in range(3):
            limit = SHAPE_ZYX[2 - i]
            np.add(places[i], self._dither[i], out=part)
            np.clip(part, 0, np.float32(limit - 0.01), out=part)
            index += part.astype(np.int32) * np.int32(stride)
            stride *= limit
        beat = phase * PHASES
        early, late = int(beat) % PHASES, (int(beat) + 1) % PHASES
        later = self._phase_threshold < np.float32(beat - int(beat))
        index += np.where(later, np.int32(late * stride), np.int32(early * stride))
        labels = np.take(self._subject.volumes.reshape(-1), index)
        np.copyto(labels, self._mother, where=labels == Tissue.FLUID)
        return labels

    def _cells(self, places: NDArray[np.float32], part: NDArray[np.float32], squeeze: float) -> list[NDArray[np.int32]]:
        """Return the scatterer cell of each point along x, y, z; the heart's contraction draws them along."""
        if squeeze > 0:
            centre = ((self._heart - LOW_XYZ) / VOXEL_MM).astype(np.float32)
            distance2 = np.zeros_like(part)
            offsets = np.empty_like(places)
            for i in range(3):
                np.subtract(places[i], centre[i], out=offsets[i])
                np.multiply(offsets[i], offsets[i], out=part)
                distance2 += part
            distance2 *= np.float32(-(VOXEL_MM**2) / _HEART_REACH_MM2)
            np.exp(distance2, out=distance2)
            distance2 *= np.float32(_HEART_STRETCH * squeeze)
            offsets *= distance2
            places += offsets
        per_cell = np.float32(VOXEL_MM * self._scale / SPACING_MM)
        cells = []
        for i in range(3):
            np.multiply(places[i], per_cell, out=part)
            part += np.float32(self._subject.scatterer_shift[i] + _POSITIVE)
            cells.append(part.astype(np.int32))
        return cells
