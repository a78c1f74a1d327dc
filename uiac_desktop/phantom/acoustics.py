"""The polar B-mode picture: sound through labelled tissue, from scatterers to grey; it knows poses and no planes."""

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.attenuation import Attenuation
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.echo import Echo
from uiac_desktop.phantom.receiver import Grey, Receiver
from uiac_desktop.phantom.sampler import Cut, Sampler
from uiac_desktop.phantom.style import Scanner
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.view import View


class BMode:
    """Renders polar pictures of one subject with one scanner in one exam.

    Parameters
    ----------
    subject
        Whom to scan.
    view
        The fan.
    scanner
        Settings of image formation.
    mother
        Labels (SAMPLES, LINES) where the fetus is not.
    dice
        Draws of this exam: gain ripple, contact and haze.
    """

    def __init__(self, subject: Subject, view: View, scanner: Scanner, mother: NDArray[np.uint8], dice: Dice) -> None:
        self._sampler = Sampler(subject, view, scanner.slice_mm, mother)
        self._echo = Echo(view, scanner, subject.echoes)
        self._attenuation = Attenuation(view)
        self._receiver = Receiver(view, scanner, *self._attenuation.before_chest(mother), dice)

    def polar(self, cut: Cut, noise_key: int, gain_db: float = 0.0) -> Grey:
        """Return the log-compressed picture (SAMPLES, LINES), uint8, before the grey curve.

        Parameters
        ----------
        cut
            Where and when to look.
        noise_key
            Names the receiver noise of this frame, 0 or more.
        gain_db
            The operator's trim on top of the exam's gain.
        """
        sample = self._sampler.sample(cut)
        loss = self._attenuation.loss(sample.labels)
        return self._receiver.receive(self._echo.intensity(sample), loss, noise_key, gain_db)
