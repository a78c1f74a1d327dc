"""uiac-nas train: presets, a TOML file and flags become one config; events become a progress bar or JSON lines."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from nas.cli.early import differences, early_flags, resumed_folder, stated_config
from nas.cli.following import follow
from nas.cli.parsing import parsed
from nas.config.train import TrainConfig, preset
from nas.data.apart import refuse_inside
from nas.processes import processes
from nas.rundir import RunFolder


@dataclass
class _Train:
    """Train a network on a data-set folder and write its model folder into the run's folder.

    Ctrl+C, SIGTERM or a file named stop in the run's folder stop it with its state kept (exit code 3).
    """

    data: tyro.conf.Positional[Path]
    """Data-set folder, DATA/<CLASS>/<image>."""
    out: Path
    """The run's folder; a new one, or with --resume the one to go on with."""
    preset: Literal["none", "paper", "quick"] = "none"
    """paper: Algorithm 2 to the letter, its random split included; quick: ours, for an evening on a plain computer."""
    config: Path | None = None
    """TOML file of fields; flags go before it, and it before the preset."""
    begin_with: Path | None = None
    """Model folder whose network and weights the run begins with, to teach a model more (fine-tuning); genotype,
    channels and blocks are then the model's."""
    resume: bool = False
    """Go on with the run in --out; only limits, device and the like may change."""
    events: bool = False
    """Write every event to stdout as a line of JSON instead of a progress bar."""
    fields: Annotated[TrainConfig, tyro.conf.arg(name="")] = field(default_factory=TrainConfig)


def run(words: list[str]) -> int:
    """Train as the words say; return the exit code."""
    early = early_flags(words, "train")
    base = _base(early)
    default = _Train(data=tyro.MISSING, out=tyro.MISSING, fields=base)
    command = parsed(_Train, words, "train", default)
    changes = differences(base, command.fields)
    refuse_inside(command.data, command.out)
    with RunFolder(command.out, command.resume, processes().leads) as folder:
        from nas.train.run import train

        events = train(command.data, folder, command.fields, changes, beginning=command.begin_with)
        return follow(events, folder, command.events)


def _base(early: argparse.Namespace) -> TrainConfig:
    if folder := resumed_folder(early):
        from nas.train.record import read_record

        return read_record(folder).config
    return stated_config(early, preset, TrainConfig())
