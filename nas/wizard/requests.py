"""What a page may ask for, as records: pages ask, the wizard does, so that a page can be tested without a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nas.config.search import SearchConfig, SearchPreset
from nas.config.train import TrainConfig
from nas.wizard.state import GenotypeChoice, SplitChoice, Step


@dataclass(frozen=True, slots=True)
class GoTo:
    """Show a step."""

    step: Step


@dataclass(frozen=True, slots=True)
class AskForFolder:
    """Ask the user for a folder: labelled frames, or a run to watch."""

    what: Literal["data", "run"]


@dataclass(frozen=True, slots=True)
class ChooseData:
    """Look at a data-set folder; the same folder again looks anew."""

    folder: Path


@dataclass(frozen=True, slots=True)
class MakeSimulated:
    """Write a simulated set and look at it."""


@dataclass(frozen=True, slots=True)
class StopChecking:
    """Stop looking at the data set."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Put a problem of the data set right, by its place in the inspection."""

    problem: int


@dataclass(frozen=True, slots=True)
class UndoRepair:
    """Take the last repair back."""


@dataclass(frozen=True, slots=True)
class ChooseSplit:
    """Keep frames apart so."""

    split: SplitChoice


@dataclass(frozen=True, slots=True)
class ChooseGenotype:
    """Take the blocks from there."""

    genotype: GenotypeChoice


@dataclass(frozen=True, slots=True)
class TrainWith:
    """Take the blocks from there and show the settings of a training, or the one with them that goes on."""

    genotype: GenotypeChoice


@dataclass(frozen=True, slots=True)
class ChooseSearch:
    """Search with this config; ``preset`` is None where a field was changed by hand."""

    config: SearchConfig
    preset: SearchPreset | None = None


@dataclass(frozen=True, slots=True)
class ChooseTrain:
    """Train with this config."""

    config: TrainConfig


@dataclass(frozen=True, slots=True)
class StartSearch:
    """Start a search with what is chosen, and show it."""


@dataclass(frozen=True, slots=True)
class StartTrain:
    """Start a training with what is chosen, and show it."""


@dataclass(frozen=True, slots=True)
class StartCompare:
    """Start a comparison: ``models`` as ``uiac-nas compare --models`` has them; ``words`` are further flags."""

    models: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StopRun:
    """Stop a run with its state kept; ``then`` goes on at once with changes: ``{"minutes": 0.01}`` finishes it."""

    folder: Path
    then: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoOnWithRun:
    """Go on with a run that stopped, failed or went off; ``changes`` are fields that may differ, such as minutes."""

    folder: Path
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _OfRun:
    """Something about one run, by its folder."""

    folder: Path


class OpenRun(_OfRun):
    """Follow a run and show the page of its kind; one that is not on the shelf is put there."""

    __slots__ = ()


class CompareRun(_OfRun):
    """Show a finished training where further networks can be trained as it was, and be compared with it."""

    __slots__ = ()


class RepeatRun(_OfRun):
    """Take a run's data, split and config as the choices for a new one."""

    __slots__ = ()


class DeleteRun(_OfRun):
    """Move a run to the shelf's trash; one from elsewhere only leaves the list."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UndoDelete:
    """Bring back the run that was deleted last."""


@dataclass(frozen=True, slots=True)
class StartTask:
    """Do a short job in a child process: ``uiac-nas`` with these words, told as a `Task` of that name."""

    name: str
    target: Path
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopTask:
    """End a short job."""

    name: str


@dataclass(frozen=True, slots=True)
class UseModel:
    """Put a trained model to work in Scan."""

    model: Path


@dataclass(frozen=True, slots=True)
class ShowFile:
    """Open a file or folder with the system's own program."""

    path: Path
