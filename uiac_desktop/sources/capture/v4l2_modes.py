"""What sizes and rates a Linux capture device offers; this alone opens the device, and only when it is asked for."""

import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.capture.device_list import CaptureDevice
from uiac_desktop.sources.capture.pixel_formats import fourcc_text

_ENUM_FMT: Final = 2
_ENUM_FRAMESIZES: Final = 74
_ENUM_FRAMEINTERVALS: Final = 75
_CAPTURE: Final = 1
_DISCRETE: Final = 1
_FORMAT: Final = struct.Struct("=III32sII12x")
_SIZE: Final = struct.Struct("=IIIIIIIII8x")
_INTERVAL: Final = struct.Struct("=IIIIIIIIIII8x")
_MOST: Final = 256


@dataclass(frozen=True, slots=True)
class CaptureMode:
    """A pixel format and size that a device offers, with its rates in frames a second, the fastest first."""

    fourcc: str
    width: int
    height: int
    rates: tuple[float, ...]


def capture_modes(device: CaptureDevice) -> tuple[CaptureMode, ...]:
    """Return the modes of a device, the largest first; of a range, its largest.

    Raises
    ------
    SourceError
        The system does not tell them, or the device cannot be opened.
    """
    if sys.platform != "linux":
        raise SourceError("This system does not tell the sizes of a capture device.", "See the card's own program.")
    try:
        node = os.open(f"/dev/video{device.index}", os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        why = error.strerror or "unknown reason"
        raise SourceError(f"{device.name} cannot be asked ({why}).", "Close other programs that use it.") from None
    try:
        modes = [
            CaptureMode(
                fourcc_text(code), width, height, tuple(sorted(_rates(node, code, width, height), reverse=True))
            )
            for code in _formats(node)
            for width, height in _sizes(node, code)
        ]
    finally:
        os.close(node)
    return tuple(sorted(modes, key=lambda mode: (-mode.width * mode.height, mode.fourcc)))


def _formats(node: int) -> Iterator[int]:
    for index in range(_MOST):
        answer = _ask(node, _ENUM_FMT, _FORMAT, index, _CAPTURE, 0, b"", 0, 0)
        if answer is None:
            return
        yield answer[4]


def _sizes(node: int, code: int) -> Iterator[tuple[int, int]]:
    for index in range(_MOST):
        answer = _ask(node, _ENUM_FRAMESIZES, _SIZE, index, code, *[0] * 7)
        if answer is None:
            return
        if answer[2] == _DISCRETE:
            yield answer[3], answer[4]
        else:
            yield answer[4], answer[7]
            return


def _rates(node: int, code: int, width: int, height: int) -> Iterator[float]:
    for index in range(_MOST):
        answer = _ask(node, _ENUM_FRAMEINTERVALS, _INTERVAL, index, code, width, height, *[0] * 7)
        if answer is None:
            return
        seconds, parts = answer[5], answer[6]
        if seconds:
            yield round(parts / seconds, 2)
        if answer[4] != _DISCRETE:
            return


def _ask(node: int, number: int, form: struct.Struct, *values: object) -> tuple[int, ...] | None:
    """Return the filled record of ``_IOWR('V', number, …)``, None where there are no more."""
    import fcntl

    record = bytearray(form.pack(*values))
    request = 3 << 30 | form.size << 16 | ord("V") << 8 | number
    try:
        fcntl.ioctl(node, request, record)
    except OSError:
        return None
    return form.unpack(record)
