"""The picture track of a video file decoded by libav, going on past damage, able to start again at a key frame."""

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from uiac_desktop.sources.video.packets import PacketCheck, PacketKind

_NO_PICTURES: Final = ("ansi", "bintext", "idf", "xbin")
_ONLY_FILES: Final = {"protocol_whitelist": "file"}
_COVER: Final = 0x400
_THREADS: Final = min(os.cpu_count() or 1, 4)

av.logging.set_level(None)
av.logging.set_libav_level(av.logging.PANIC)


class NoPictureTrackError(Exception):
    """The file has no track of pictures."""


class ThreadedDamageError(Exception):
    """Damage was met by several threads, which can lose sound frames around it, and never show it twice the same."""


def open_container(path: Path) -> tuple[InputContainer, VideoStream]:
    """Open a file and its track of pictures.

    The name is given to libav as a plain file, whatever signs it holds, and nothing but files may be opened from it.
    JPEG pictures one after the other are a clip, also under the name of a still.

    Raises
    ------
    NoPictureTrackError
        There is none (sound, text, or the cover of a record).
    FFmpegError, OSError
        libav cannot open it.
    """
    container = _opened(path, None)
    try:
        stream = _picture_track(container)
        if container.format.name == "image2" and stream.codec_context.name == "mjpeg":
            container.close()
            container = _opened(path, "jpeg_pipe")
            stream = _picture_track(container)
    except BaseException:
        container.close()
        raise
    return container, stream


def _opened(path: Path, form: str | None) -> InputContainer:
    name = "file:" + os.fspath(path.absolute())
    return av.open(name, "r", form, container_options=_ONLY_FILES, metadata_errors="replace")


def _picture_track(container: InputContainer) -> VideoStream:
    for stream in container.streams.video:
        cover = int(stream.disposition) & _COVER
        codec = stream.codec_context
        if not cover and codec is not None and codec.name not in _NO_PICTURES:
            return stream
    raise NoPictureTrackError


class VideoStreamReader:
    """Decodes a file's frames in the order of showing, from the beginning or from a key frame.

    Parameters
    ----------
    path
        The file.
    check
        Tells damaged packets, which are not given to the decoder.
    threads
        Decode with several threads; at the first damage `ThreadedDamageError` is raised.

    Attributes
    ----------
    damaged
        Packets and frames left out since the last start.
    needed_from
        Time stamp before which frames on which no other depends may be left out, since nobody will see them; None to
        decode all.
    """

    def __init__(self, path: Path, check: PacketCheck, *, threads: bool) -> None:
        self._path = path
        self._check = check
        self._threads = threads
        self.needed_from: int | None = None
        self._leaves_out = False
        self._container: InputContainer | None = None
        self.start()

    def start(self) -> None:
        """Go to the beginning, by opening the file anew, which every format allows."""
        self.close()
        self._container, self._stream = open_container(self._path)
        self._stream.thread_type = "AUTO" if self._threads else "NONE"
        self._stream.thread_count = _THREADS if self._threads else 1
        self._leaves_out = False
        self._begin(self._container)

    def start_at(self, stamp: int) -> bool:
        """Go to the key frame at or before a time stamp; False where the format does not allow it.

        Parameters
        ----------
        stamp
            In the stream's time base.
        """
        if self._container is None:
            return False
        try:
            self._container.seek(stamp, stream=self._stream, backward=True)
        except (FFmpegError, OSError):
            return False
        self._begin(self._container)
        return True

    def _begin(self, container: InputContainer) -> None:
        self._packets: Iterator[Packet[VideoStream]] = container.demux(self._stream)
        self._ready: deque[VideoFrame] = deque()
        self._ended = False
        self._stumbled = self._packet_is_damaged = False
        self.damaged = 0

    def next(self) -> VideoFrame | None:
        """Return the next frame, None at the end.

        Raises
        ------
        ThreadedDamageError
            Damage was met; start again without threads.
        """
        while not self._ready and not self._ended:
            self._ready.extend(frame for frame in self._decode(self._next_packet()) if self._sound(frame))
        return self._ready.popleft() if self._ready else None

    def put_back(self, frame: VideoFrame) -> None:
        """Make a frame the next one again."""
        self._ready.appendleft(frame)

    def close(self) -> None:
        """Let go of the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def _next_packet(self) -> "Packet[VideoStream] | None":
        """Return the next packet to decode, None when the decoder is to give what it still holds."""
        while True:
            try:
                packet = next(self._packets, None)
            except (FFmpegError, OSError):
                if self._stumbled or self._container is None:
                    return None
                self._count_damage()
                self._stumbled = True
                self._packets = self._container.demux(self._stream)
                continue
            if packet is None or (packet.size == 0 and packet.dts is None):
                return None
            self._stumbled = False
            if packet.size == 0:
                continue
            self._packet_is_damaged = self._check.kind(packet) is PacketKind.DAMAGED
            if self._packet_is_damaged:
                self._count_damage()
            if not self._packet_is_damaged or self._check.helps_when_damaged:
                return packet

    def _decode(self, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
        self._ended = packet is None
        self._leave_out_if_not_needed(packet)
        try:
            return self._stream.decode(packet)
        except (FFmpegError, OSError):
            if not self._packet_is_damaged:
                self._count_damage()
            return []

    def _leave_out_if_not_needed(self, packet: "Packet[VideoStream] | None") -> None:
        stamp = packet.pts if packet is not None else None
        leaves_out = self.needed_from is not None and stamp is not None and stamp < self.needed_from
        if leaves_out != self._leaves_out:
            self._stream.codec_context.skip_frame = "NONREF" if leaves_out else "DEFAULT"
            self._leaves_out = leaves_out

    def _sound(self, frame: VideoFrame) -> bool:
        if frame.is_corrupt:
            self._count_damage()
        return not frame.is_corrupt

    def _count_damage(self) -> None:
        if self._threads:
            raise ThreadedDamageError
        self.damaged += 1


def rate_of(stream: VideoStream) -> float | None:
    """Return the nominal frames a second, None where the file tells nothing sensible."""
    rates: list[Any] = [stream.average_rate, stream.guessed_rate, stream.base_rate]
    sensible = [float(rate) for rate in rates if rate and 0.1 <= rate <= 1000]
    return sensible[0] if sensible else None
