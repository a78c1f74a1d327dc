"""uiac-nas compare: models, seeds and one recipe become a comparison, shown and logged as any run."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from nas.cli.early import differences, early_flags, resumed_folder, stated_config
from nas.cli.following import follow
from nas.cli.parsing import parsed
from nas.config.reading import combined
from nas.config.train import TrainConfig, preset
from nas.data.apart import refuse_inside
from nas.errors import NasError
from nas.rundir import RunFolder

_SHARES = (0.02, 0.5)
_MOST_SEEDS = 100


@dataclass
class _Compare:
    """Train several models under one recipe and judge them on women that none of them saw.

    Writes report.md, table.csv, table.tex, comparison.json and the accuracy by plane into the folder, and every run
    into its folder runs. Ctrl+C, SIGTERM or a file named stop in the folder stop it with its state kept (exit code 3).
    """

    data: tyro.conf.Positional[Path]
    """Data-set folder, DATA/<CLASS>/<image>."""
    out: Path
    """The comparison's folder; a new one, or with --resume the one to go on with."""
    models: tuple[str, ...] = ()
    """uiac, darts_v1, darts_v2, random, uiac:FILE (a genotype file or a search's folder), and torchvision's alexnet,
    vgg11 to vgg19 (also with _bn), resnet18 to resnet152 and densenet121 to densenet201."""
    seeds: int | None = None
    """Runs of each model, with seeds --seed and the numbers after it (number; 1 to 100); 3 where not given."""
    minutes_each: float | None = None
    """The same as --minutes: limit of each run's wall time, after which its last epoch ends it (min)."""
    test: Path | None = None
    """Another data-set folder to judge on; without it subjects of DATA are held back."""
    test_share: float = 0.25
    """Share of the images held back for the test, by subject (fraction; 0.02 to 0.5)."""
    preset: Literal["none", "paper", "quick"] = "none"
    """As of uiac-nas train; paper needs --choice macro_f1, since no epoch may be chosen on the test frames."""
    config: Path | None = None
    """TOML file of fields; flags go before it, and it before the preset."""
    resume: bool = False
    """Go on with the comparison in --out; only device, threads and checkpoint-seconds may change."""
    events: bool = False
    """Write every event to stdout as a line of JSON instead of a progress bar."""
    fields: Annotated[TrainConfig, tyro.conf.arg(name="")] = field(default_factory=TrainConfig)


def run(words: list[str]) -> int:
    """Compare as the words say; return the exit code."""
    base = _base(early_flags(words, "compare"))
    command = parsed(_Compare, words, "compare", _Compare(data=tyro.MISSING, out=tyro.MISSING, fields=base))
    _refuse_out_of_range(command)
    config = command.fields
    if command.minutes_each is not None:
        config = combined(config, {"minutes": command.minutes_each})
    refuse_inside(command.data, command.out)
    with RunFolder(command.out, command.resume) as folder:
        from nas.compare.running import compare

        going = compare(
            command.data,
            folder,
            config,
            command.models,
            command.seeds,
            command.test,
            command.test_share,
            differences(base, config),
        )
        return follow(going, folder, command.events)


def _base(early: argparse.Namespace) -> TrainConfig:
    if folder := resumed_folder(early):
        from nas.compare.record import read_compare_record

        return read_compare_record(folder).config
    return stated_config(early, preset, TrainConfig())


def _refuse_out_of_range(command: _Compare) -> None:
    low, high = _SHARES
    if not low <= command.test_share <= high:
        raise NasError(f"test_share: it lies between {low:g} and {high:g}.", "Run `uiac-nas compare --help`.")
    if command.seeds is not None and not 1 <= command.seeds <= _MOST_SEEDS:
        raise NasError(f"seeds: from 1 to {_MOST_SEEDS}.", "Run `uiac-nas compare --help`.")
