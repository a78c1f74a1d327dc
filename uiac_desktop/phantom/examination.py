"""One exam of one subject: scanner, view and surroundings drawn together, giving finished screens of any pose."""

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.acoustics import BMode
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.extra import Extra, show_with
from uiac_desktop.phantom.furniture import Picture, Screen
from uiac_desktop.phantom.moment import Moment
from uiac_desktop.phantom.mother import paint_mother
from uiac_desktop.phantom.receiver import Grey
from uiac_desktop.phantom.sampler import Cut
from uiac_desktop.phantom.style import Scanner
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.view import View

_SHARP_FROM = 200
# share, and bearing in degrees, of each way the fetus lies: front, left side, right side, spine to the probe
_LIES = ((0.40, 0.0), (0.22, 90.0), (0.22, -90.0), (0.16, 180.0))


class Examination:
    """A scanner at work on a subject.

    Parameters
    ----------
    subject
        Whom.
    number
        Which exam of the subject; each has its own scanner, view, lie and surroundings.
    size
        Height of the screens in pixels.
    preset
        A named scanner, or any when absent.
    """

    def __init__(self, subject: Subject, number: int, size: int, preset: str | None = None) -> None:
        dice = Dice(subject.seed, subject.index, 1 + number)
        self.subject = subject
        self.scanner = Scanner.draw(dice, preset)
        self.view = View.draw(dice, subject.plan.scale)
        self.mirrored = dice.happens(0.5)
        self.turn = _draw_lie(dice)
        self.beat_start = dice.between(0, 1)
        self._size = size
        self.screen = Screen(self.view, self.scanner, size * max(1, -(-_SHARP_FROM // size)))
        mother = paint_mother(self.view, dice)
        self._bmode = BMode(subject, self.view, self.scanner, mother, dice)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a finished screen, pixels."""
        return self._size, round(self._size * 4 / 3)

    @cached_property
    def fan(self) -> NDArray[np.bool_]:
        """True where the fan is on the screen, at the screen's own size (a whole multiple of a finished screen's)."""
        return self.screen.sector_mask()

    def phase(self, time_s: float) -> float:
        """Return the phase of the heart cycle (0..1) at a time of the exam."""
        return (self.beat_start + time_s * self.subject.plan.heart_rate / 60) % 1.0

    def polar(self, cut: Cut, noise_key: int, gain_db: float = 0.0) -> Grey:
        """Return the polar picture of a cut."""
        return self._bmode.polar(cut, noise_key, gain_db)

    def screen_of(self, polar: Grey, extra: Extra | None = None, time_s: float = 0.0) -> Picture:
        """Return the finished screen (size, round(4/3 size), 3) of a polar picture, with an extra as it looks then."""
        if extra is None:
            picture = self.screen.show(polar)
        else:
            moment = Moment(time_s, self.phase(time_s), self.subject.plan.heart_rate / 60)
            picture = show_with(self.screen, polar, extra, moment)
        if self.screen.height == self._size:
            return picture
        small = cv2.resize(picture, self.shape[::-1], interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def picture(
        self, cut: Cut, noise_key: int, gain_db: float = 0.0, extra: Extra | None = None, time_s: float = 0.0
    ) -> Picture:
        """Return the finished screen of a cut, with an extra as it looks at a time of the exam."""
        return self.screen_of(self.polar(cut, noise_key, gain_db), extra, time_s)


def _draw_lie(dice: Dice) -> float:
    """Return how the fetus lies: rotation of the picture, radians."""
    chosen, bearing = dice.between(0, 1), 0.0
    for share, degrees in _LIES:
        bearing = degrees
        if chosen < share:
            break
        chosen -= share
    return float(np.deg2rad(bearing + dice.between(-25, 25)))
