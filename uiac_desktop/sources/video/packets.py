"""What a coded packet tells before it is decoded: damaged, never shown, or a frame; so that files are indexed fast."""

from enum import Enum
from typing import Final

from av.packet import Packet
from av.video.stream import VideoStream

_END_OF_JPEG: Final = b"\xff\xd9"
_JPEG_TAIL: Final = 64
_LENGTH_BYTES_AT: Final = {"h264": 4, "hevc": 21}
_VP8_SHOWN: Final = 0x10


class PacketKind(Enum):
    """What comes of a packet."""

    FRAME = "frame"
    HIDDEN = "hidden"
    DAMAGED = "damaged"


class PacketCheck:
    """Tells packets of one stream apart by their outer structure.

    - H.264 and HEVC in MP4 or Matroska: the lengths of the NAL units must add up to the packet's.
    - JPEG: there must be an end-of-image marker, if the first packet has one (some recorders write none).
    - VP8: a frame may say that it is not shown.

    Parameters
    ----------
    stream
        The open stream that the packets come from.
    """

    def __init__(self, stream: VideoStream) -> None:
        context = stream.codec_context
        self._codec = context.codec.name if context.codec is not None else ""
        self._length_bytes = _length_bytes(self._codec, bytes(context.extradata or b""))
        self._jpegs_end: bool | None = None

    @property
    def helps_when_damaged(self) -> bool:
        """Whether the decoder still gets damaged packets, since later frames build on them; a JPEG stands alone."""
        return self._codec != "mjpeg"

    def kind(self, packet: "Packet[VideoStream]") -> PacketKind:
        """Return what comes of a packet that holds data."""
        if packet.is_discard:
            return PacketKind.HIDDEN
        if self._length_bytes and not _lengths_add_up(memoryview(packet), self._length_bytes):
            return PacketKind.DAMAGED
        if self._codec == "mjpeg" and not self._jpeg_is_whole(memoryview(packet)):
            return PacketKind.DAMAGED
        if self._codec in ("vp8", "libvpx") and not memoryview(packet)[0] & _VP8_SHOWN:
            return PacketKind.HIDDEN
        return PacketKind.FRAME

    def _jpeg_is_whole(self, data: memoryview) -> bool:
        ends = _END_OF_JPEG in bytes(data[-_JPEG_TAIL:])
        if self._jpegs_end is None:
            self._jpegs_end = ends
        return ends or not self._jpegs_end


def _length_bytes(codec: str, extradata: bytes) -> int:
    """Return how many bytes hold a NAL unit's length, 0 where units are parted by start codes."""
    at = _LENGTH_BYTES_AT.get(codec)
    if at is None or len(extradata) <= at or extradata[0] != 1:
        return 0
    return (extradata[at] & 3) + 1


def _lengths_add_up(data: memoryview, length_bytes: int) -> bool:
    at, end = 0, len(data)
    while at + length_bytes <= end:
        at += length_bytes + int.from_bytes(data[at : at + length_bytes], "big")
    return at == end
