"""What is asked of a capture device, all at once, and how an address says it."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.capture.pixel_formats import FORMATS, YuvRange

_ASKED: Final = re.compile(r"\?(?=(?:size|fps|format|range|interlaced)=)")
_SIZE: Final = re.compile(r"(\d{2,5})[x×](\d{2,5})")
_HOW: Final = "Write for example device:NAME?size=1280x720&fps=60&format=MJPG."
_BYTES_A_PIXEL: Final = 2
_USB_2_BYTES: Final = 35_000_000


@dataclass(frozen=True, slots=True)
class Wish:
    """Size, rate and pixel format to ask for.

    Attributes
    ----------
    width, height
        Pixels.
    fps
        Frames a second.
    fourcc
        Pixel format, empty to choose by what the plug can carry.
    yuv_range
        How black is written in raw formats.
    interlaced
        Whether the picture comes in two fields that are to be woven without combs.
    explicit
        Whether the user asked for this size or rate; only then a difference is worth a warning.
    """

    width: int = 1920
    height: int = 1080
    fps: float = 60.0
    fourcc: str = ""
    yuv_range: YuvRange = "limited"
    interlaced: bool = False
    explicit: bool = False

    def format_on(self, narrow: bool | None) -> str:
        """Return the pixel format to ask for: MJPG where the raw pictures would not fit through USB 2.

        Parameters
        ----------
        narrow
            Whether the plug is USB 2; where it is not known, raw is asked for.
        """
        if self.fourcc:
            return self.fourcc
        raw = self.width * self.height * self.fps * _BYTES_A_PIXEL
        return "MJPG" if narrow and raw > _USB_2_BYTES else "YUY2"


def read_device_address(rest: str) -> tuple[str, Wish]:
    """Return name and wish of ``NAME?size=1280x720&fps=60&format=MJPG&range=full&interlaced=yes``.

    Raises
    ------
    SourceError
        It is not written so.
    """
    name, query = [*_ASKED.split(rest, maxsplit=1), ""][:2]
    told = dict(parse_qsl(query, keep_blank_values=True))
    unknown = set(told) - {"size", "fps", "format", "range", "interlaced"}
    if unknown:
        raise SourceError(f"A capture device cannot be asked for {', '.join(sorted(unknown))}.", _HOW)
    size = _SIZE.fullmatch(told.get("size", "1920x1080"))
    fourcc = told.get("format", "").upper()
    fps, yuv_range = _rate(told.get("fps", "60")), told.get("range", "limited")
    if size is None or fps is None or (fourcc and fourcc not in FORMATS) or yuv_range not in ("limited", "full"):
        raise SourceError("Size, rate, format or range of the capture device are not written right.", _HOW)
    full: YuvRange = "full" if yuv_range == "full" else "limited"
    interlaced = told.get("interlaced", "no").casefold() in ("yes", "1", "true")
    explicit = "size" in told or "fps" in told
    return name.strip(), Wish(int(size[1]), int(size[2]), fps, fourcc, full, interlaced, explicit)


def _rate(text: str) -> float | None:
    try:
        fps = float(text)
    except ValueError:
        return None
    return fps if 0 < fps <= 1000 else None
