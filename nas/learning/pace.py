"""How far the epoch under way has come, and how long the rest will take, told in the same way by every run."""

import time
from dataclasses import dataclass
from typing import Literal

from nas.events import Progress


@dataclass(frozen=True, slots=True)
class Pace:
    """The steps of an epoch that is under way.

    Attributes
    ----------
    phase
        What the run does.
    epoch, epochs
        The epoch under way, counted from 0, and how many there are.
    steps, first
        Steps of an epoch, and the one that this process began with.
    frames
        Frames that one step learns from.
    begun
        When it began (s, `time.monotonic`).
    """

    phase: Literal["training", "searching"]
    epoch: int
    epochs: int
    steps: int
    first: int
    frames: float
    begun: float

    def after(self, done: int, loss: float) -> Progress:
        """Return the progress after `done` steps of the epoch, the last of which had this loss."""
        a_step = max(time.monotonic() - self.begun, 1e-9) / (done - self.first)
        left = (self.steps - done) + (self.epochs - self.epoch - 1) * self.steps
        return Progress(
            phase=self.phase,
            done=done,
            total=self.steps,
            epoch=self.epoch,
            loss=loss,
            rate=self.frames / a_step,
            eta_s=left * a_step,
        )
