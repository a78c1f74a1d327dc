"""The thread that packs every frame for ring and recording, so that the reader and the screen never wait for it.

It works at low priority: where the PC cannot follow, frames are left out of ring and recording and counted, and the
live picture stays current.
"""

import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from uiac_desktop.exam.packing import PackedPicture, Packer
from uiac_desktop.frame import Frame
from uiac_desktop.session.exam.ring import DEFAULT_S, Ring

_MOST_WAITING: Final = 12
_MOST_TO_WRITE: Final = 192 * 2**20
_NICENESS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    frame: Frame
    key: bool
    recorded: bool


class Tape:
    """Packs frames into a ring and, while recording, for a clip.

    Parameters
    ----------
    on_bug
        Told of an error of ours, in the tape's thread; it ends the tape.
    ring_s
        How far the ring reaches back, seconds.
    """

    def __init__(self, on_bug: Callable[[Exception], None], ring_s: float = DEFAULT_S) -> None:
        self.ring: Final = Ring(ring_s)
        self._on_bug = on_bug
        self._condition = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._to_write: deque[PackedPicture] = deque()
        self._bytes_to_write = 0
        self._open = self._recording = self._stopping = self._from_key = self._packing = False
        self._asked_at = -math.inf
        self._lost = self._lost_of_recording = 0
        self._era = 0
        self._packer: Packer | None = None
        self._thread: Final = threading.Thread(target=self._run, name="tape", daemon=True)

    def start(self) -> None:
        """Begin; nothing is taken in before `open_gate`."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End; return False where the thread still hangs."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def put(self, frame: Frame) -> None:
        """Take a frame in, or leave it out and count it; never waits."""
        with self._condition:
            if not self._open or self._stopping:
                return
            if len(self._waiting) >= _MOST_WAITING:
                self._count_lost()
                return
            self._waiting.append(_Waiting(frame, self._from_key, self._recording))
            self._from_key = False
            self._condition.notify_all()

    def open_gate(self) -> None:
        """Take frames in from now on."""
        with self._condition:
            self._open = True

    def shut_gate(self) -> None:
        """Take nothing in any more, and forget what is in the ring and what was not yet written."""
        with self._condition:
            self._open = False
            self._era += 1
            self._from_key = True
            self._waiting.clear()
            self._drop_unwritten()
            self.ring.clear()

    def record(self, on: bool, asked_at: float | None = None) -> None:
        """Hand pictures out for a clip from the next frame on, or no more; the count of lost frames begins anew.

        Parameters
        ----------
        asked_at
            When it was asked for, seconds on ``time.monotonic``; None is now. What was asked for later holds.
        """
        with self._condition:
            asked_at = time.monotonic() if asked_at is None else asked_at
            if asked_at < self._asked_at:
                return
            if on and not self._recording:
                self._from_key, self._lost_of_recording = True, 0
            if on != self._recording:
                self._asked_at = asked_at
            self._recording = on

    def forget_unwritten(self) -> None:
        """Let go of pictures for a clip that will not be."""
        with self._condition:
            self._drop_unwritten()

    def take_to_write(self, taken_before: float) -> list[PackedPicture]:
        """Return the pictures for the clip that were taken before a time, seconds on ``time.monotonic``."""
        with self._condition:
            taken = []
            while self._to_write and self._to_write[0].taken_at < taken_before:
                picture = self._to_write.popleft()
                self._bytes_to_write -= len(picture.data)
                taken.append(picture)
            return taken

    def settle(self, timeout_s: float) -> bool:
        """Wait until every frame that came is packed; return False where that takes too long."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._waiting and not self._packing, timeout_s)

    @property
    def recording_s(self) -> float | None:
        """For how long a recording has been asked for, seconds; None while none is."""
        with self._condition:
            return time.monotonic() - self._asked_at if self._recording else None

    @property
    def lost(self) -> int:
        """Frames that could not be taken in, since the start."""
        with self._condition:
            return self._lost

    @property
    def lost_of_recording(self) -> int:
        """Frames that the recording in hand lacks."""
        with self._condition:
            return self._lost_of_recording

    def _run(self) -> None:
        _lower_priority()
        try:
            while True:
                with self._condition:
                    self._packing = False
                    self._condition.notify_all()
                    self._condition.wait_for(lambda: bool(self._waiting) or self._stopping)
                    if self._stopping and not self._waiting:
                        return
                    waiting, era, self._packing = self._waiting.popleft(), self._era, True
                self._hand_out(self._pack(waiting.frame, waiting.key), era, waiting.recorded)
        except Exception as error:  # noqa: BLE001 - the border of a thread
            self._on_bug(error)

    def _pack(self, frame: Frame, key: bool) -> PackedPicture:
        if self._packer is None or not self._packer.fits(frame.pixels):
            height, width = frame.pixels.shape[:2]
            self._packer = Packer(width, height)
        return self._packer.pack(frame, key)

    def _hand_out(self, picture: PackedPicture, era: int, recorded: bool) -> None:
        with self._condition:
            if era != self._era:
                return
            self.ring.add(picture)
            if not recorded:
                return
            if self._bytes_to_write > _MOST_TO_WRITE:
                self._count_lost()
                self._from_key = True
                return
            self._to_write.append(picture)
            self._bytes_to_write += len(picture.data)

    def _count_lost(self) -> None:
        self._lost += 1
        self._lost_of_recording += self._recording

    def _drop_unwritten(self) -> None:
        self._to_write.clear()
        self._bytes_to_write = 0


def _lower_priority() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
