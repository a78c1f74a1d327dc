"""The periodic scatterers and texture all subjects share; addressed by tissue position, so they move with it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIDE = 128
SPACING_MM = 0.33
SCATTERER_UNIT = 32.0
TEXTURE_UNIT = 24.0
NOISE_SIDE = 512

# standard deviation in cells of 2 * SPACING_MM, and weight, of each scale of texture
_TEXTURE_SCALES = ((2.5, 1.0), (7.0, 1.2), (14.0, 0.7))


@lru_cache(maxsize=1)
def scatterers() -> NDArray[np.uint16]:
    """Return SIDE**3 complex Gaussian scatterers, each two int8 (real, imaginary; SD SCATTERER_UNIT) in one uint16."""
    rng = np.random.default_rng(20230611)
    parts = rng.standard_normal((SIDE**3, 2), dtype=np.float32) * np.float32(SCATTERER_UNIT)
    pairs: NDArray[np.uint16] = np.clip(np.rint(parts), -127, 127).astype(np.int8).view(np.uint16).reshape(-1)
    return pairs


@lru_cache(maxsize=1)
def texture() -> NDArray[np.uint8]:
    """Return SIDE**3 smooth noise of unit SD, coded as 128 + TEXTURE_UNIT * value."""
    rng = np.random.default_rng(20230612)
    spectrum = np.fft.rfftn(rng.standard_normal((SIDE,) * 3, dtype=np.float32))
    full = np.fft.fftfreq(SIDE).astype(np.float32)
    half = np.fft.rfftfreq(SIDE).astype(np.float32)
    k2 = full[:, None, None] ** 2 + full[None, :, None] ** 2 + half[None, None, :] ** 2
    power = np.zeros_like(k2)
    for sigma, weight in _TEXTURE_SCALES:
        power += np.float32(weight**2 * sigma**3) * np.exp(-np.float32(4 * np.pi**2 * sigma**2) * k2)
    power[0, 0, 0] = 0
    noise = np.fft.irfftn(spectrum * np.sqrt(power), s=(SIDE,) * 3, axes=(0, 1, 2))
    noise = noise / noise.std() * np.float32(TEXTURE_UNIT)
    coded: NDArray[np.uint8] = np.clip(np.rint(noise + 128), 0, 255).astype(np.uint8).reshape(-1)
    return coded


@lru_cache(maxsize=1)
def receiver_noise() -> NDArray[np.float32]:
    """Return a bank (NOISE_SIDE, NOISE_SIDE) of exponentially distributed noise intensity of mean 1."""
    rng = np.random.default_rng(20230613)
    return rng.standard_exponential((NOISE_SIDE, NOISE_SIDE), dtype=np.float32)
