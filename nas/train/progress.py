"""Where a training run stands, as plain numbers: with the engine's tensors, all that resume needs."""

from dataclasses import dataclass, field
from typing import Any, Literal

from nas.learning.limits import limit_reached
from nas.learning.loss import refuse_infinite

Reason = Literal["", "epochs", "early_stop", "time"]


@dataclass(slots=True)
class Standing:
    """The state of a run apart from its tensors; JSON values only.

    Attributes
    ----------
    epoch, step
        Epochs done, and steps done in all.
    loss_sum, right_sum
        Sums over the steps of the epoch that is under way.
    best_value, best_epoch
        Of the epoch kept so far.
    stop_best, stop_stale
        State of the early stop.
    seconds
        Time spent on whole epochs (s).
    reason
        Why the run is over; empty while it is not.
    engine
        The engine's own numbers.
    parts
        In how many parts each batch was normalised.
    log
        Length of events.jsonl (bytes); None where it is not known.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    right_sum: int = 0
    best_value: float = -1.0
    best_epoch: int = -1
    stop_best: float | None = None
    stop_stale: int = 0
    seconds: float = 0.0
    reason: Reason = ""
    engine: dict[str, Any] = field(default_factory=dict)
    parts: int = 1
    log: int | None = None

    def take(self, loss_sum: float, right_sum: int, lr: float) -> None:
        """Take the sums of the epoch so far.

        Raises
        ------
        RunError
            The loss is not a number any more.
        """
        refuse_infinite(loss_sum, self.epoch, lr)
        self.loss_sum, self.right_sum = loss_sum, right_sum

    def end_epoch(self, seconds: float) -> None:
        """Go on to the next epoch."""
        self.seconds += seconds
        self.epoch += 1
        self.loss_sum, self.right_sum = 0.0, 0

    def end_by_limits(self, epochs: int, minutes: float) -> None:
        """Say why the run is over, where a limit is reached; a raised one lets it go on that ended by it."""
        if self.reason in ("", "epochs", "time"):
            self.reason = limit_reached(self.epoch, epochs, self.seconds, minutes)
