"""Which frame of a video is which: the number and the time of every frame, and the key frames that lead to it."""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from av.video.frame import VideoFrame

REORDERED: Final = 16
"""Frames by which the place of damage may be off, since frames are decoded in another order than they are shown."""

_KEYS_TRIED: Final = 3


class MistrustError(Exception):
    """The frames that come are not those that the table promised."""


class FrameTable(ABC):
    """Numbers and times of the frames of one video, in the order of showing.

    Attributes
    ----------
    complete
        Whether every frame is in the table.
    damaged
        Frames known to be left out.
    """

    def __init__(self) -> None:
        self.complete = False
        self.damaged = 0

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of frames known so far."""

    @abstractmethod
    def time_of(self, number: int) -> float:
        """Return the time of a known frame, seconds from the first."""

    @abstractmethod
    def number_at(self, time_s: float) -> int:
        """Return the number of the last frame whose time is not after this, the first for earlier times."""

    @abstractmethod
    def place(self, frame: VideoFrame, last: int, *, damaged: bool) -> int:
        """Return the number of a frame that was decoded right after frame ``last`` (-1: the first of all).

        Parameters
        ----------
        damaged
            Whether damage was met since decoding began, which explains missing frames.

        Raises
        ------
        MistrustError
            The table is wrong.
        """

    @abstractmethod
    def find(self, frame: VideoFrame) -> int | None:
        """Return the number of a key frame, None where it cannot be told."""

    @abstractmethod
    def keys_before(self, number: int) -> list[int]:
        """Return time stamps of a few key frames from which a frame can be reached, the best first."""

    @abstractmethod
    def note_damage(self, number: int) -> None:
        """Note that damage was met on the way to frame ``number``."""

    @abstractmethod
    def key_between(self, after: int, number: int) -> bool:
        """Tell whether a key frame lies after frame ``after``, not after frame ``number``."""

    @abstractmethod
    def grow(self, seconds: float) -> None:
        """Learn of more frames for about so long."""

    @abstractmethod
    def end_after(self, last: int, *, damaged: bool) -> None:
        """Note that decoding on to the end gave no frame after ``last``.

        Parameters
        ----------
        damaged
            As in `place`.

        Raises
        ------
        MistrustError
            The table is wrong.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""


def seconds(ticks: int, time_base: Fraction) -> float:
    """Return a time in seconds, rounded once, so that frame n of an even clip is at n / fps to the last bit."""
    return ticks * time_base.numerator / time_base.denominator


def sound_keys(keys: list[int], damage: list[int], target: int, margin: Callable[[int], int]) -> list[int]:
    """Return the nearest few key frames from which decoding gives what reading through gives, the nearest first.

    Beyond damage a decoder shows what it had before, so one must begin at a key frame that no damage follows before the
    next key frame or the target.

    Parameters
    ----------
    keys, damage
        Places of key frames and of damage, ascending.
    target
        Place to be reached.
    margin
        Returns the place before which damage cannot have touched the frames after a key frame.
    """
    found: list[int] = []
    number = bisect_right(keys, target) - 1
    while number >= 0 and len(found) < _KEYS_TRIED:
        until = min(keys[number + 1], target) if number + 1 < len(keys) else target
        met = bisect_left(damage, margin(keys[number])) if damage else 0
        if met == len(damage) or damage[met] > until:
            found.append(keys[number])
        number -= 1
    return found
