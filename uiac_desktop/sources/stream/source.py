"""A network stream as a source: RTSP, HTTP (MJPEG, MPEG-TS), MPEG-TS over TCP and UDP, decoded by libav, never late."""

import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar, Final

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.capture.interlace import Deinterlacer
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.privacy.setting import Privacy
from uiac_desktop.sources.reconnecting import ReconnectingSource
from uiac_desktop.sources.stream.address import StreamAddress, stream_address
from uiac_desktop.sources.stream.byte_line import CHECK_NETWORK, ByteLine, TcpLine, UdpLine
from uiac_desktop.sources.stream.http_line import HttpLine
from uiac_desktop.sources.video.packets import PacketCheck, PacketKind
from uiac_desktop.sources.video.pixels import shown_pixels
from uiac_desktop.sources.video.stream import rate_of

_SOON: Final = {"fflags": "nobuffer", "probesize": "262144", "analyzeduration": "300000", "fpsprobesize": "0"}
_RTSP: Final = {"rtsp_flags": "prefer_tcp", "protocol_whitelist": "rtsp,rtp,tcp,udp,tls"}
_RTSP_OPENS_S: Final = 5.0
_RTSP_SILENT_S: Final = 2.0
_WAITED_S: Final = 0.001
_BEHIND_S: Final = 0.7
_STUMBLES_MOST: Final = 10_000


def open_stream(uri: str, setting: Privacy = None) -> ReconnectingSource:
    """Return the source of a stream's address, not yet begun.

    Raises
    ------
    SourceError
        It is not the address of a stream.
    """
    address = stream_address(uri)
    return ReconnectingSource(address.name, "stream", lambda: StreamFeed(address), setting)


class StreamFeed(Feed):
    """One connection to a stream.

    Damaged packets are left out and, from the first whole picture on, counted. Where decoding falls behind what comes
    in, packets are dropped up to the next key frame, so that what is shown is never old.

    Parameters
    ----------
    address
        Of the stream.
    """

    fault: ClassVar[str] = "Check the network and the sender."
    lets_go_s: ClassVar[float] = _RTSP_SILENT_S + 0.5

    def __init__(self, address: StreamAddress) -> None:
        self._address = address
        self._stopping = threading.Event()
        self._line: ByteLine | None = None
        self._container: InputContainer | None = None
        self._weaver = Deinterlacer(all_frames=False)
        self._weaves = False
        self._damaged = 0
        self._had_one = False
        self._waited_at = time.monotonic()
        self._until_key = False

    def open(self) -> None:
        """Connect, and find the track of pictures.

        Raises
        ------
        SourceError
            Nothing answers, or no pictures come that can be decoded.
        """
        try:
            self._container = self._opened()
            stream = next(iter(self._container.streams.video), None)
        except (FFmpegError, OSError, ValueError):
            raise self._no_stream() from None
        if stream is None:
            raise SourceError(f"{self._address.name} sends no pictures.", CHECK_NETWORK)
        stream.thread_type = "SLICE"
        self._stream: VideoStream = stream
        self._check = PacketCheck(stream)
        self._packets: Iterator[Packet[VideoStream]] = self._container.demux(stream)
        self._ready: list[VideoFrame] = []
        self._waited_at = time.monotonic()
        self.fps = _promised(stream)

    def _opened(self) -> InputContainer:
        address = self._address
        if address.scheme in ("rtsp", "rtsps"):
            wait_s = (_RTSP_OPENS_S, _RTSP_SILENT_S)
            return av.open(address.uri, options=_SOON, container_options=_RTSP, timeout=wait_s)
        lines: dict[str, Any] = {"tcp": TcpLine, "udp": UdpLine}
        line: ByteLine = lines.get(address.scheme, HttpLine)(address, self._stopping)
        self._line = line
        return av.open(line, "r", line.form, options=_SOON)

    def _no_stream(self) -> SourceError:
        return SourceError(f"{self._address.name} sends nothing that can be shown.", CHECK_NETWORK)

    def next(self) -> Pixels | None:
        """Wait for the next picture.

        Raises
        ------
        SourceError
            What comes cannot be decoded.
        """
        while not self._stopping.is_set():
            if not self._ready:
                packet = self._next_packet()
                if packet is None:
                    return None
                self._ready = self._decoded(packet)
                continue
            frame = self._woven(self._ready.pop(0))
            if frame is not None:
                return shown_pixels(frame, None)
        return None

    def close(self) -> None:
        """Let go of the connection."""
        if self._container is not None:
            self._container.close()
        if self._line is not None:
            self._line.close()

    def interrupt(self) -> None:
        """From any thread: make `next` come back soon; with RTSP only after the read that is under way."""
        self._stopping.set()

    @property
    def notes(self) -> tuple[str, ...]:
        """How many pictures came damaged."""
        counted = "1 damaged picture was" if self._damaged == 1 else f"{self._damaged} damaged pictures were"
        return (f"{counted} left out so far." if self._damaged else "",)

    def _next_packet(self) -> "Packet[VideoStream] | None":
        """Return the next packet that is to be decoded; what is no packet is passed over until one comes again."""
        stumbles = 0
        while not self._stopping.is_set() and self._container is not None:
            asked_at = time.monotonic()
            try:
                packet = next(self._packets, None)
            except (FFmpegError, OSError):
                stumbles += 1
                if stumbles > _STUMBLES_MOST or self._line is None:
                    raise self._no_stream() from None
                self._packets = self._container.demux(self._stream)
                continue
            if packet is None or (packet.size == 0 and packet.dts is None):
                return None
            if packet.size and self._is_due(packet, asked_at):
                return packet
        return None

    def _is_due(self, packet: "Packet[VideoStream]", asked_at: float) -> bool:
        """Whether a packet is to be decoded: not while more and more of them wait, then from a key frame on."""
        now = time.monotonic()
        if now - asked_at > _WAITED_S:
            self._waited_at = now
        if now - self._waited_at > _BEHIND_S:
            self._until_key = True
            return False
        self._until_key = self._until_key and not packet.is_keyframe
        return not self._until_key

    def _decoded(self, packet: "Packet[VideoStream]") -> list[VideoFrame]:
        if self._check.kind(packet) is PacketKind.DAMAGED and not self._check.helps_when_damaged:
            self._damaged += self._had_one
            return []
        try:
            frames = list(self._stream.decode(packet))
        except (FFmpegError, OSError):
            self._damaged += self._had_one
            return []
        sound = [frame for frame in frames if not frame.is_corrupt]
        self._damaged += (len(frames) - len(sound)) * self._had_one
        self._had_one = self._had_one or bool(sound)
        return sound

    def _woven(self, frame: VideoFrame) -> VideoFrame | None:
        self._weaves = self._weaves or frame.interlaced_frame
        return self._weaver.pass_through(frame) if self._weaves else frame


def _promised(stream: VideoStream) -> float | None:
    """Return the rate that the stream itself states; libav's guess counts fields where nobody measured for long."""
    context = stream.codec_context
    stated = context.framerate if context is not None else None
    return float(stated) if stated and 0.1 <= stated <= 1000 else rate_of(stream)
