"""Writes packed pictures to a clip that is readable at every moment, also of a program that was killed.

A fragmented MP4: each half second is complete in itself, no index is written at the end. Every picture keeps the time
at which it was taken, so the clip lasts as long as the recording did, whatever the source's rate.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
from av.stream import Stream

from nas.errors import NO_ROOM
from uiac_desktop.errors import StoreError, StoreFull
from uiac_desktop.exam.packing import TICK, PackedPicture, even_size

_FRAGMENTS: Final = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
_LONGEST_LAST_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Recording:
    """What a clip holds once it is closed.

    Attributes
    ----------
    began_at
        When its first frame was taken, seconds on ``time.monotonic``.
    duration_s
        Seconds.
    frames
        In the file.
    width, height
        Of the frames, pixels.
    """

    began_at: float
    duration_s: float
    frames: int
    width: int
    height: int


class Recorder:
    """One clip in the making; used by one thread.

    Parameters
    ----------
    path
        Of the clip, must not exist yet; its folder must.

    Raises
    ------
    StoreError
        The file cannot be written; `StoreFull` where the disk has no room.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        try:
            self._container = av.open(str(path), "w", format="mp4", options=_FRAGMENTS)
        except OSError as error:
            raise _told(error) from error
        self._stream: Stream | None = None
        self._size = (0, 0)
        self._held: PackedPicture | None = None
        self._began_at = self._ended_at = 0.0
        self._last_tick = -1
        self._frames = 0
        self._closed = False

    def fits(self, picture: PackedPicture) -> bool:
        """Tell whether a picture can go into this clip: another size needs a new one."""
        return self._stream is None or (picture.width, picture.height) == self._size

    def write(self, picture: PackedPicture) -> None:
        """Add a picture; those before the first key picture are left out, since nothing could show them.

        Raises
        ------
        StoreError
            As above; what was written so far stays readable.
        """
        if self._stream is None:
            if not picture.key:
                return
            self._begin(picture)
        if self._held is not None and self._stream is not None:
            self._mux(self._stream, self._held, picture.taken_at)
        self._held = picture

    def close(self, ended_at: float | None = None) -> Recording | None:
        """Finish the clip, on the disk too.

        Parameters
        ----------
        ended_at
            When the recording ended, seconds on ``time.monotonic``; the last frame lasts until then.

        Returns
        -------
        What it holds; None, and no file, where there was no frame.

        Raises
        ------
        StoreError
            As above.
        """
        if self._closed:
            return None
        self._closed = True
        try:
            if self._held is not None and self._stream is not None:
                last = self._held.taken_at
                until = last + self._usual_gap_s() if ended_at is None else min(ended_at, last + _LONGEST_LAST_S)
                self._mux(self._stream, self._held, max(until, last))
            self._container.close()
            if self._stream is None:
                self.path.unlink(missing_ok=True)
                return None
            _to_disk(self.path)
        except OSError as error:
            raise _told(error) from error
        return Recording(self._began_at, self._ended_at - self._began_at, self._frames, *self._size)

    def _begin(self, picture: PackedPicture) -> None:
        width, height = even_size(picture.width, picture.height)
        self._stream = self._container.add_mux_stream("libx264", width=width, height=height, time_base=TICK)
        self._size = picture.width, picture.height
        self._began_at = picture.taken_at

    def _usual_gap_s(self) -> float:
        return (self._ended_at - self._began_at) / self._frames if self._frames else float(TICK)

    def _mux(self, stream: Stream, picture: PackedPicture, until: float) -> None:
        packet = av.Packet(picture.data)
        packet.stream = stream
        packet.time_base = TICK
        tick = max(self._last_tick + 1, round((picture.taken_at - self._began_at) / TICK))
        packet.pts = packet.dts = self._last_tick = tick
        packet.duration = max(1, round((until - self._began_at) / TICK) - tick)
        packet.is_keyframe = picture.key
        try:
            self._container.mux_one(packet)
        except OSError as error:
            raise _told(error) from error
        self._frames += 1
        self._ended_at = max(until, picture.taken_at)


def write_clip(path: Path, pictures: tuple[PackedPicture, ...]) -> Recording | None:
    """Write pictures of one size as a clip; return None, and leave no file, where nothing can be shown.

    Raises
    ------
    StoreError
        The file cannot be written; nothing is left of it.
    """
    recorder = Recorder(path)
    try:
        for picture in pictures:
            recorder.write(picture)
        return recorder.close()
    except StoreError:
        path.unlink(missing_ok=True)
        raise


def _told(error: OSError) -> StoreError:
    if error.errno in NO_ROOM:
        return StoreFull(
            "The disk is full. What was kept so far is safe.", "Make room on the disk; nothing more is kept."
        )
    return StoreError(
        f"A clip cannot be written ({error.strerror or 'unknown reason'}).", "Check the disk and the folder's rights."
    )


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
