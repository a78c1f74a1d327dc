"""The limits of a run, which a person may raise when it goes on: its epochs and its time."""

from typing import Literal


def limit_reached(done: int, epochs: int, seconds: float, minutes: float) -> Literal["", "epochs", "time"]:
    """Return the limit that a run has come to; empty where it may go on.

    Parameters
    ----------
    done, epochs
        Epochs done, and the most of them.
    seconds
        Time spent on whole epochs (s).
    minutes
        The most time (min); 0 for no limit.
    """
    if done >= epochs:
        return "epochs"
    return "time" if 0 < minutes * 60 <= seconds else ""
