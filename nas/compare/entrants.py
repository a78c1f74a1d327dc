"""Who takes part in a comparison: names from a command line become genotypes and baselines with a folder each."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from nas.baselines.names import SMALLEST, needs_whole_frames, refuse_unfit
from nas.config.train import TrainConfig
from nas.errors import NasError
from nas.genotype import GENOTYPE_FILE, KNOWN, Genotype, load
from nas.genotype.chance import random_genotype
from nas.learning.schedule import growing_side

RANDOM: Final = "random"
_OF_FILE: Final = "uiac:"


class Entrant(BaseModel):
    """One model of a comparison.

    Attributes
    ----------
    name
        As reports show it, such as ``uiac``, ``uiac:found``, ``random`` or ``resnet18``.
    baseline
        torchvision's name; empty for a UIAC network.
    genotype
        Of a UIAC network; None for a baseline, and for ``random``, whose every seed draws its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    baseline: str = ""
    genotype: Genotype | None = None

    @property
    def folder(self) -> str:
        """Its name as every file system takes it."""
        return re.sub(r"[^\w.-]+", "-", self.name)

    def genotype_of(self, seed: int) -> Genotype | None:
        """Return the genotype that the run of a seed trains; None for a baseline."""
        return random_genotype(seed) if self.name == RANDOM else self.genotype


def recipe_of(model: str, config: TrainConfig) -> TrainConfig:
    """Return a model's recipe: that of all, but for frames that are whole from the first epoch where it needs them."""
    if needs_whole_frames(model, growing_side(0, config.small_epochs, config.size)):
        return config.model_copy(update={"small_epochs": 0})
    return config


def entrants(models: Sequence[str], size: int) -> tuple[Entrant, ...]:
    """Return the models that words name, in their order.

    Parameters
    ----------
    models
        ``uiac``, ``darts_v1``, ``darts_v2``, ``random``, ``uiac:FILE`` with a genotype file or the folder of a search,
        or a baseline of torchvision.
    size
        Side of the whole frames (pixels); a baseline that takes none of the smaller ones at first gets whole ones.

    Raises
    ------
    NasError
        A name is unknown or stands twice, a genotype file cannot be read, or a baseline cannot take such frames.
    """
    found = tuple(_entrant(model, size) for model in models)
    folders = [entrant.folder.lower() for entrant in found]
    for entrant, folder in zip(found, folders, strict=True):
        if folders.count(folder) > 1:
            raise NasError(
                f"Two models are called {entrant.name}.",
                "Name each model once; genotype files need different names.",
            )
    if not found:
        raise NasError("No model is named.", f"Give --models, such as: uiac {RANDOM} resnet18 densenet121.")
    return found


def _entrant(model: str, size: int) -> Entrant:
    if model.startswith(_OF_FILE):
        path = Path(model.removeprefix(_OF_FILE))
        return Entrant(name=_OF_FILE + _shown(path), genotype=load(path))
    if model == RANDOM:
        return Entrant(name=RANDOM)
    if model in KNOWN:
        return Entrant(name=model, genotype=KNOWN[model])
    if model not in SMALLEST:
        raise NasError(
            f"There is no model {model!r} to compare.",
            f"Models: {', '.join(KNOWN)}, {RANDOM}, uiac:FILE with a genotype file, {', '.join(SMALLEST)}.",
        )
    refuse_unfit(model, size)
    return Entrant(name=model, baseline=model)


def _shown(path: Path) -> str:
    """Return what a genotype file is called: its own name, or that of the search's folder in which it lies."""
    named = path.resolve()
    return named.parent.name if named.name == GENOTYPE_FILE else named.stem
