"""Echoes before attenuation: scatterers and interfaces through a point spread that widens away from the focus."""

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.kernels import Field, filtered, gaussian, looked_up, power, slope
from uiac_desktop.phantom.sampler import Sample
from uiac_desktop.phantom.scatterers import SCATTERER_UNIT, TEXTURE_UNIT
from uiac_desktop.phantom.style import Scanner
from uiac_desktop.phantom.tissue import IMPEDANCE, Tissue
from uiac_desktop.phantom.view import LINES, SAMPLES, View

_SPECULAR_GAIN = 2.2 * 2.4
_EDGE_DEPTH, _EDGE_LINES = 0.8, 1.2
_OUT_OF_FOCUS, _OUT_OF_FOCUS_LIMIT = 1.8, 0.75
_WIDER = 0.9


class Echo:
    """Turns samples of tissue into echo intensity.

    Parameters
    ----------
    view
        The fan, for the size of its grid in mm.
    scanner
        Point spread, focus, texture and compounding.
    echoes
        The subject's echo level of each tissue, dB.
    """

    def __init__(self, view: View, scanner: Scanner, echoes: NDArray[np.float32]) -> None:
        self._tabulate_tissue(scanner.texture_db, echoes)
        axial, lateral = scanner.axial_mm / view.sample_mm, scanner.lateral_mm / view.line_mm
        self._sharp = gaussian(lateral), gaussian(axial)
        self._wide = gaussian(_WIDER * lateral), gaussian(_WIDER * axial)
        sharp = power(self._sharp[1]) * power(self._sharp[0])
        wide = power(np.convolve(self._sharp[1], self._wide[1])) * power(np.convolve(self._sharp[0], self._wide[0]))
        rows = (np.arange(SAMPLES, dtype=np.float32) + 0.5) / SAMPLES
        blur = np.minimum(np.abs(rows - scanner.focus) * _OUT_OF_FOCUS, _OUT_OF_FOCUS_LIMIT)
        self._sharp_weight = ((1 - blur) / np.sqrt(sharp)).astype(np.float32)[:, None, None]
        self._wide_weight = (blur / np.sqrt(wide)).astype(np.float32)[:, None, None]
        self._specular = np.float32(_SPECULAR_GAIN * scanner.specular * np.sqrt(sharp))
        self._slope = np.float32(view.sample_mm / view.line_mm)
        self._compounding = gaussian(max(0.5 * lateral * scanner.grain, 0.4)), gaussian(0.6 * axial)
        self._edge_down = gaussian(_EDGE_LINES), slope(_EDGE_DEPTH)
        self._edge_across = slope(_EDGE_LINES), gaussian(_EDGE_DEPTH)

    def _tabulate_tissue(self, texture_db: float, echoes: NDArray[np.float32]) -> None:
        tex = (np.arange(256, dtype=np.float32) - 128) / np.float32(TEXTURE_UNIT) * np.float32(texture_db)
        level = echoes[:, None] + tex[None, :]
        quiet = [Tissue.FLUID, Tissue.BLOOD, Tissue.STOMACH]
        level[quiet] = echoes[quiet][:, None]
        self._amplitude = (10 ** (level / 20) / SCATTERER_UNIT).astype(np.float32).ravel()
        self._glint = (10 ** (3 * tex / 20)).astype(np.float32)
        self._impedance = np.zeros(256, np.float32)
        self._impedance[: len(Tissue)] = IMPEDANCE

    def intensity(self, sample: Sample) -> Field:
        """Return the echo intensity (SAMPLES, LINES); liver-like speckle has mean 2."""
        amplitude = np.take(self._amplitude, (sample.labels.astype(np.int32) << 8) + sample.texture)
        field = (sample.speckle * amplitude[:, None]).reshape(SAMPLES, LINES, 2)
        field[..., 0] += self._interfaces(sample)
        sharp = filtered(field, *self._sharp)
        wide = filtered(sharp, *self._wide)
        sharp *= self._sharp_weight
        wide *= self._wide_weight
        sharp += wide
        sharp *= sharp
        return filtered(sharp[..., 0] + sharp[..., 1], *self._compounding)

    def _interfaces(self, sample: Sample) -> Field:
        """Return the coherent echo of impedance steps, strong where the beam meets them at right angles."""
        impedance = looked_up(self._impedance, sample.labels)
        down = filtered(impedance, *self._edge_down)
        across = filtered(impedance, *self._edge_across)
        across *= self._slope
        down2 = down * down
        across *= across
        across += down2
        across += np.float32(1e-9)
        facing: Field = down2 / across
        facing *= facing
        np.abs(down, out=down)
        facing *= down
        facing *= self._specular
        facing *= looked_up(self._glint, sample.texture)
        return facing
