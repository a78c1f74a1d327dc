"""What a comparison was started with and what each run gave, as files, so that resume goes on with just that."""

from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nas.compare.entrants import Entrant
from nas.config.train import TrainConfig
from nas.errors import RunError
from nas.learning.resuming import changed_config, read_run_record
from nas.rundir import RunFolder

_FREE: Final = frozenset({"device", "threads", "checkpoint_seconds"})
RESULT_FILE: Final = "test.json"


class CompareRecord(BaseModel):
    """config.json of a comparison; it holds no path, since paths can carry names of people.

    Attributes
    ----------
    config
        The recipe of every run but for its seed, which is `config.seed` and the numbers after it.
    entrants
        The models.
    seeds
        Runs of each model.
    test_share
        Share of the images held back for the test; None where a folder was given.
    classes
        The planes.
    learning, judging
        Fingerprints of the images that models learn from and of those that they are judged on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["compare"] = "compare"
    format: Literal[1] = 1
    config: TrainConfig
    entrants: tuple[Entrant, ...]
    seeds: int
    test_share: float | None
    classes: tuple[str, ...]
    learning: str
    judging: str

    def runs(self) -> list[tuple[Entrant, int]]:
        """Return every run, all models of a seed before the next seed, so that what is done so far is fair to all."""
        first = self.config.seed
        return [(entrant, seed) for seed in range(first, first + self.seeds) for entrant in self.entrants]


class RunResult(BaseModel):
    """test.json of a run: one model of one seed, judged on the test frames, which it never saw.

    Attributes
    ----------
    parameters
        Of the network without the auxiliary head.
    epochs, best_epoch
        Epochs done, and the one kept by the validation part, counted from 0.
    reason
        Why training ended: epochs, early_stop or time.
    seconds
        Of training, validation included.
    top1, macro_f1, kappa
        On the test frames (fractions).
    per_plane
        Recall of each plane there.
    answers
        Plane number of every test frame, in their order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    seed: int
    parameters: int
    epochs: int
    best_epoch: int
    reason: Literal["epochs", "early_stop", "time"]
    seconds: float
    top1: float
    macro_f1: float
    kappa: float
    per_plane: dict[str, float]
    answers: tuple[int, ...]


class Failure(BaseModel):
    """A run that could not be done, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    seed: int
    message: str
    advice: str


def read_compare_record(folder: RunFolder) -> CompareRecord:
    """Return the record of a comparison that is there.

    Raises
    ------
    RunError
        config.json is damaged, or belongs to another kind of run.
    """
    return read_run_record(folder, CompareRecord, "compare", "comparison")


def read_result(run: Path) -> RunResult | None:
    """Return the result that stands in a run's folder, or None where the run is still to be done."""
    try:
        return RunResult.model_validate_json((run / RESULT_FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def refuse_other_question(
    record: CompareRecord, models: tuple[str, ...], seeds: int | None, changes: dict[str, Any]
) -> TrainConfig:
    """Return the config with which a comparison goes on.

    Raises
    ------
    RunError
        Other models, seeds or fields are asked for than it was started with: all its runs share one recipe.
    """
    before = " ".join(entrant.name for entrant in record.entrants)
    for name, old, new in (("models", before, " ".join(models)), ("seeds", record.seeds, seeds)):
        if new and new != old:
            raise RunError(
                f"The comparison has {name} = {old}, and {new} is asked for.",
                f"Leave out --{name}, or start a new comparison in another folder.",
            )
    return changed_config(record.config, changes, _FREE)
