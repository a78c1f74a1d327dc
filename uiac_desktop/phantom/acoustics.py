"""The polar B-mode picture: sound through labelled tissue, from scatterers to grey; it knows poses and no planes."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.canvas import LOW_XYZ, SHAPE_ZYX, VOXEL_MM, Point
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.heart import PHASES, contraction
from uiac_desktop.phantom.planes import Pose
from uiac_desktop.phantom.scatterers import (
    NOISE_SIDE,
    SCATTERER_UNIT,
    SIDE,
    SPACING_MM,
    TEXTURE_UNIT,
    receiver_noise,
    scatterers,
    texture,
)
from uiac_desktop.phantom.style import Scanner
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.tissue import ATTENUATION, IMPEDANCE, Tissue
from uiac_desktop.phantom.view import LINES, SAMPLES, View

Grey = NDArray[np.uint8]
_Field = NDArray[np.float32]

_MIDDLE_GREY = 0.47
_BONE_FROM_DB_MM = 0.45
_SHADOW_LIMIT_DB = 27.0
_ENHANCEMENT_FROM_DB, _ENHANCEMENT_SHARE = 3.0, 0.4
_APERTURE_LINES = 3.5
_DB = np.float32(10 / np.log(10))
_POSITIVE = 1280.0
_HEART_REACH_MM2 = 260.0
_HEART_STRETCH = 0.16


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


class BMode:
    """Renders polar pictures of one subject with one scanner in one exam.

    Parameters
    ----------
    subject
        Whom to scan.
    view
        The fan.
    scanner
        Settings of image formation.
    mother
        Labels (SAMPLES, LINES) where the fetus is not.
    dice
        Draws of this exam: gain ripple, contact and haze.
    """

    def __init__(self, subject: Subject, view: View, scanner: Scanner, mother: NDArray[np.uint8], dice: Dice) -> None:
        self._subject, self._scanner = subject, scanner
        self._scale = subject.plan.scale
        right, up = view.around_chest()
        self._right, self._up = right.ravel(), up.ravel()
        self._mother = mother.ravel()
        self._heart = subject.plan.heart(4, 0, 0)
        fixed = np.random.default_rng(20230614)
        count = SAMPLES * LINES
        self._elevation = (fixed.standard_normal(count, dtype=np.float32) * scanner.slice_mm).astype(np.float32)
        self._dither = fixed.uniform(-0.35, 0.35, (3, count)).astype(np.float32)
        self._phase_threshold = fixed.random(count, dtype=np.float32)
        self._build_tables(subject)
        self._build_kernels(view)
        self._build_gain(view, dice)
        self._haze = _haze(view, scanner, dice)

    def _build_tables(self, subject: Subject) -> None:
        tex = (np.arange(256, dtype=np.float32) - 128) / np.float32(TEXTURE_UNIT) * np.float32(self._scanner.texture_db)
        level = subject.echoes[:, None] + tex[None, :]
        quiet = [Tissue.FLUID, Tissue.BLOOD, Tissue.STOMACH]
        level[quiet] = subject.echoes[quiet][:, None]
        self._amplitude = (10 ** (level / 20) / SCATTERER_UNIT).astype(np.float32).ravel()
        self._glint = (10 ** (3 * tex / 20)).astype(np.float32)

    def _build_kernels(self, view: View) -> None:
        scanner = self._scanner
        axial, lateral = scanner.axial_mm / view.sample_mm, scanner.lateral_mm / view.line_mm
        self._sharp_axial, self._sharp_lateral = _gaussian(axial), _gaussian(lateral)
        self._wide_axial, self._wide_lateral = _gaussian(0.9 * axial), _gaussian(0.9 * lateral)
        sharp = _power(self._sharp_axial) * _power(self._sharp_lateral)
        wide = _power(np.convolve(self._sharp_axial, self._wide_axial)) * _power(
            np.convolve(self._sharp_lateral, self._wide_lateral)
        )
        rows = (np.arange(SAMPLES, dtype=np.float32) + 0.5) / SAMPLES
        blur = np.minimum(np.abs(rows - scanner.focus) * 1.8, 0.75)
        self._sharp_weight = ((1 - blur) / np.sqrt(sharp)).astype(np.float32)[:, None, None]
        self._wide_weight = (blur / np.sqrt(wide)).astype(np.float32)[:, None, None]
        self._specular = np.float32(2.2 * scanner.specular * np.sqrt(sharp) * 2.4)
        self._slope = np.float32(view.sample_mm / view.line_mm)
        self._grain_axial = _gaussian(0.6 * axial)
        self._grain_lateral = _gaussian(max(0.5 * lateral * scanner.grain, 0.4))
        self._impedance_blur = (_gaussian(0.8), _gaussian(1.2))
        self._impedance_step = (_slope_kernel(0.8), _slope_kernel(1.2))
        self._aperture = _gaussian(_APERTURE_LINES)
        self._impedance, self._attenuation = np.zeros((2, 256), np.float32)
        self._impedance[: len(Tissue)] = IMPEDANCE
        self._attenuation[: len(Tissue)] = ATTENUATION * view.sample_mm
        self._bone_from = np.float32(_BONE_FROM_DB_MM * view.sample_mm)

    def _build_gain(self, view: View, dice: Dice) -> None:
        scanner = self._scanner
        depth = (np.arange(SAMPLES, dtype=np.float32) + 0.5) / SAMPLES
        side = np.linspace(-1, 1, LINES, dtype=np.float32)
        ripple = sum(scanner.tgc_ripple_db * np.cos(np.pi * k * depth + dice.between(0, 2 * np.pi)) for k in (1, 2, 3))
        lines = np.cumsum(dice.rng.standard_normal(LINES + 40))
        lines = np.convolve(lines - np.linspace(lines[0], lines[-1], lines.size), np.ones(41) / 41, "valid")
        lines = (lines - lines.mean()) / (lines.std() + 1e-6) * scanner.line_gain_db
        if dice.happens(0.3):
            edge = dice.pick((-1, 1)) * side
            lines = lines - dice.between(6, 16) / (1 + np.exp(-(edge - dice.between(0.45, 0.8)) * 14))
        self._mean_loss = self._expected_loss(view)
        rows = scanner.tgc_db_mm * view.sample_mm * np.arange(SAMPLES) + ripple
        self._gain = (np.add.outer(rows + self._mean_loss, lines)).astype(np.float32)
        noise = scanner.noise_db + 14 * depth
        self._noise = (10 ** (noise / 10)).astype(np.float32)[:, None]
        self._to_grey = np.float32(_DB / scanner.dynamic_range_db * 255)

    def _expected_loss(self, view: View) -> float:
        """Return how the operator has set the overall gain, dB, for what lies before the chest."""
        row = int((view.chest_depth - view.chest_radius - view.near) / view.sample_mm)
        row = max(1, min(SAMPLES - 1, row))
        loss = self._attenuation[self._mother.reshape(SAMPLES, LINES)[:row]].sum(0).mean()
        return float(loss - self._scanner.tgc_db_mm * view.sample_mm * row)

    def polar(self, cut: Cut, noise_key: int, gain_db: float = 0.0) -> Grey:
        """Return the log-compressed picture (SAMPLES, LINES), uint8, before the grey curve.

        Parameters
        ----------
        cut
            Where and when to look.
        noise_key
            Names the receiver noise of this frame.
        gain_db
            The operator's trim on top of the exam's gain.
        """
        labels, speckle, grain = self._sample(cut)
        intensity = self._echo(labels, speckle, grain)
        intensity += self._haze
        loss = self._loss(labels)
        net = np.subtract(self._gain, loss, out=loss)
        strong = net * np.float32(_ENHANCEMENT_SHARE)
        strong += np.float32(_ENHANCEMENT_FROM_DB * (1 - _ENHANCEMENT_SHARE))
        np.minimum(net, strong, out=net)
        net += np.float32(self._scanner.gain_db + gain_db)
        net *= np.float32(1 / _DB)
        np.exp(net, out=net)
        intensity *= net
        self._add_clutter_and_noise(intensity, noise_key)
        np.log(intensity, out=intensity)
        intensity *= self._to_grey
        intensity += np.float32(255 * _MIDDLE_GREY)
        np.clip(intensity, 0, 255, out=intensity)
        grey: Grey = intensity.astype(np.uint8)
        if self._scanner.smoothing > 0.3:
            grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), self._scanner.smoothing), np.uint8)
        return grey

    def _sample(self, cut: Cut) -> tuple[NDArray[np.uint8], NDArray[np.int8], NDArray[np.uint8]]:
        """Gather label, scatterers and texture of every grid point."""
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
        return labels, speckle.view(np.int8).reshape(-1, 2), grain

    def _labels(self, places: _Field, part: _Field, phase: float) -> NDArray[np.uint8]:
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

    def _cells(self, places: _Field, part: _Field, squeeze: float) -> list[NDArray[np.int32]]:
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

    def _echo(self, labels: NDArray[np.uint8], speckle: NDArray[np.int8], grain: NDArray[np.uint8]) -> _Field:
        """Return the echo intensity before attenuation: scatterers and interfaces through the point spread."""
        amplitude = np.take(self._amplitude, (labels.astype(np.int32) << 8) + grain)
        field = (speckle * amplitude[:, None]).reshape(SAMPLES, LINES, 2)
        field[..., 0] += self._interfaces(labels, grain)
        sharp = _filtered(field, self._sharp_lateral, self._sharp_axial)
        wide = _filtered(sharp, self._wide_lateral, self._wide_axial)
        sharp *= self._sharp_weight
        wide *= self._wide_weight
        sharp += wide
        sharp *= sharp
        intensity = sharp[..., 0] + sharp[..., 1]
        return _filtered(intensity, self._grain_lateral, self._grain_axial)

    def _interfaces(self, labels: NDArray[np.uint8], grain: NDArray[np.uint8]) -> _Field:
        """Return the coherent echo of impedance steps, strong where the beam meets them at right angles."""
        impedance = _looked_up(self._impedance, labels)
        down = _filtered(impedance, self._impedance_blur[1], self._impedance_step[0])
        across = _filtered(impedance, self._impedance_step[1], self._impedance_blur[0])
        across *= self._slope
        down2 = down * down
        across *= across
        across += down2
        across += np.float32(1e-9)
        facing: _Field = down2 / across
        facing *= facing
        np.abs(down, out=down)
        facing *= down
        facing *= self._specular
        facing *= _looked_up(self._glint, grain)
        return facing

    def _loss(self, labels: NDArray[np.uint8]) -> _Field:
        """Return the attenuation down to each grid point, dB; the excess of bone saturates to a grey shadow."""
        step = _filtered(_looked_up(self._attenuation, labels), self._aperture, np.ones(1, np.float32))
        loss = np.empty((SAMPLES, 2, LINES), np.float32)
        soft, bone = loss[:, 0], loss[:, 1]
        np.subtract(step, self._bone_from, out=bone)
        np.maximum(bone, 0, out=bone)
        np.subtract(step, bone, out=soft)
        for above, here in pairwise(loss):
            np.add(here, above, out=here)
        soft += np.float32(_SHADOW_LIMIT_DB) * bone / (bone + np.float32(_SHADOW_LIMIT_DB))
        return soft

    def _add_clutter_and_noise(self, intensity: _Field, noise_key: int) -> None:
        small = cv2.resize(intensity, (64, 64), interpolation=cv2.INTER_AREA)
        spread = np.asarray(cv2.GaussianBlur(small, (0, 0), sigmaX=5.0, sigmaY=1.2), np.float32)
        spread *= np.float32(4 * 10 ** (self._scanner.clutter_db / 10))
        intensity += cv2.resize(spread, (LINES, SAMPLES), interpolation=cv2.INTER_LINEAR)
        x = noise_key * 7919 % (NOISE_SIDE - LINES)
        y = noise_key * 104729 % (NOISE_SIDE - SAMPLES)
        intensity += receiver_noise()[y : y + SAMPLES, x : x + LINES] * self._noise
        intensity += np.float32(1e-8)


def _looked_up(table: NDArray[np.float32], codes: NDArray[np.uint8]) -> _Field:
    """Return table[codes] as a field (SAMPLES, LINES)."""
    return np.asarray(cv2.LUT(codes.reshape(SAMPLES, LINES), table), np.float32)


def _filtered(field: _Field, across: NDArray[np.float32], down: NDArray[np.float32]) -> _Field:
    return np.asarray(cv2.sepFilter2D(field, -1, across, down), np.float32)


def _gaussian(sigma: float) -> NDArray[np.float32]:
    half = max(1, int(np.ceil(3 * sigma)))
    x = np.arange(-half, half + 1)
    kernel = np.exp(-0.5 * (x / max(sigma, 0.2)) ** 2)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _slope_kernel(sigma: float) -> NDArray[np.float32]:
    half = int(np.ceil(3 * sigma))
    x = np.arange(-half, half + 1)
    kernel = x * np.exp(-0.5 * (x / sigma) ** 2)
    return np.asarray(kernel / (kernel @ x), np.float32)


def _power(kernel: NDArray[np.floating]) -> float:
    return float(kernel @ kernel)


def _haze(view: View, scanner: Scanner, dice: Dice) -> _Field:
    """Return the standing reverberation below the uterine wall as intensity (SAMPLES, LINES)."""
    below = view.depths() - (view.wall + view.uterus)
    fall = np.where(below > -4, np.exp(-np.maximum(below, 0) / dice.between(6, 14)), 0.3)
    grains = dice.rng.standard_exponential((SAMPLES, LINES)).astype(np.float32)
    streaks = cv2.GaussianBlur(grains, (0, 0), sigmaX=9, sigmaY=1.2)
    bands = 1 + 0.6 * np.cos(below / dice.between(0.9, 2.2))
    return np.asarray(10 ** (scanner.haze_db / 10) * (fall * bands)[:, None] * streaks, np.float32)
