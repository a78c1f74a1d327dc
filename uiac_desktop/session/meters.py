"""The figures of a running session: rates over the last seconds, delays, memory; measured, never assumed."""

import os
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

_WINDOW_S: Final = 2.0
_STAMPS: Final = 1024
_DELAYS: Final = 4096
_STARTTIME_FIELD: Final = 19  # of /proc/PID/stat (field 22), counted from the state that follows the name


@dataclass(frozen=True, slots=True)
class Delay:
    """Percentiles of a delay, milliseconds."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class SessionStats:
    """How a session runs at this moment.

    Attributes
    ----------
    frames_read
        Frames that the source gave since the start.
    frames_shown
        Frames that were painted.
    frames_dropped
        Frames that a newer one replaced before they were labelled or painted, or that were passed over because the
        source was late: all for want of computing time.
    asked_fps
        The source's nominal rate times the speed, None where it has none.
    delivered_fps, model_fps, shown_fps
        Frames read, labelled and painted a second, over the last two seconds.
    model_ms
        Median time of one label with its map, milliseconds.
    latency_ms
        From a frame's capture to its label, milliseconds, over the last 4096 labels; None before the first.
    age_ms
        Age of the frame on screen when it was painted, milliseconds; None before the first.
    first_label_s
        From the start of this process to the first labelled frame on screen (without a screen: labelled), seconds.
    rss_mb
        Memory of this process, MiB.
    """

    frames_read: int
    frames_shown: int
    frames_dropped: int
    asked_fps: float | None
    delivered_fps: float
    model_fps: float
    shown_fps: float
    model_ms: float | None
    latency_ms: Delay | None
    age_ms: float | None
    first_label_s: float | None
    rss_mb: float

    def as_json(self) -> dict[str, Any]:
        """Return the record as the plain values of ``--stats FILE``."""
        return asdict(self)


class Rate:
    """Events a second over the last seconds; any thread may count or read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamps: deque[float] = deque(maxlen=_STAMPS)
        self._count = 0

    def count(self, now: float) -> None:
        """Note that one happened at ``now``, seconds on ``time.monotonic``."""
        with self._lock:
            self._stamps.append(now)
            self._count += 1

    @property
    def total(self) -> int:
        """How many happened in all."""
        with self._lock:
            return self._count

    def per_second(self, now: float | None = None) -> float:
        """Return the rate over the two seconds before ``now``, or before the last event where ``now`` is None."""
        with self._lock:
            stamps = list(self._stamps)
        until = now if now is not None else (stamps[-1] if stamps else 0.0)
        recent = [stamp for stamp in stamps if until - _WINDOW_S <= stamp <= until]
        if len(recent) < 2:
            return 0.0
        silent = until - recent[-1]
        gap = (recent[-1] - recent[0]) / (len(recent) - 1)
        span = recent[-1] - recent[0] + (silent if silent > 2 * gap else 0.0)
        return (len(recent) - 1) / span if span > 0 else 0.0


class Delays:
    """The last few thousand delays; any thread may add or read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: deque[float] = deque(maxlen=_DELAYS)

    def add(self, seconds: float) -> None:
        """Note one delay."""
        with self._lock:
            self._seconds.append(seconds)

    @property
    def last_ms(self) -> float | None:
        """The newest delay, milliseconds."""
        with self._lock:
            return 1000 * self._seconds[-1] if self._seconds else None

    def percentiles_ms(self) -> Delay | None:
        """Return the percentiles, or None before the first delay."""
        with self._lock:
            seconds = np.fromiter(self._seconds, np.float64, len(self._seconds))
        if not seconds.size:
            return None
        return Delay(*(float(ms) for ms in 1000 * np.percentile(seconds, (50, 95, 99))))


def process_age_s() -> float:
    """Return how long this process has been running, seconds; on Linux exact to a clock tick (10 ms)."""
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)
    stat = Path("/proc/self/stat")
    if boot_clock is None or not stat.exists():
        return time.time() - psutil.Process().create_time()
    started_ticks = int(stat.read_text().rpartition(")")[2].split()[_STARTTIME_FIELD])
    return time.clock_gettime(boot_clock) - started_ticks / os.sysconf("SC_CLK_TCK")


def memory_mb() -> float:
    """Return the memory of this process in use, MiB."""
    return float(psutil.Process().memory_info().rss) / 2**20
