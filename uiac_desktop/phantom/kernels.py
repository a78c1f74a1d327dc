"""Filters over the polar grid: short kernels made here, run by OpenCV, which keeps a frame within its milliseconds."""

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.view import LINES, SAMPLES

Field = NDArray[np.float32]
Kernel = NDArray[np.float32]


def looked_up(table: Field, codes: NDArray[np.uint8]) -> Field:
    """Return table[codes] as a field (SAMPLES, LINES)."""
    return np.asarray(cv2.LUT(codes.reshape(SAMPLES, LINES), table), np.float32)


def filtered(field: Field, across: Kernel, down: Kernel) -> Field:
    """Return the field filtered along the lines' direction by `across` and along depth by `down`."""
    return np.asarray(cv2.sepFilter2D(field, -1, across, down), np.float32)


def gaussian(sigma: float) -> Kernel:
    """Return a Gaussian kernel of unit sum; `sigma` in grid points."""
    half = max(1, int(np.ceil(3 * sigma)))
    x = np.arange(-half, half + 1)
    kernel = np.exp(-0.5 * (x / max(sigma, 0.2)) ** 2)
    return np.asarray(kernel / kernel.sum(), np.float32)


def slope(sigma: float) -> Kernel:
    """Return the derivative of a Gaussian, answering a unit ramp by 1; `sigma` in grid points."""
    half = int(np.ceil(3 * sigma))
    x = np.arange(-half, half + 1)
    kernel = x * np.exp(-0.5 * (x / sigma) ** 2)
    return np.asarray(kernel / (kernel @ x), np.float32)


def power(kernel: NDArray[np.floating]) -> float:
    """Return the share of white noise power that a kernel lets through."""
    return float(kernel @ kernel)
