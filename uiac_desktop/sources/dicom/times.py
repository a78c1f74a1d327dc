"""When each frame of a DICOM clip is shown (PS3.3, C.7.6.5), with a stated order of what is believed."""

import itertools
import math
from dataclasses import dataclass
from typing import Any, Final

from pydicom.dataset import Dataset

UNTOLD_FPS: Final = 25.0
"""Frames a second of a clip that does not tell its rate."""

_VECTOR_TAG: Final = 0x00181065
_LONGEST_MS: Final = 60_000.0
_SLOWEST_FPS: Final = 0.1
_FASTEST_FPS: Final = 1000.0


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """Times of a clip's frames.

    Attributes
    ----------
    seconds
        Time of each frame, from 0.
    fps
        Frames a second, by the median gap; None for a single frame.
    told
        False where the file does not say how fast it runs.
    """

    seconds: tuple[float, ...]
    fps: float | None
    told: bool


def frame_times(header: Dataset, frames: int) -> FrameTimes:
    """Return when each frame is shown.

    Parameters
    ----------
    header
        Of these the first that makes sense is believed: Frame Time Vector (before Frame Time where Frame Increment
        Pointer points to it or there is no Frame Time), Frame Time, Recommended Display Frame Rate, Cine Rate; else
        `UNTOLD_FPS`.
        The first entry of the vector is the way to the first frame, and is not counted.
    frames
        How many there are, at least 1.
    """
    if frames == 1:
        return FrameTimes((0.0,), None, told=True)
    gap_ms = _positive(header.get("FrameTime"))
    if gap_ms is None or _VECTOR_TAG in _tags(header.get("FrameIncrementPointer")):
        vector = _vector(header.get("FrameTimeVector"), frames)
        if vector is not None:
            return vector
    rates = [
        None if gap_ms is None else 1000 / gap_ms,
        _positive(header.get("RecommendedDisplayFrameRate")),
        _positive(header.get("CineRate")),
    ]
    sound = [rate for rate in rates if rate is not None and _SLOWEST_FPS <= rate <= _FASTEST_FPS]
    return _even(sound[0] if sound else UNTOLD_FPS, frames, told=bool(sound))


def _even(fps: float, frames: int, *, told: bool) -> FrameTimes:
    return FrameTimes(tuple(number / fps for number in range(frames)), fps, told)


def _vector(value: Any, frames: int) -> FrameTimes | None:
    """Return times from gaps in milliseconds; None unless there is a sound gap for every frame and time goes on."""
    gaps = [_number(gap) for gap in _several(value)][1:frames]
    sound = [gap for gap in gaps if gap is not None and 0 <= gap <= _LONGEST_MS]
    if len(sound) != frames - 1 or sum(sound) <= 0:
        return None
    seconds = tuple(itertools.accumulate((gap / 1000 for gap in sound), initial=0.0))
    middle = sorted(gap for gap in sound if gap > 0)
    return FrameTimes(seconds, 1000 / middle[len(middle) // 2], told=True)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, (int, float, str)) else list(value)


def _tags(value: Any) -> list[int]:
    return [int(tag) for tag in _several(value) if isinstance(tag, int)]


def _positive(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
