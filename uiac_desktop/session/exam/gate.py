"""The gate before all keeping: shut until names are covered, and asked again for every single frame."""

import threading
import time
from collections.abc import Callable
from typing import Final

from uiac_desktop.frame import Frame

_NO_SECTOR_S: Final = 600.0


class ExamGate:
    """Says what may be kept, and when no woman was seen for ten minutes; any thread may ask.

    Parameters
    ----------
    clock
        Seconds, as ``time.monotonic``.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._allowed, self._why = False, ""
        self._may_keep: Callable[[Frame], bool] = _always
        self._sector, self._sector_at, self._asked = True, clock(), False

    def allow(self, storing: bool, why: str) -> bool:
        """Open or shut it; return whether it was open."""
        with self._lock:
            was, self._allowed, self._why = self._allowed, storing, "" if storing else why
            return was

    def keep_where(self, may_keep: Callable[[Frame], bool]) -> None:
        """Let only frames through of which this says yes, from now on; it must not wait."""
        with self._lock:
            self._may_keep = may_keep

    def passes(self, frame: Frame) -> bool:
        """Tell whether a frame may be kept at this moment."""
        with self._lock:
            allowed, may_keep = self._allowed, self._may_keep
        return allowed and may_keep(frame)

    @property
    def standing(self) -> tuple[bool, str]:
        """Whether anything may be kept, and why not."""
        with self._lock:
            return self._allowed, self._why

    def see_sector(self, shown: bool) -> None:
        """Note whether pictures show a scan at all."""
        with self._lock:
            self._sector = shown

    def see_frame(self) -> None:
        """Note that a picture came."""
        with self._lock:
            if self._sector:
                self._sector_at, self._asked = self._clock(), False

    def begin_exam(self) -> None:
        """Count the ten minutes anew."""
        with self._lock:
            self._sector_at, self._asked = self._clock(), False

    def asks_for_new_woman(self) -> bool:
        """Tell, once, that no scan was seen for ten minutes."""
        with self._lock:
            if self._asked or self._clock() - self._sector_at < _NO_SECTOR_S:
                return False
            self._asked = True
            return True


def _always(_frame: Frame) -> bool:
    return True
