"""The last seconds of a scan, packed, so that what has just been seen can still become a clip."""

import threading
from collections import deque
from itertools import groupby
from typing import Final, TypeAlias

from uiac_desktop.exam.packing import PackedPicture

DEFAULT_S: Final = 10.0
_MOST_BYTES: Final = 192 * 2**20

Part: TypeAlias = tuple[PackedPicture, ...]


class Ring:
    """Packed pictures of the last seconds, in bounded memory; any thread may add or read.

    Parameters
    ----------
    seconds
        How far it reaches back, 1 to 120.
    most_bytes
        What it holds at most; of a large, quick source it then reaches back less far.
    """

    def __init__(self, seconds: float = DEFAULT_S, most_bytes: int = _MOST_BYTES) -> None:
        if not 1 <= seconds <= 120:
            raise ValueError(f"a ring reaches back 1 to 120 seconds, not {seconds}")
        self.reach_s: Final = seconds
        self._most_bytes: Final = most_bytes
        self._lock = threading.Lock()
        self._pictures: deque[PackedPicture] = deque()
        self._bytes = 0

    def add(self, picture: PackedPicture) -> None:
        """Add the newest picture, and forget whole half seconds that are too old or too much."""
        with self._lock:
            self._pictures.append(picture)
            self._bytes += len(picture.data)
            oldest = picture.taken_at - self.reach_s
            while (second := self._second_key()) is not None and (
                self._pictures[second].taken_at <= oldest or self._bytes > self._most_bytes
            ):
                for _ in range(second):
                    self._bytes -= len(self._pictures.popleft().data)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pictures.clear()
            self._bytes = 0

    def last(self, seconds: float) -> tuple[Part, ...]:
        """Return the pictures of the last `seconds`, each part of one size and from a key picture on.

        A part may begin up to half a second earlier, at its key picture.
        """
        with self._lock:
            pictures = list(self._pictures)
        if not pictures:
            return ()
        wanted_from = pictures[-1].taken_at - seconds
        keys = [place for place, picture in enumerate(pictures) if picture.key]
        first = max((place for place in keys if pictures[place].taken_at <= wanted_from), default=min(keys, default=0))
        return tuple(tuple(part) for _, part in groupby(pictures[first:], lambda one: (one.width, one.height)))

    @property
    def seconds(self) -> float:
        """How far back it reaches now, seconds."""
        with self._lock:
            return self._pictures[-1].taken_at - self._pictures[0].taken_at if self._pictures else 0.0

    def _second_key(self) -> int | None:
        return next((place for place, picture in enumerate(self._pictures) if place > 0 and picture.key), None)
