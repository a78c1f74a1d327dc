"""From a frame to the network's input by one specification and function, so that training and live use see the same."""

from typing import Annotated, Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Pixels: TypeAlias = NDArray[np.uint8]
Planes: TypeAlias = NDArray[np.float32]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Level = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Spread = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]

_WHITE: Final = 255.0
_HALVED_FROM: Final = 8


class PreprocessSpec(BaseModel):
    """How a frame becomes the network's input; stored with the model.

    Parameters
    ----------
    crop
        (x, y, width, height) of the part that is used, as fractions of the frame, or None for all of it.
    colour
        ``grey`` (one channel, luma of ITU-R BT.601) or ``rgb`` (three).
    fit
        ``letterbox`` keeps the proportions and fills up with black, centred; ``stretch`` fills the square.
    size
        Side of the network's input in pixels, 8 to 1024.
    mean, std
        Subtracted from, and divided into, grey levels of 0 (black) to 1 (white); one number, or one a channel. By
        default black stays 0, so that letterbox, cutout and the padding of convolutions all mean the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    crop: tuple[Fraction, Fraction, Fraction, Fraction] | None = None
    colour: Literal["grey", "rgb"] = "grey"
    fit: Literal["letterbox", "stretch"] = "letterbox"
    size: int = Field(64, ge=8, le=1024)
    mean: tuple[Level, ...] = (0.0,)
    std: tuple[Spread, ...] = (0.25,)

    @model_validator(mode="after")
    def _holds_together(self) -> "PreprocessSpec":
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in (1, self.channels):
                raise ValueError(f"{name} has {len(values)} numbers; one, or one for each channel, is expected")
        if self.crop is not None:
            x, y, width, height = self.crop
            if width <= 0 or height <= 0 or x + width > 1 + 1e-9 or y + height > 1 + 1e-9:
                raise ValueError("crop must lie inside the frame and hold something of it")
        return self

    @property
    def channels(self) -> int:
        """Channels of the network's input: 1 or 3."""
        return 1 if self.colour == "grey" else 3


def preprocess(frame: Pixels, spec: PreprocessSpec) -> Planes:
    """Return the network's input for one frame.

    Parameters
    ----------
    frame
        uint8, (H, W) grey or (H, W, 3) RGB, any size from 1x1.
    spec
        The model's specification.

    Returns
    -------
    float32 (C, S, S), contiguous.

    Raises
    ------
    ValueError
        The frame has another type or shape, which a reader must not let through.
    """
    return normalise(fit_frame(frame, spec), spec)


def fit_frame(frame: Pixels, spec: PreprocessSpec) -> Pixels:
    """Return the frame cropped, resized and in the model's colour: uint8 (S, S), or (S, S, 3) for ``rgb``.

    Shrinking averages areas; enlarging is bilinear. Frames of eight times the size and more are halved first as long as
    their sides are even, which gives the same means but for rounding, four times as fast. A colour frame with equal
    channels gives exactly what the grey frame gives.
    Parameters and errors as in `preprocess`.
    """
    _refuse_other_frames(frame)
    part = frame if spec.crop is None else _cropped(frame, spec.crop)
    if spec.colour == "grey" and part.ndim == 3:
        part = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8)
    fitted = _letterboxed(part, spec.size) if spec.fit == "letterbox" else _resized(part, spec.size, spec.size)
    if spec.colour == "rgb" and fitted.ndim == 2:
        return np.repeat(fitted[:, :, None], 3, axis=2)
    return fitted


def normalise(image: Pixels, spec: PreprocessSpec) -> Planes:
    """Return fitted images as float32 with channels first: ((grey / 255) - mean) / std.

    Parameters
    ----------
    image
        uint8 (..., S, S) for ``grey`` or (..., S, S, 3) for ``rgb``, as `fit_frame` gives them, alone or in a batch.

    Returns
    -------
    float32 (..., C, S, S), contiguous.
    """
    planes = image[..., None, :, :] if spec.colour == "grey" else np.moveaxis(image, -1, -3)
    gain, offset = gain_and_offset(spec)
    scaled = planes.astype(np.float32, order="C")
    scaled *= gain[:, None, None]
    if offset.any():
        scaled += offset[:, None, None]
    return scaled


def gain_and_offset(spec: PreprocessSpec) -> tuple[Planes, Planes]:
    """Return the two float32 (C,) arrays with which `normalise` is grey * gain + offset, for use on another device."""
    std = np.broadcast_to(np.asarray(spec.std, np.float64), spec.channels)
    mean = np.broadcast_to(np.asarray(spec.mean, np.float64), spec.channels)
    return (1 / (_WHITE * std)).astype(np.float32), (-mean / std).astype(np.float32)


def _refuse_other_frames(frame: Pixels) -> None:
    grey_or_rgb = frame.ndim == 2 or (frame.ndim == 3 and frame.shape[2] == 3)
    if frame.dtype != np.uint8 or not grey_or_rgb or frame.size == 0:
        raise ValueError(f"a frame is uint8 (H, W) or (H, W, 3), not {frame.dtype} {frame.shape}")


def _cropped(frame: Pixels, crop: tuple[float, float, float, float]) -> Pixels:
    """Return a view of the crop, at least one pixel each way."""
    rows, columns = frame.shape[:2]
    x, y, width, height = crop
    left, top = min(round(x * columns), columns - 1), min(round(y * rows), rows - 1)
    right, bottom = max(round((x + width) * columns), left + 1), max(round((y + height) * rows), top + 1)
    return frame[top:bottom, left:right]


def _letterboxed(part: Pixels, size: int) -> Pixels:
    rows, columns = part.shape[:2]
    scale = size / max(rows, columns)
    height, width = max(1, round(rows * scale)), max(1, round(columns * scale))
    resized = _resized(part, width, height)
    if (height, width) == (size, size):
        return resized
    square = np.zeros((size, size, *part.shape[2:]), np.uint8)
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = resized
    return square


def _resized(part: Pixels, width: int, height: int) -> Pixels:
    """Shrink by area means where the part is larger, then enlarge bilinearly where it is smaller."""
    rows, columns = part.shape[:2]
    while rows >= _HALVED_FROM * height and columns >= _HALVED_FROM * width and rows % 2 == columns % 2 == 0:
        rows, columns = rows // 2, columns // 2
        part = np.asarray(cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    shrunk = (min(width, columns), min(height, rows))
    if shrunk != (columns, rows):
        part = np.asarray(cv2.resize(part, shrunk, interpolation=cv2.INTER_AREA), np.uint8)
    if shrunk != (width, height):
        part = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    return part
