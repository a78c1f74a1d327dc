"""An endless simulated examination as a live source would see it: any frame at random access, with its truth."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.extra import EXTRAS, Extra
from uiac_desktop.phantom.planes import NAMED_BELOW, NONE_ABOVE
from uiac_desktop.phantom.receiver import Grey
from uiac_desktop.phantom.sampler import Cut
from uiac_desktop.phantom.style import PRESETS
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.sweep import STOPS, Sweep

_LIVE_STREAM, _EXTRA_STREAM = 201, 202
_FRONT_LIE_DEG, _BACK_LIE_DEG, _LEAN_DEG = 0.0, 180.0, 30.0


@dataclass(frozen=True, slots=True)
class Truth:
    """What a simulated frame shows.

    Attributes
    ----------
    plane
        Code of the plane whose ideal pose is nearer than 1 tolerance, else "none".
    distance
        Distance of the pose from the nearest plane, in tolerances (tilt and shift together).
    time_s
        Time of the frame, s.
    nearest
        Code of the nearest plane.
    extra
        Kind of what is shown over or beside the plain picture, one of EXTRAS, which makes the frame "none" whatever its
        pose; empty where there is nothing.
    """

    plane: str
    distance: float
    time_s: float
    nearest: str
    extra: str = ""

    @property
    def doubtful(self) -> bool:
        """Tell whether the pose of a plain picture lies in the grey zone between a plane and none."""
        return not self.extra and NAMED_BELOW <= self.distance <= NONE_ABOVE


class SimulatedScan:
    """A live examination of one simulated fetus: sweep one, sweep two, back to the beginning, for ever.

    Parameters
    ----------
    seed
        Names the fetus, the scanner and the hand; equal seeds give equal frames.
    size
        Height of a frame in pixels, 64..2160; its width is round(4/3 size).
    fps
        Frames a second, above 0.
    preset
        "crisp", "soft", "penetration" or "old"; one of them by the seed when absent.
    extras
        Let each kind of extra come up in turn on the planes, after each was seen plain.

    Raises
    ------
    DesktopError
        If a number is out of range or there is no such preset.
    """

    def __init__(
        self, seed: int = 0, size: int = 720, fps: float = 30.0, preset: str | None = None, extras: bool = False
    ) -> None:
        if seed < 0:
            raise DesktopError("The seed is below zero.", "Choose a whole number of 0 or more.")
        if not 64 <= size <= 2160:
            raise DesktopError(f"A frame height of {size} pixels is out of range.", "Choose 64 to 2160.")
        if not (np.isfinite(fps) and fps > 0):
            raise DesktopError(f"A rate of {fps} frames a second is out of range.", "Choose a rate above 0.")
        dice = Dice(seed, _LIVE_STREAM)
        self.fps = float(fps)
        self.subject = Subject.draw(seed, _LIVE_STREAM)
        self._examination = Examination(self.subject, 0, size, preset or dice.pick(tuple(PRESETS)))
        lie = _FRONT_LIE_DEG if dice.happens(0.7) else _BACK_LIE_DEG
        self._turn = float(np.deg2rad(lie + dice.between(-_LEAN_DEG, _LEAN_DEG)))
        self._sweep = Sweep(self.subject.planes, dice, _each_in_turn(seed) if extras else ())
        self._persistence = self._examination.scanner.persistence
        self._polar: Final = lru_cache(maxsize=3)(self._rendered)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a frame, pixels."""
        return self._examination.shape

    @property
    def fan(self) -> NDArray[np.bool_]:
        """True where the fan is on the screen, at the size of a finished screen or a whole multiple of it."""
        return self._examination.fan

    @property
    def sweep_frames(self) -> int:
        """Frames of one way through all planes."""
        return round(self._sweep.seconds * self.fps)

    def truth(self, index: int) -> Truth:
        """Return what frame `index` (0 or more) shows, without rendering it."""
        time_s = index / self.fps
        shown_s = self._shown(index) / self.fps
        reading, extra = self.subject.planes.read(self._sweep.pose(shown_s)), self._sweep.extra_at(time_s)
        label, kind = (reading.label, "") if extra is None else (NONE, extra.kind)
        return Truth(label, reading.distance, time_s, reading.nearest, kind)

    def distances(self, index: int) -> NDArray[np.float64]:
        """Return how far frame `index` is from each plane, float64 (11,), tolerances, in the order of PLANES."""
        return self.subject.planes.distances(self._sweep.pose(self._shown(index) / self.fps))

    def render(self, index: int) -> tuple[NDArray[np.uint8], Truth]:
        """Return frame `index` (0 or more) as RGB (size, round(4/3 size), 3) and its truth."""
        shown = self._shown(index)
        grey = self._polar(shown)
        if self._persistence > 0 and shown > 0:
            before = self._polar(shown - 1)
            grey = np.asarray(cv2.addWeighted(grey, 1 - self._persistence, before, self._persistence, 0), np.uint8)
        time_s = index / self.fps
        screen = self._examination.screen_of(grey, self._sweep.extra_at(time_s), time_s)
        return screen, self.truth(index)

    def _shown(self, index: int) -> int:
        """Return the number of the frame whose picture is on the screen: this one, or the one that was frozen."""
        return math.ceil(round(self._sweep.shown_at(index / self.fps) * self.fps, 6))

    def _rendered(self, index: int) -> Grey:
        time_s = index / self.fps
        cut = Cut(self._sweep.pose(time_s), self._turn, self._examination.mirrored, self._examination.phase(time_s))
        return self._examination.polar(cut, index)


def _each_in_turn(seed: int) -> tuple[Extra, ...]:
    """Return an extra for each stop, kind after kind, beginning with any of them."""
    dice = Dice(seed, _EXTRA_STREAM)
    first = dice.whole(0, len(EXTRAS))
    return tuple(Extra(EXTRAS[(first + stop) % len(EXTRAS)], dice.whole(0, 2**31)) for stop in range(len(STOPS)))
