"""The command lines of runs, made from what is chosen; a config travels as a TOML file in the run's folder."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from nas.config.reading import load_toml
from nas.config.search import SearchConfig
from nas.config.train import TrainConfig
from nas.errors import NasError, RunError
from nas.genotype import GENOTYPE_FILE, KNOWN
from nas.rundir import RunFolder
from nas.wizard.presence import is_file
from nas.wizard.state import GenotypeChoice, SplitChoice, SplitWay, WizardState

ASKED: Final = "asked.toml"


def toml_of(config: BaseModel) -> str:
    """Return a config as TOML, one field a line; what is not set is left out."""
    fields = config.model_dump(mode="json")
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value is not None]
    return "\n".join(lines) + "\n"


def search_config(state: WizardState, threads: int) -> SearchConfig:
    """Return what a search is started with: the chosen config, and the split as the search means it."""
    split = state.split
    changes: dict[str, Any] = {
        "halves": "random" if split.by == "random" else "subject",
        "left_out": min(split.share, 0.5),
        "seed": split.seed,
    }
    return state.search.model_copy(update=changes | _threads(state.search.threads, threads))


def train_config(state: WizardState, threads: int) -> TrainConfig:
    """Return what a training is started with: the chosen config, the split, and where the blocks come from."""
    split = state.split
    changes: dict[str, Any] = {
        "split": split.by,
        "validation": split.share,
        "seed": split.seed,
        "genotype": genotype_word(state),
    }
    return state.train.model_copy(update=changes | _threads(state.train.threads, threads))


def genotype_word(state: WizardState) -> str:
    """Return the blocks as ``uiac-nas train --genotype`` has them."""
    chosen = state.genotype
    if chosen.source == "search":
        return str(state.search_run.folder / GENOTYPE_FILE) if state.search_run is not None else ""
    if chosen.source == "known" or chosen.path is None:
        return chosen.name
    return str(chosen.path / GENOTYPE_FILE if chosen.source == "run" else chosen.path)


def run_words(command: str, data: Path, folder: Path, further: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the command line of a new run whose config lies in its folder."""
    return (command, str(data), "--out", str(folder), "--config", str(folder / ASKED), *further)


def resume_words(command: str, data: Path, folder: Path, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the command line that goes on with a run, with fields that may differ."""
    flags = [word for name, value in changes.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    return (command, str(data), "--out", str(folder), "--resume", *flags)


def config_of(folder: Path) -> dict[str, Any]:
    """Return a run's config.json; of a run that could not start, what it was asked for.

    Raises
    ------
    RunError
        There is neither, or it cannot be read.
    """
    run = RunFolder(folder)
    asked = folder / ASKED
    if is_file(run.config_file) or not is_file(asked):
        return run.read_config()
    fields = load_toml(asked)
    return {"kind": "search" if "lr_lambda" in fields else "train", "config": fields}


def choices_of(state: WizardState, config: Mapping[str, Any], folder: Path) -> WizardState:
    """Return the state with the choices of a run's config.json, for a new run like the one in the folder.

    Raises
    ------
    RunError
        It is of another version of the program.
    """
    fields = config.get("config", {})
    try:
        if config.get("kind") == "search":
            return _choices_of_search(state, SearchConfig.model_validate(fields))
        train = TrainConfig.model_validate(fields)
    except ValueError as error:
        raise RunError(
            f"The settings of {folder.name} are of another version of this program.", "Choose settings anew."
        ) from error
    split = SplitChoice(train.split, train.validation, train.seed)
    return replace(state, train=train, split=split, genotype=_choice_of(train.genotype, state, folder))


def asked_blocks(folder: Path) -> str:
    """Return the blocks that a training was asked to take, as `genotype_word` has them; empty where not known."""
    try:
        return str(load_toml(folder / ASKED).get("genotype", ""))
    except NasError:
        return ""


def _choices_of_search(state: WizardState, search: SearchConfig) -> WizardState:
    """Return the state with the choices of a search, which keeps by subject what the set was split by clip for, too."""
    by: SplitWay = "random" if search.halves == "random" else "clip" if state.split.by == "clip" else "subject"
    split = SplitChoice(by, search.left_out or state.split.share, search.seed)
    return replace(state, search=search, search_preset=None, split=split, genotype=GenotypeChoice("search"))


def _choice_of(word: str, state: WizardState, folder: Path) -> GenotypeChoice:
    """Return where a training took its blocks from, by what its config says; the same as now stays as it is.

    A config names a file without its place, so the blocks are then those that the run keeps.
    """
    if word == genotype_word(state):
        return state.genotype
    if word in KNOWN:
        return GenotypeChoice("known", word)
    file = Path(word)
    if not file.is_absolute() and is_file(folder / GENOTYPE_FILE):
        return GenotypeChoice("run", path=folder)
    return GenotypeChoice("run", path=file.parent) if file.name == GENOTYPE_FILE else GenotypeChoice("file", path=file)


def _threads(asked: int, most: int) -> dict[str, int]:
    return {"threads": most} if asked == 0 else {}
