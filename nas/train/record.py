"""What a run was started with, kept in its config.json, so that resume goes on with exactly that."""

from pathlib import Path
from typing import Any, Final, Literal

from nas.config.train import TrainConfig
from nas.data.folder import DataSet
from nas.errors import RunError
from nas.genotype import Genotype, named_genotype
from nas.learning.resuming import RunRecord, changed_config, read_run_record
from nas.rundir import RunFolder

_FREE: Final = frozenset(
    {
        "epochs",
        "minutes",
        "stop_after",
        "patience",
        "ghost_batches",
        "device",
        "compile",
        "threads",
        "checkpoint_seconds",
        "checkpoint_steps",
        "name",
    }
)


class TrainRecord(RunRecord):
    """config.json of a training run.

    `baseline` names the torchvision network that is trained in place of the UIAC network of the genotype, and
    `began_with` the model whose weights the run began with; empty for none.
    """

    kind: Literal["train"] = "train"
    format: Literal[1] = 1
    config: TrainConfig
    genotype: Genotype
    baseline: str = ""
    began_with: str = ""


def chosen_genotype(config: TrainConfig) -> tuple[TrainConfig, Genotype]:
    """Return the genotype that a config names, and the config with a name in place of a path."""
    genotype = named_genotype(config.genotype)
    shown = Path(config.genotype).name if Path(config.genotype).exists() else config.genotype
    return config.model_copy(update={"genotype": shown}), genotype


def said_simulated(config: TrainConfig, data: DataSet) -> TrainConfig:
    """Return the config of a run on a set, which calls its model one of simulated images where all frames are such."""
    return config.model_copy(update={"trained_on": "simulated"}) if data.simulated else config


def read_record(run: RunFolder) -> TrainRecord:
    """Return the record of a training run that is there; errors as `read_run_record`."""
    return read_run_record(run, TrainRecord, "train", "training run")


def resumed_config(record: TrainRecord, changes: dict[str, Any]) -> TrainConfig:
    """Return a run's config with the changes that resume allows: limits, device and the like.

    Raises
    ------
    RunError
        A change would make another run of it; both values are named.
    """
    config = changed_config(record.config, changes, _FREE | {"genotype"})
    if "genotype" in changes and named_genotype(str(changes["genotype"])) != record.genotype:
        raise RunError("The run has another genotype than the one asked for.", "Leave out --genotype, or start anew.")
    return config.model_copy(update={"genotype": record.config.genotype})
