"""From a decoded video frame to what is shown: grey or RGB of 8 bits, upright, transparency on black."""

import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, cast

import numpy as np
from av.buffer import Buffer
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

from uiac_desktop.frame import Pixels
from uiac_desktop.sources.opencv import cv2

_TURNS: Final = {
    (False, False): None,
    (True, False): 1,
    (False, True): 0,
    (True, True): -1,
}
"""OpenCV's flip codes for (mirrored left-right, mirrored top-bottom)."""


def display_matrix(frame: VideoFrame) -> bytes | None:
    """Return how a frame is to be turned (ISO 14496-12, 6.2.2), None where it stays as it is.

    Asking makes the frame and its side data hold each other until the next garbage collection, a megabyte each: ask at
    key frames alone, between which it cannot change.
    """
    matrix = cast(Mapping[Type, Buffer], frame.side_data).get(Type.DISPLAYMATRIX)
    return None if matrix is None else bytes(matrix)


def shown_pixels(frame: VideoFrame, matrix: bytes | None) -> Pixels:
    """Return a frame as it is shown.

    libav converts by the range (full or limited) and the matrix that the frame itself tells, ITU-R BT.601 where it
    tells none. The display matrix (rotation, mirroring) is applied. Transparency is laid on black, as for
    stills.

    Returns
    -------
    uint8, (H, W) for grey formats, else (H, W, 3) RGB, contiguous and owned by nobody else.
    """
    form = frame.format
    if form.name.startswith(("gray", "mono")):
        pixels = _converted(frame, "gray")
    elif any(component.is_alpha for component in form.components):
        pixels = _on_black(_converted(frame, "rgba"))
    else:
        pixels = _converted(frame, "rgb24")
    return _upright(pixels, matrix)


def _converted(frame: VideoFrame, form: str) -> Pixels:
    """Return the pixels in a format of 8 bits; one thread is fastest at these sizes."""
    return np.asarray(frame.to_ndarray(format=form, threads=1), np.uint8)


def _on_black(rgba: Pixels) -> Pixels:
    opacity = rgba[..., 3:].astype(np.uint16)
    if opacity.min() == 255:
        return np.ascontiguousarray(rgba[..., :3])
    return ((rgba[..., :3] * opacity + 127) // 255).astype(np.uint8)


def _upright(pixels: Pixels, matrix: bytes | None) -> Pixels:
    if matrix is None:
        return pixels
    transposed, flip = _turn(matrix)
    turned = cv2.transpose(pixels) if transposed else pixels
    return np.asarray(turned if flip is None else cv2.flip(turned, flip), np.uint8)


@lru_cache(maxsize=16)
def _turn(matrix: bytes) -> tuple[bool, int | None]:
    """Return whether rows become columns, and the flip after it, for the nearest of the eight right-angled placements.

    The matrix (ISO 14496-12, 6.2.2) takes a pixel at (x, y) to (a x + c y, b x + d y).
    """
    a, b, _, c, d = struct.unpack("=9i", matrix)[:5]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return False, _TURNS[a < 0, d < 0]
    return True, _TURNS[c < 0, b < 0]
