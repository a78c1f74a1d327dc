"""What every run keeps of where it stands, whether it searches or trains, and when its limits end it."""

from dataclasses import dataclass


@dataclass(slots=True)
class RunStanding:
    """The part of a run's state that searches and trainings share; JSON values only.

    Attributes
    ----------
    epoch, step
        Epochs done, and steps done in all.
    best_value, best_epoch
        Of the epoch kept so far: by what it was chosen, its number.
    seconds
        Time spent on whole epochs (s).
    reason
        Why the run is over; empty while it is not.
    parts
        In how many parts each batch was normalised.
    log
        Length of events.jsonl (bytes); None where it is not known.
    """

    epoch: int = 0
    step: int = 0
    best_value: float = -1.0
    best_epoch: int = -1
    seconds: float = 0.0
    reason: str = ""
    parts: int = 1
    log: int | None = None

    def end_by_limits(self, epochs: int, minutes: float) -> None:
        """Say why the run is over, where a limit is reached; a raised one lets it go on that ended by it.

        Parameters
        ----------
        epochs
            The most epochs.
        minutes
            The most time on whole epochs (min); 0 for no limit.
        """
        if self.reason not in ("", "epochs", "time"):
            return
        if self.epoch >= epochs:
            self.reason = "epochs"
        else:
            self.reason = "time" if 0 < minutes * 60 <= self.seconds else ""
