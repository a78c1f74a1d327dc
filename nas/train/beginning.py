"""Fine-tuning: a run may begin with the weights of a model; the run's folder keeps them, so that resume asks nobody."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from nas.config.train import TrainConfig
from nas.errors import NasError, RunError
from nas.genotype import Genotype, named_genotype
from nas.model.weights import WEIGHTS_FILE, Weights, load_weights
from nas.model_config import CONFIG_FILE, ModelConfig, load_config
from nas.rundir import RunFolder, disk_errors
from nas.space.network import UiacNetwork

_STEM: Final = "stem.convolution.weight"
_CLASSIFIER: Final = "classifier."
_KEPT: Final = "beginning"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The model that a run begins with: its config, and its weights, checked."""

    model: ModelConfig
    weights: Weights


def as_model(config: TrainConfig, model: ModelConfig) -> tuple[TrainConfig, Genotype]:
    """Return a run's config with the network of the model it begins with, and the genotype."""
    plan = model.network
    try:
        named = named_genotype(config.genotype) == plan.genotype
    except NasError:
        named = False
    network = {
        "genotype": config.genotype if named else model.name,
        "channels": plan.channels,
        "blocks": plan.blocks,
        "reduce_at": plan.reduce_at,
    }
    return config.model_copy(update=network), plan.genotype


def keep_beginning(folder: Path, run: RunFolder) -> Beginning:
    """Read a model, checked as whenever it is loaded, and copy it into the run's folder.

    Raises
    ------
    NasError
        It is no model folder, or the disk refuses.
    """
    found = _read(folder)
    if run.leads:
        with disk_errors():
            place = run.path / _KEPT
            place.mkdir(exist_ok=True)
            for name in (CONFIG_FILE, WEIGHTS_FILE):
                shutil.copyfile(folder / name, place / name)
    return found


def kept_beginning(run: RunFolder) -> Beginning:
    """Return the model that a run's folder keeps.

    Raises
    ------
    NasError
        The copy is damaged or missing.
    """
    return _read(run.path / _KEPT)


def begin_with(network: UiacNetwork, beginning: Beginning, classes: tuple[str, ...]) -> None:
    """Put the weights of a model into a new network of the same plan.

    Rows of the classifier go by the name of the plane; planes that the model does not know keep their random row, as
    the auxiliary head does. A stem of one input channel answers equal channels of a colour frame as it answered the
    grey one, and a stem of three the other way round.

    Raises
    ------
    RunError
        It is the model of another network.
    """
    weights = {name: torch.from_numpy(values) for name, values in beginning.weights.items()}
    state = network.state_dict()
    for name, values in weights.items():
        if name.startswith(_CLASSIFIER):
            _fill_rows(state[name], values, beginning.model.classes, classes)
        elif name == _STEM:
            state[name].copy_(_for_channels(values, state[name].shape[1]))
        elif name not in state or state[name].shape != values.shape:
            raise RunError(
                "The model to begin with has another network than the run.", "Start anew in another folder with --out."
            )
        else:
            state[name].copy_(values)


def _read(folder: Path) -> Beginning:
    config = load_config(folder)
    return Beginning(config, load_weights(folder, config))


def _fill_rows(rows: Tensor, values: Tensor, known: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    for row, name in enumerate(wanted):
        if name in known:
            rows[row].copy_(values[known.index(name)])


def _for_channels(stem: Tensor, channels: int) -> Tensor:
    """Return a stem's weights (outputs, c, 3, 3) for another number of channels, with equal answers to grey frames."""
    if stem.shape[1] == channels:
        return stem
    return stem.sum(1, keepdim=True).expand(-1, channels, -1, -1) / channels
