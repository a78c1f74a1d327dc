"""The frames of a sound video file told by its packets, without decoding: long clips open at once and seek exactly."""

import math
import time
from bisect import bisect_left, bisect_right, insort
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from uiac_desktop.sources.video.packets import PacketCheck, PacketKind
from uiac_desktop.sources.video.stream import open_container, rate_of
from uiac_desktop.sources.video.table import REORDERED, FrameTable, MistrustError, seconds, sound_keys

_UNTRUSTED_FORMATS: Final = frozenset({"mpegts", "mpegtsraw", "h264", "hevc", "m4v", "mpegvideo", "obu"})
_PACKETS_A_LOOK: Final = 64


class PacketTable(FrameTable):
    """A table made from the packets' time stamps, without decoding.

    Trusted only where every packet is sound and one frame with a time stamp of its own, the first is a key frame, and
    the format is none that comes over lossy lines. A frame that turns out not to decode is taken out where it is met.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    trusted
        Whether the packets read so far can be trusted; once they cannot, methods raise `MistrustError`.
    disordered
        Whether frames came in another order than their time stamps tell: these are then stamps of decoding (some AVI).
    reorders
        Whether packets were met out of the order of showing: only then their stamps are proven to be those of showing,
        and only such clips have frames that no other needs.
    check
        Tells damaged packets of this file.
    time_base
        Seconds a unit of the time stamps.
    fps
        Nominal frames a second, None where the file tells none.
    area
        Pixels a frame.
    promised_s
        How long the file says that it lasts, seconds, None where it does not.

    Raises
    ------
    NoPictureTrackError, FFmpegError, OSError
        The file cannot be opened, or has no pictures.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._container, stream = open_container(path)
        self.format = self._container.format.name
        self.check = PacketCheck(stream)
        self.time_base = stream.time_base or Fraction(1)
        self.fps = rate_of(stream)
        self.area = stream.width * stream.height
        self.promised_s = _promised_s(self._container.duration, stream)
        self._packets = self._container.demux(stream)
        self._stamps: list[int] = []
        self._keys: list[int] = []
        self._damage: list[int] = []
        self._first_key: int | None = None
        self._horizon = -math.inf
        self.disordered = False
        self.reorders = False
        self.trusted = self.format not in _UNTRUSTED_FORMATS

    def __len__(self) -> int:
        return len(self._stamps)

    def time_of(self, number: int) -> float:
        """Return the time of a known frame, seconds from the first."""
        return self._seconds(self._stamps[number])

    def stamp_of(self, number: int) -> int:
        """Return the time stamp of a known frame, in units of `time_base`."""
        return self._stamps[number]

    def number_at(self, time_s: float) -> int:
        """Return the number of the last frame whose time is not after this, the first for earlier times."""
        if self._stamps and not self.complete:
            self._grow_past(self._stamps[0] + time_s / float(self.time_base) + 1)
        return max(bisect_right(self._stamps, time_s, key=self._seconds) - 1, 0)

    def place(self, frame: VideoFrame, last: int, *, damaged: bool) -> int:
        """Return the number of a frame decoded right after frame ``last``, taking out what did not decode between."""
        number = self.find(frame)
        if number is None or number <= last or (number > last + 1 and not damaged):
            self.disordered = number is not None
            raise MistrustError
        missing = number - last - 1
        if missing:
            self.note_damage(last + 1)
            del self._stamps[last + 1 : number]
            self.damaged += missing
        return last + 1

    def find(self, frame: VideoFrame) -> int | None:
        """Return the number of a frame by its time stamp."""
        if frame.pts is None:
            return None
        self._grow_past(frame.pts)
        number = bisect_left(self._stamps, frame.pts)
        return number if number < len(self._stamps) and self._stamps[number] == frame.pts else None

    def keys_before(self, number: int) -> list[int]:
        """Return time stamps of the nearest key frames at or before a frame, the nearest first."""
        return sound_keys(self._keys, self._damage, self._stamps[number], self._well_before)

    def note_damage(self, number: int) -> None:
        """Note that damage was met on the way to frame ``number``."""
        if number < len(self._stamps) and self._stamps[number] not in self._damage:
            insort(self._damage, self._stamps[number])

    def _well_before(self, stamp: int) -> int:
        return self._stamps[max(bisect_left(self._stamps, stamp) - REORDERED, 0)]

    def key_between(self, after: int, number: int) -> bool:
        """Tell whether a key frame lies after frame ``after``, not after frame ``number``."""
        first = bisect_right(self._keys, self._stamps[after])
        return first < len(self._keys) and self._keys[first] <= self._stamps[number]

    def grow(self, seconds: float) -> None:
        """Read packets for about so long."""
        until = time.monotonic() + seconds
        while self.trusted and not self.complete and time.monotonic() < until:
            self._take(_PACKETS_A_LOOK)

    def end_after(self, last: int, *, damaged: bool) -> None:
        """Take out what should have come after the last frame."""
        self._grow_past(math.inf)
        if last < len(self._stamps) - 1 and not damaged:
            raise MistrustError
        self.damaged += len(self._stamps) - last - 1
        del self._stamps[last + 1 :]

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def _seconds(self, stamp: int) -> float:
        return seconds(stamp - self._stamps[0], self.time_base)

    def _grow_past(self, stamp: float) -> None:
        """Read packets until no frame up to this time stamp can be missing: stamps follow decoding order from below."""
        while not self.complete and self._horizon <= stamp:
            self._take(_PACKETS_A_LOOK)
        if not self.trusted:
            raise MistrustError

    def _take(self, packets: int) -> None:
        try:
            for _ in range(packets):
                packet = next(self._packets, None)
                if packet is None or (packet.size == 0 and packet.dts is None):
                    self._complete()
                    return
                self._note(packet)
        except (FFmpegError, OSError):
            self.trusted = False
            self._complete()

    def _complete(self) -> None:
        self.complete = True
        self._container.close()

    def _note(self, packet: "Packet[VideoStream]") -> None:
        if packet.size == 0:
            return
        kind = self.check.kind(packet)
        if self._first_key is None:
            self._note_first(packet)
        if packet.dts is not None:
            self._horizon = max(self._horizon, packet.dts)
        if kind is PacketKind.DAMAGED:
            self.trusted = False
        elif kind is PacketKind.FRAME:
            self._note_frame(packet)

    def _note_first(self, packet: "Packet[VideoStream]") -> None:
        self._first_key = packet.pts if packet.pts is not None else 0
        if not packet.is_keyframe or packet.pts is None:
            self.trusted = False

    def _note_frame(self, packet: "Packet[VideoStream]") -> None:
        stamp = packet.pts
        if stamp is None or packet.is_corrupt or stamp < self._earliest(packet):
            self.trusted = False
            return
        place = bisect_left(self._stamps, stamp)
        self.reorders |= place < len(self._stamps)
        if place < len(self._stamps) and self._stamps[place] == stamp:
            self.trusted = False
            return
        self._stamps.insert(place, stamp)
        if packet.is_keyframe:
            insort(self._keys, stamp)

    def _earliest(self, packet: "Packet[VideoStream]") -> int:
        """Return the time stamp before which a frame cannot be shown: that of the first, and of its own decoding."""
        first = self._first_key or 0
        return first if packet.dts is None else max(first, packet.dts)


def _promised_s(duration: int | None, stream: VideoStream) -> float | None:
    """Return how long the file says that its pictures last, seconds."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    alone = len(stream.container.streams) == 1
    return duration / av.time_base if alone and duration is not None and duration > 0 else None
