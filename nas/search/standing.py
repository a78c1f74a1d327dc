"""Where a search stands, as plain numbers: with the engine's tensors, all that resume needs."""

from dataclasses import dataclass, field
from typing import Any, Literal

from nas.genotype import Genotype
from nas.learning.limits import limit_reached
from nas.learning.loss import refuse_infinite

Reason = Literal["", "epochs", "time", "skips", "stable"]


@dataclass(slots=True)
class Sums:
    """Over the steps of the epoch under way: losses weighed by frames, right answers, frames."""

    loss: float = 0.0
    right: int = 0
    frames: int = 0

    @property
    def mean_loss(self) -> float:
        """Mean loss a frame."""
        return self.loss / max(self.frames, 1)

    @property
    def top1(self) -> float:
        """Share of right answers."""
        return self.right / max(self.frames, 1)


@dataclass(slots=True)
class Standing:
    """The state of a search apart from its tensors; JSON values only.

    Attributes
    ----------
    epoch, step
        Epochs done, and steps done in all.
    weights, lambdas
        Sums over the steps of the epoch under way, on D_train and on D_val.
    best_value, best_top1, best_epoch
        Of the epoch whose blocks are chosen so far: by what it was chosen, its accuracy, its number.
    genotype
        Its blocks, as JSON; None before the first.
    last
        The blocks of the last epoch, as JSON.
    unchanged
        Epochs in a row after which the blocks were those of the epoch before.
    capped
        Skips that the cap replaced in the chosen blocks.
    seconds
        Time spent on whole epochs (s).
    reason
        Why the search is over; empty while it is not.
    parts
        In how many parts each batch was normalised.
    log
        Length of events.jsonl (bytes); None where it is not known.
    """

    epoch: int = 0
    step: int = 0
    weights: Sums = field(default_factory=Sums)
    lambdas: Sums = field(default_factory=Sums)
    best_value: float = -1.0
    best_top1: float = 0.0
    best_epoch: int = -1
    genotype: dict[str, Any] | None = None
    last: dict[str, Any] | None = None
    unchanged: int = 0
    capped: int = 0
    seconds: float = 0.0
    reason: Reason = ""
    parts: int = 1
    log: int | None = None

    @classmethod
    def of(cls, state: dict[str, Any]) -> "Standing":
        """Return the standing that a checkpoint keeps."""
        sums = {name: Sums(**state[name]) for name in ("weights", "lambdas")}
        return cls(**{**state, **sums})

    def take(self, weights: Sums, lambdas: Sums, lr: float) -> None:
        """Take the sums of the epoch so far.

        Raises
        ------
        RunError
            A loss is not a number any more.
        """
        for sums in (weights, lambdas):
            refuse_infinite(sums.loss, self.epoch, lr, "--lr-w")
        self.weights, self.lambdas = weights, lambdas

    def compare(self, genotype: Genotype, informative: bool) -> None:
        """Count for how many epochs the blocks have stayed the same."""
        blocks = genotype.model_dump(mode="json")
        self.unchanged = self.unchanged + 1 if informative and blocks == self.last else 0
        self.last = blocks

    def choose(self, value: float, top1: float, genotype: Genotype, capped: int) -> None:
        """Choose the blocks of this epoch."""
        self.best_value, self.best_top1, self.best_epoch, self.capped = value, top1, self.epoch, capped
        self.genotype = genotype.model_dump(mode="json")

    def end_epoch(self, seconds: float) -> None:
        """Go on to the next epoch."""
        self.seconds += seconds
        self.epoch += 1
        self.weights, self.lambdas = Sums(), Sums()

    def end_by_limits(self, epochs: int, minutes: float) -> None:
        """Say why the search is over, where a limit is reached; a raised one lets it go on that ended by it."""
        if self.reason in ("", "epochs", "time"):
            self.reason = limit_reached(self.epoch, epochs, self.seconds, minutes)
