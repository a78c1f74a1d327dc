"""The frames of a video file whose packets cannot be trusted, learnt by decoding: slower, and right by definition."""

import time
from bisect import bisect_right, insort
from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame

from uiac_desktop.sources.video.packets import PacketCheck
from uiac_desktop.sources.video.stream import VideoStreamReader
from uiac_desktop.sources.video.table import REORDERED, FrameTable, MistrustError, seconds, sound_keys


class DecodedTable(FrameTable):
    """A table that grows with every frame decoded in order: by whoever reads on, or by its own scout when asked for.

    Where time stamps are missing, or fall (clips joined end to end), a frame follows the one before by one nominal gap.
    Key frames are used to seek where their time stamps are unique and lead to the frames known.

    Parameters
    ----------
    path
        The file.
    check
        Tells damaged packets.
    time_base
        Seconds a unit of the time stamps.
    fps
        Nominal frames a second.
    disordered
        The time stamps are no guide; times are those of decoding, which come in the order of showing.
    """

    def __init__(
        self, path: Path, check: PacketCheck, time_base: Fraction, fps: float, *, disordered: bool = False
    ) -> None:
        super().__init__()
        self._path, self._check = path, check
        self._time_base, self._gap_s, self._disordered = time_base, 1 / fps, disordered
        self._times: list[float] = []
        self._stamps: list[int | None] = []
        self._keys: list[int] = []
        self._damage: list[int] = []
        self._number_by_stamp: dict[int, int | None] = {}
        self._uses_keys = True
        self._last_stamp: int | None = None
        self._origin = (0.0, 0)
        self._scout: VideoStreamReader | None = None
        self._scouted = 0

    def __len__(self) -> int:
        return len(self._times)

    def time_of(self, number: int) -> float:
        """Return the time of a known frame, seconds from the first."""
        return self._times[number]

    def number_at(self, time_s: float) -> int:
        """Return the number of the last frame whose time is not after this, decoding on as far as it takes."""
        while not self.complete and (not self._times or self._times[-1] <= time_s):
            self._scout_on()
        return max(bisect_right(self._times, time_s) - 1, 0)

    def place(self, frame: VideoFrame, last: int, *, damaged: bool) -> int:  # noqa: ARG002
        """Return ``last + 1``, adding the frame if it is new."""
        number = last + 1
        if number == len(self._times):
            self._add(frame)
        elif self._uses_keys and frame.pts != self._stamps[number]:
            raise MistrustError
        return number

    def forget_keys(self) -> bool:
        """Use no key frames any more; False where none were used before."""
        used, self._uses_keys = self._uses_keys, False
        return used

    def find(self, frame: VideoFrame) -> int | None:
        """Return the number of a key frame by its time stamp, None where another key frame has the same."""
        return self._number_by_stamp.get(frame.pts) if frame.pts is not None else None

    def keys_before(self, number: int) -> list[int]:
        """Return time stamps of the nearest key frames at or before a frame, the nearest first."""
        keys = sound_keys(self._keys, self._damage, number, lambda key: key - REORDERED) if self._uses_keys else []
        stamps = [self._stamps[key] for key in keys]
        return [stamp for stamp in stamps if stamp is not None and self._number_by_stamp.get(stamp) is not None]

    def note_damage(self, number: int) -> None:
        """Note that damage was met on the way to frame ``number``."""
        if number not in self._damage[-1:]:
            insort(self._damage, number)

    def key_between(self, after: int, number: int) -> bool:
        """Tell whether a key frame lies after frame ``after``, not after frame ``number``."""
        first = bisect_right(self._keys, after)
        return self._uses_keys and first < len(self._keys) and self._keys[first] <= number

    def grow(self, seconds: float) -> None:
        """Decode ahead for about so long."""
        until = time.monotonic() + seconds
        while not self.complete and time.monotonic() < until:
            self._scout_on()

    def end_after(self, last: int, *, damaged: bool) -> None:  # noqa: ARG002
        """Note that decoding through to the end gave no frame after ``last``."""
        if last == len(self._times) - 1:
            self._complete()

    def close(self) -> None:
        """Let go of the file."""
        if self._scout is not None:
            self._scout.close()
            self._scout = None

    def _complete(self) -> None:
        self.complete = True
        self.close()

    def _scout_on(self) -> None:
        """Decode one frame ahead; frames that others have already added are passed by."""
        if self._scout is None:
            self._scout, self._scouted = VideoStreamReader(self._path, self._check, threads=False), 0
        frame = self._scout.next()
        if self._scout.damaged > self.damaged:
            self.damaged = self._scout.damaged
            self.note_damage(self._scouted)
        if frame is None:
            self._complete()
            return
        if self._scouted == len(self._times):
            self._add(frame)
        self._scouted += 1

    def _add(self, frame: VideoFrame) -> None:
        number, before = len(self._times), self._last_stamp
        stamp = frame.dts if self._disordered else frame.pts
        if stamp is None or before is None or stamp <= before:
            time_s = self._times[-1] + self._gap_s if self._times else 0.0
            self._origin = (time_s, stamp or 0)
        else:
            time_s = self._origin[0] + seconds(stamp - self._origin[1], self._time_base)
        self._times.append(time_s)
        self._last_stamp = stamp
        self._stamps.append(frame.pts)
        if frame.key_frame and frame.pts is not None:
            self._keys.append(number)
            self._number_by_stamp[frame.pts] = None if frame.pts in self._number_by_stamp else number
