"""Batch norms folded into the convolutions before them, in numpy, so that a live network has none left."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nas.model import Weights

Floats: TypeAlias = NDArray[np.float32]

_NORM_EPSILON: Final = 1e-5


def gain_and_shift(weights: Weights, norm: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the (C,) factors g and s with which a batch norm in evaluation is g * x + s.

    g = weight / sqrt(running_var + 1e-5), s = bias - g * running_mean (Ioffe, Szegedy, "Batch normalization", ICML
    2015, Algorithm 2).

    Parameters
    ----------
    weights
        All tensors of a model by name.
    norm
        Name of the norm in the network.
    """
    variance = weights[f"{norm}.running_var"].astype(np.float64)
    gain = weights[f"{norm}.weight"] / np.sqrt(variance + _NORM_EPSILON)
    return gain, weights[f"{norm}.bias"] - gain * weights[f"{norm}.running_mean"]


def folded(weights: Weights, convolution: str, norm: str) -> tuple[Floats, Floats]:
    """Return weight (out, in, k, k) and bias (out,) of a convolution that does the work of itself and its norm."""
    gain, shift = gain_and_shift(weights, norm)
    return _scaled(weights[f"{convolution}.weight"], gain), shift.astype(np.float32)


def folded_halves(weights: Weights, name: str) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return weight and bias of the ``even`` and of the ``odd`` convolution of a factorised reduction with its norm."""
    gain, shift = gain_and_shift(weights, f"{name}.norm")
    even, odd = weights[f"{name}.even.weight"], weights[f"{name}.odd.weight"]
    half = even.shape[0]
    first = _scaled(even, gain[:half]), shift[:half].astype(np.float32)
    return first, (_scaled(odd, gain[half:]), shift[half:].astype(np.float32))


def _scaled(weight: Floats, gain: NDArray[np.float64]) -> Floats:
    scaled: Floats = (weight * gain[:, None, None, None]).astype(np.float32)
    return scaled
