"""Packs live frames into H.264 pictures that any player shows, so that seconds of a scan fit into a little memory.

Nearly lossless (crf 12), without pictures that look ahead, and with a key picture every half second that stands alone:
what is packed can begin a clip at any key picture and is worth something up to the very last picture before a crash.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.video.frame import PictureType

from uiac_desktop.frame import Frame, Pixels

TICK: Final = Fraction(1, 90_000)
_OPTIONS: Final = {"preset": "ultrafast", "tune": "zerolatency", "crf": "12", "forced-idr": "1"}
_NO_KEYS_OF_ITS_OWN: Final = "keyint=infinite:scenecut=0"
_KEY_EVERY_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class PackedPicture:
    """One packed frame.

    Attributes
    ----------
    data
        H.264 with start codes; a key picture carries its headers.
    key
        Whether it can be shown without those before it.
    taken_at
        When the reader got the frame, seconds on ``time.monotonic``.
    width, height
        Of the frame, pixels; the packed picture is one larger where a side is odd.
    """

    data: bytes
    key: bool
    taken_at: float
    width: int
    height: int


class Packer:
    """Packs frames of one size, in one thread.

    Parameters
    ----------
    width, height
        Of the frames, pixels. H.264 halves the colour, so an odd last column or row is packed twice.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width: Final = width
        self.height: Final = height
        self._codec = av.CodecContext.create("libx264", "w")
        self._codec.width, self._codec.height = even_size(width, height)
        self._codec.pix_fmt = "yuv420p"
        self._codec.time_base = TICK
        self._codec.framerate = Fraction(30)
        self._codec.thread_count = 1
        self._codec.options = {**_OPTIONS, "x264-params": _NO_KEYS_OF_ITS_OWN}
        self._next_key_at = 0.0
        self._last_tick = -1

    def fits(self, pixels: Pixels) -> bool:
        """Tell whether a picture has the size of this packer."""
        return pixels.shape[:2] == (self.height, self.width)

    def pack(self, frame: Frame, key: bool = False) -> PackedPicture:
        """Return a frame packed.

        Parameters
        ----------
        frame
            Of this packer's size; grey or RGB.
        key
            Make it a key picture whatever the time.
        """
        picture = av.VideoFrame.from_ndarray(_even(frame.pixels), format="gray" if frame.pixels.ndim == 2 else "rgb24")
        self._last_tick = max(self._last_tick + 1, round(frame.captured_at / TICK))
        picture.pts, picture.time_base = self._last_tick, TICK
        if key or frame.captured_at >= self._next_key_at:
            picture.pict_type = PictureType.I
            self._next_key_at = frame.captured_at + _KEY_EVERY_S
        (packet,) = self._codec.encode(picture)
        return PackedPicture(bytes(packet), packet.is_keyframe, frame.captured_at, self.width, self.height)


def even_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the packed picture."""
    return width + width % 2, height + height % 2


def _even(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        pixels = np.pad(pixels, ((0, height % 2), (0, width % 2), *((0, 0),) * (pixels.ndim - 2)), mode="edge")
    return np.ascontiguousarray(pixels)
