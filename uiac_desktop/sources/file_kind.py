"""What a file holds, told by its content and not its name, since discs have names without endings and endings lie."""

import struct
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from PIL import Image, UnidentifiedImageError

FileKind = Literal["dicom", "still", "video"]

STILL_ENDINGS: Final = frozenset({
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".pnm",
    ".jp2", ".j2k", ".jpx", ".avif", ".pcx",
})  # fmt: skip
CLIP_ENDINGS: Final = frozenset({
    ".mp4", ".m4v", ".mov", ".mkv", ".avi", ".wmv", ".asf", ".mpg", ".mpeg", ".m2v", ".m2ts", ".mts", ".ts", ".vob",
    ".webm", ".ogv", ".flv", ".gif", ".3gp", ".mjpg", ".mjpeg", ".mj2", ".dv", ".mxf", ".h264", ".264", ".hevc", ".265",
})  # fmt: skip
DICOM_ENDINGS: Final = frozenset({".dcm", ".dicom", ".dic", ".ima"})

_STILL_FORMATS: Final = ("PNG", "JPEG", "BMP", "DIB", "TIFF", "WEBP", "PPM", "JPEG2000", "AVIF", "PCX")
_HEAD_BYTES: Final = 1024
_MAGIC_AT: Final = 128
_FIRST_GROUPS: Final = (0x0002, 0x0008)
_EARLY_ELEMENT: Final = 0x0100
_SHORT_VALUE: Final = 0x1000
_JPEG_AFTER_JPEG: Final = b"\xff\xd9\xff\xd8\xff"
_JPEG_SEARCHED: Final = 1 << 23
_CLASS_ENTRY: Final = b"\x02\x00\x02\x00UI"
_WITHOUT_PICTURES: Final = ("1.2.840.10008.1.3.10", "1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.104.")


def file_kind(path: Path) -> FileKind:
    """Return what a file is to be opened as; what is neither DICOM nor a still is left to the video decoder to judge.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    if is_dicom(head(path)):
        return "dicom"
    return "still" if _is_still(path) else "video"


def head(path: Path) -> bytes:
    """Return the first bytes of a file.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def is_dicom(start: bytes) -> bool:
    """Tell DICOM by its magic after the preamble, or, for old exports without one, by a sensible first element."""
    if start[_MAGIC_AT : _MAGIC_AT + 4] == b"DICM":
        return True
    if len(start) < 8:
        return False
    group, element, kind, length = struct.unpack("<HH2sH", start[:8])
    if group not in _FIRST_GROUPS or element > _EARLY_ELEMENT:
        return False
    explicit = kind.isalpha() and kind.isupper()
    implicit_length = struct.unpack("<I", start[4:8])[0]
    return length < _SHORT_VALUE if explicit else bool(implicit_length < _SHORT_VALUE)


def is_dicom_without_pictures(start: bytes) -> bool:
    """Tell, by its class, a DICOM file that never holds pictures: a disc's table of contents, a report, a PDF."""
    at = start.find(_CLASS_ENTRY)
    if at < 0:
        return False
    length = int.from_bytes(start[at + 6 : at + 8], "little")
    kind = start[at + 8 : at + 8 + length].rstrip(b"\0 ").decode("ascii", "replace")
    return kind.startswith(_WITHOUT_PICTURES)


def is_table_of_contents(start: bytes) -> bool:
    """Tell the DICOMDIR of a disc, whatever its name."""
    return is_dicom(start) and is_dicom_without_pictures(start) and b"1.2.840.10008.1.3.10" in start


@lru_cache(maxsize=1)
def _still_formats() -> tuple[str, ...]:
    """Return the formats of stills that this Pillow can read."""
    Image.init()
    return tuple(form for form in _STILL_FORMATS if form in Image.OPEN)


def _is_still(path: Path) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=_still_formats()) as picture:
                moving = picture.format == "PNG" and getattr(picture, "is_animated", False)
                return not moving and not (picture.format == "JPEG" and _is_stream_of_jpegs(path))
    except Image.DecompressionBombError:
        return True
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error):
        return False


def _is_stream_of_jpegs(path: Path) -> bool:
    """Tell a clip of JPEG pictures one after the other from a single one."""
    with path.open("rb") as file:
        return _JPEG_AFTER_JPEG in file.read(_JPEG_SEARCHED)
