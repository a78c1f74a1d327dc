"""Where a search stands, as plain numbers: with the engine's tensors, all that resume needs."""

from dataclasses import dataclass, field
from typing import Any

from nas.events import ArchitectureSnapshot
from nas.genotype import Genotype
from nas.learning.loss import refuse_infinite
from nas.learning.standing import RunStanding


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
class Standing(RunStanding):
    """The state of a search apart from its tensors, beside what every run keeps; JSON values only.

    Attributes
    ----------
    weights, lambdas
        Sums over the steps of the epoch under way, on D_train and on D_val.
    best_top1
        Accuracy of the epoch whose blocks are chosen so far.
    genotype
        Its blocks, as JSON; None before the first.
    preferred
        Whether lambda preferred anything then.
    last
        The blocks of the last epoch, as JSON.
    unchanged
        Epochs in a row after which the blocks were those of the epoch before.
    skips_capped, pools_capped
        Skips and pools that the caps replaced in the chosen blocks.
    """

    weights: Sums = field(default_factory=Sums)
    lambdas: Sums = field(default_factory=Sums)
    best_top1: float = 0.0
    genotype: dict[str, Any] | None = None
    preferred: bool = True
    last: dict[str, Any] | None = None
    unchanged: int = 0
    skips_capped: int = 0
    pools_capped: int = 0

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

    def choose(self, value: float, top1: float, found: ArchitectureSnapshot) -> None:
        """Choose the blocks of this epoch."""
        self.best_value, self.best_top1, self.best_epoch = value, top1, self.epoch
        self.skips_capped, self.pools_capped = found.skips_capped, found.pools_capped
        self.genotype, self.preferred = found.genotype.model_dump(mode="json"), found.informative

    def end_epoch(self, seconds: float) -> None:
        """Go on to the next epoch."""
        self.seconds += seconds
        self.epoch += 1
        self.weights, self.lambdas = Sums(), Sums()
