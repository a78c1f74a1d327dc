"""Where a training run stands, as plain numbers: with the engine's tensors, all that resume needs."""

from dataclasses import dataclass, field
from typing import Any

from nas.learning.loss import refuse_infinite
from nas.learning.standing import RunStanding


@dataclass(slots=True)
class Standing(RunStanding):
    """The state of a training apart from its tensors, beside what every run keeps; JSON values only.

    Attributes
    ----------
    loss_sum, right_sum
        Sums over the steps of the epoch that is under way.
    stop_best, stop_stale
        State of the early stop.
    engine
        The engine's own numbers.
    """

    loss_sum: float = 0.0
    right_sum: int = 0
    stop_best: float | None = None
    stop_stale: int = 0
    engine: dict[str, Any] = field(default_factory=dict)

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
