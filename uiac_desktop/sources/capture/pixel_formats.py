"""From the raw buffer of a capture driver to RGB or grey, in the right colours, whatever layout the card hands over."""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from uiac_desktop.frame import Pixels
from uiac_desktop.sources.opencv import cv2

YuvRange: TypeAlias = Literal["limited", "full"]

_HIGH_DEFINITION: Final = 720
_MOST_SIDE: Final = 16384


class ShortBufferError(Exception):
    """A buffer holds less than its picture, as when a transfer was cut: half of it would be shown green."""


_LUMA_FIRST: Final[Mapping[str, bool]] = {"YUY2": True, "YUYV": True, "UYVY": False}
_U_FIRST: Final[Mapping[str, bool]] = {
    "NV12": True, "NV21": False, "I420": True, "YU12": True, "YV12": False,
}  # fmt: skip
_PACKED: Final[Mapping[str, tuple[int, int | None]]] = {
    "BGR3": (3, cv2.COLOR_BGR2RGB),
    "RGB3": (3, None),
    "BGR4": (4, cv2.COLOR_BGRA2RGB),
    "GREY": (1, None),
    "Y800": (1, None),
    "Y16": (2, None),
}
FORMATS: Final = frozenset((*_LUMA_FIRST, *_U_FIRST, *_PACKED, "MJPG"))


def fourcc_text(code: int) -> str:
    """Return the letters of a driver's number of a layout, for example ``YUY2``; empty where it names none."""
    return (code & 0xFFFFFFFF).to_bytes(4, "little").decode("ascii", "replace").strip() if code > 0 else ""


def to_pixels(
    buffer: "NDArray[Any]",
    fourcc: str,
    width: int,
    height: int,
    stride: int | None = None,
    yuv_range: YuvRange = "limited",
) -> Pixels:
    """Return the picture that a raw buffer holds.

    YUV is taken as ITU-R BT.709 from 720 rows on, else as BT.601, as capture cards do.

    Parameters
    ----------
    buffer
        Bytes, or 16-bit numbers for Y16, of any shape.
    fourcc
        The layout, for example ``YUY2``; ``MJPG`` is one whole JPEG.
    width, height
        Of the picture, pixels; JPEG has its own.
    stride
        Bytes from one row of the first plane to the next, where rows are padded; the chroma of NV12 has the same,
        that of I420 and YV12 half of it.
    yuv_range
        Whether black is 16 (``limited``, television) or 0 (``full``, as computers have it).

    Returns
    -------
    uint8, (H, W) for grey layouts, else (H, W, 3) RGB, owned by the caller.

    Raises
    ------
    ShortBufferError
        The buffer is cut.
    ValueError
        The layout is not known, or the size is impossible.
    """
    code = fourcc.strip().upper()
    data = np.ascontiguousarray(buffer).reshape(-1).view(np.uint8)
    if code == "MJPG":
        return _jpeg(data)
    if code not in FORMATS or not (0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE):
        raise ValueError(f"pictures of {width}x{height} in {code or 'an unnamed layout'} are not known")
    if code in _PACKED:
        return _packed(data, code, width, height, stride)
    planes = _planes(data, code, width, height, stride)
    return _rgb(planes, "yuv422p" if code in _LUMA_FIRST else "yuv420p", width, height, yuv_range)


def _jpeg(data: Pixels) -> Pixels:
    if b"\xff\xd9" not in data[-64:].tobytes():
        raise ShortBufferError
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise ShortBufferError
    return np.asarray(picture, np.uint8)


def _packed(data: Pixels, code: str, width: int, height: int, stride: int | None) -> Pixels:
    size, conversion = _PACKED[code]
    rows = _rows(data, 0, height, width * size, stride or width * size)
    if code == "Y16":
        return np.ascontiguousarray(rows[:, 1::2])
    if size == 1:
        return rows.copy()
    picture = rows.reshape(height, width, size)
    return picture.copy() if conversion is None else np.asarray(cv2.cvtColor(picture, conversion), np.uint8)


def _planes(data: Pixels, code: str, width: int, height: int, stride: int | None) -> tuple[Any, Any, Any]:
    """Return luma and the two colour differences, each as a plane; libav is several times faster on planes."""
    pairs = (width + 1) // 2
    if code in _LUMA_FIRST:
        packed = _rows(data, 0, height, 4 * pairs, stride or 4 * pairs).reshape(height, 2 * pairs, 2)
        place = 0 if _LUMA_FIRST[code] else 1
        luma, colour = cv2.extractChannel(packed, place), cv2.extractChannel(packed, 1 - place)
        one, other = cv2.split(colour.reshape(height, pairs, 2))
        return luma, one, other
    step = stride or 2 * pairs
    luma = _rows(data, 0, height, width, step)
    at, down = step * height, (height + 1) // 2
    if code.startswith("NV"):
        one, other = cv2.split(_rows(data, at, down, 2 * pairs, step).reshape(down, pairs, 2))
    else:
        half = step // 2
        one = _rows(data, at, down, pairs, half)
        other = _rows(data, at + half * down, down, pairs, half)
    return (luma, one, other) if _U_FIRST[code] else (luma, other, one)


def _rgb(planes: tuple[Any, Any, Any], form: str, width: int, height: int, yuv_range: YuvRange) -> Pixels:
    frame = VideoFrame(width, height, form)
    for plane, values in zip(frame.planes, planes, strict=True):
        across = plane.width
        inside = np.frombuffer(memoryview(cast(bytes, plane)), np.uint8).reshape(-1, plane.line_size)
        inside[: plane.height, :across] = values[:, :across]
    matrix = Colorspace.ITU709 if height >= _HIGH_DEFINITION else Colorspace.ITU601
    full = ColorRange.JPEG if yuv_range == "full" else ColorRange.MPEG
    pixels = frame.to_ndarray(
        format="rgb24", src_colorspace=matrix, src_color_range=full, dst_color_range=ColorRange.JPEG, threads=1
    )
    return np.ascontiguousarray(pixels, np.uint8)


def _rows(data: Pixels, at: int, count: int, row: int, step: int) -> Pixels:
    """Return ``count`` rows from byte ``at`` on, without their padding; that of the last row need not be there."""
    if step < row or data.size < at + step * (count - 1) + row:
        raise ShortBufferError
    shape, strides = (count, row), (step, 1)
    return np.lib.stride_tricks.as_strided(data[at:], shape, strides, writeable=False)
