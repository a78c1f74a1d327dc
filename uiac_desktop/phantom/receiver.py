"""The receiving half of the scanner: gain curve, contact, haze, clutter and noise, and compression to grey."""

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.kernels import Field
from uiac_desktop.phantom.scatterers import NOISE_SIDE, receiver_noise
from uiac_desktop.phantom.style import Scanner
from uiac_desktop.phantom.view import LINES, SAMPLES, View

Grey = NDArray[np.uint8]

_MIDDLE_GREY = 0.47
_DB = np.float32(10 / np.log(10))
_ENHANCEMENT_FROM_DB, _ENHANCEMENT_SHARE = 3.0, 0.4
_NOISE_RISE_DB = 14
_CLUTTER_SIDE, _CLUTTER_LINES, _CLUTTER_ROWS = 64, 5.0, 1.2
_SMOOTHING_FROM = 0.3


class Receiver:
    """Receives echoes with one scanner's settings in one exam.

    Parameters
    ----------
    view
        The fan.
    scanner
        Settings.
    chest_row, loss_before_chest
        Where the chest begins and the loss above it in dB, to which the operator has set the gain.
    dice
        Draws of this exam: gain ripple, contact and haze.
    """

    def __init__(self, view: View, scanner: Scanner, chest_row: int, loss_before_chest: float, dice: Dice) -> None:
        self._scanner = scanner
        depth = (np.arange(SAMPLES, dtype=np.float32) + 0.5) / SAMPLES
        ripple = sum(scanner.tgc_ripple_db * np.cos(np.pi * k * depth + dice.between(0, 2 * np.pi)) for k in (1, 2, 3))
        lines = _line_gain(scanner, dice)
        base = float(np.float32(loss_before_chest) - scanner.tgc_db_mm * view.sample_mm * chest_row)
        rows = scanner.tgc_db_mm * view.sample_mm * np.arange(SAMPLES) + ripple
        self._gain = (np.add.outer(rows + base, lines)).astype(np.float32)
        noise = scanner.noise_db + _NOISE_RISE_DB * depth
        self._noise = (10 ** (noise / 10)).astype(np.float32)[:, None]
        self._to_grey = np.float32(_DB / scanner.dynamic_range_db * 255)
        self._haze = _haze(view, scanner, dice)

    def receive(self, intensity: Field, loss: Field, noise_key: int, gain_db: float) -> Grey:
        """Return the log-compressed picture (SAMPLES, LINES); both fields are used up.

        Parameters
        ----------
        intensity
            Echo intensity (SAMPLES, LINES).
        loss
            Attenuation (SAMPLES, LINES), dB.
        noise_key
            Names the noise of this frame.
        gain_db
            The operator's trim on top of the exam's gain.
        """
        intensity += self._haze
        net = np.subtract(self._gain, loss, out=loss)
        strong = net * np.float32(_ENHANCEMENT_SHARE)
        strong += np.float32(_ENHANCEMENT_FROM_DB * (1 - _ENHANCEMENT_SHARE))
        np.minimum(net, strong, out=net)
        net += np.float32(self._scanner.gain_db + gain_db)
        net *= np.float32(1 / _DB)
        np.exp(net, out=net)
        intensity *= net
        self._add_clutter_and_noise(intensity, noise_key)
        return self._compress(intensity)

    def _add_clutter_and_noise(self, intensity: Field, noise_key: int) -> None:
        small = cv2.resize(intensity, (_CLUTTER_SIDE, _CLUTTER_SIDE), interpolation=cv2.INTER_AREA)
        spread = np.asarray(cv2.GaussianBlur(small, (0, 0), sigmaX=_CLUTTER_LINES, sigmaY=_CLUTTER_ROWS), np.float32)
        spread *= np.float32(4 * 10 ** (self._scanner.clutter_db / 10))
        intensity += cv2.resize(spread, (LINES, SAMPLES), interpolation=cv2.INTER_LINEAR)
        x = noise_key * 7919 % (NOISE_SIDE - LINES)
        y = noise_key * 104729 % (NOISE_SIDE - SAMPLES)
        intensity += receiver_noise()[y : y + SAMPLES, x : x + LINES] * self._noise
        intensity += np.float32(1e-8)

    def _compress(self, intensity: Field) -> Grey:
        np.log(intensity, out=intensity)
        intensity *= self._to_grey
        intensity += np.float32(255 * _MIDDLE_GREY)
        np.clip(intensity, 0, 255, out=intensity)
        grey: Grey = intensity.astype(np.uint8)
        if self._scanner.smoothing > _SMOOTHING_FROM:
            grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), self._scanner.smoothing), np.uint8)
        return grey


def _line_gain(scanner: Scanner, dice: Dice) -> NDArray[np.float64]:
    """Return the gain of each line (LINES,), dB: aberration, and at times an edge of the probe without contact."""
    side = np.linspace(-1, 1, LINES, dtype=np.float32)
    walk = np.cumsum(dice.rng.standard_normal(LINES + 40))
    smooth = np.convolve(walk - np.linspace(walk[0], walk[-1], walk.size), np.ones(41) / 41, "valid")
    lines: NDArray[np.float64] = (smooth - smooth.mean()) / (smooth.std() + 1e-6) * scanner.line_gain_db
    if dice.happens(0.3):
        edge = dice.pick((-1, 1)) * side
        lines = lines - dice.between(6, 16) / (1 + np.exp(-(edge - dice.between(0.45, 0.8)) * 14))
    return lines


def _haze(view: View, scanner: Scanner, dice: Dice) -> Field:
    """Return the standing reverberation below the uterine wall as intensity (SAMPLES, LINES)."""
    below = view.depths() - (view.wall + view.uterus)
    fall = np.where(below > -4, np.exp(-np.maximum(below, 0) / dice.between(6, 14)), 0.3)
    grains = dice.rng.standard_exponential((SAMPLES, LINES)).astype(np.float32)
    streaks = cv2.GaussianBlur(grains, (0, 0), sigmaX=9, sigmaY=1.2)
    bands = 1 + 0.6 * np.cos(below / dice.between(0.9, 2.2))
    return np.asarray(10 ** (scanner.haze_db / 10) * (fall * bands)[:, None] * streaks, np.float32)
