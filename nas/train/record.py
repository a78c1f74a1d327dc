"""What a run was started with, kept in its config.json, so that resume goes on with exactly that."""

from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nas.config.reading import combined, said
from nas.config.train import TrainConfig
from nas.errors import RunError
from nas.genotype import Genotype, named_genotype
from nas.rundir import RunFolder

_FREE: Final = frozenset(
    {"epochs", "minutes", "stop_after", "patience", "device", "compile", "threads", "checkpoint_seconds", "name"}
)


class TrainRecord(BaseModel):
    """config.json of a training run; it holds no path, since paths can carry names of people.

    `baseline` names the torchvision network that is trained in place of the UIAC network of the genotype; empty for
    none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["train"] = "train"
    format: Literal[1] = 1
    config: TrainConfig
    genotype: Genotype
    baseline: str = ""
    classes: tuple[str, ...]
    images: int
    data_fingerprint: str


def chosen_genotype(config: TrainConfig) -> tuple[TrainConfig, Genotype]:
    """Return the genotype that a config names, and the config with a name in place of a path."""
    genotype = named_genotype(config.genotype)
    shown = Path(config.genotype).name if Path(config.genotype).exists() else config.genotype
    return config.model_copy(update={"genotype": shown}), genotype


def read_record(run: RunFolder) -> TrainRecord:
    """Return the record of a run that is there.

    Raises
    ------
    RunError
        config.json is damaged, or belongs to another kind of run.
    """
    value = run.read_config()
    if value.get("kind") != "train":
        raise RunError("The folder holds a run of another kind.", "Name the folder of a training run.")
    try:
        return TrainRecord.model_validate_json(run.config_file.read_bytes())
    except ValidationError as error:
        raise RunError(f"The run's config.json is damaged: {said(error)}", "Start anew in another folder.") from error


def resumed_config(record: TrainRecord, changes: dict[str, Any]) -> TrainConfig:
    """Return a run's config with the changes that resume allows: limits, device and the like.

    Raises
    ------
    RunError
        A change would make another run of it; both values are named.
    """
    config = combined(record.config, changes)
    for name in sorted(set(TrainConfig.model_fields) - _FREE - {"genotype"}):
        before, now = getattr(record.config, name), getattr(config, name)
        if before != now:
            raise RunError(
                f"The run has {name} = {before}, and {now} is asked for.",
                f"Leave out --{name.replace('_', '-')}, or start a new run in another folder.",
            )
    if "genotype" in changes and named_genotype(str(changes["genotype"])) != record.genotype:
        raise RunError("The run has another genotype than the one asked for.", "Leave out --genotype, or start anew.")
    return config.model_copy(update={"genotype": record.config.genotype})


def refuse_other_data(record: TrainRecord, classes: tuple[str, ...], fingerprint: str) -> None:
    """Raise `RunError` where a run is resumed with other planes or other images."""
    if classes != record.classes:
        raise RunError(
            f"The run has the planes {', '.join(record.classes)}; the data set has {', '.join(classes)}.",
            "Resume with the data set that the run was started with, or start a new run.",
        )
    if fingerprint != record.data_fingerprint:
        raise RunError(
            "The images are not those that the run was started with.",
            "Resume with the same data set, or start a new run in another folder.",
        )
