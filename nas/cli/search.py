"""uiac-nas search: presets, a TOML file and flags become one config; events become a progress bar or JSON lines."""

import argparse
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import tyro

from nas.cli.early import differences, early_flags, resumed_folder, stated_config
from nas.cli.following import follow
from nas.cli.parsing import parsed
from nas.config.search import SearchConfig, search_preset
from nas.data.apart import refuse_inside
from nas.errors import NasError
from nas.events import Estimate, Event
from nas.processes import processes
from nas.rundir import RunFolder


@dataclass
class _Search:
    """Search the two blocks on a data-set folder (Algorithm 1) and write them as genotype.json into the run's folder.

    Ctrl+C, SIGTERM or a file named stop in the run's folder stop it with its state kept (exit code 3).
    """

    data: tyro.conf.Positional[Path]
    """Data-set folder, DATA/<CLASS>/<image>."""
    out: Path | None = None
    """The run's folder; a new one, or with --resume the one to go on with. Only --estimate-only does without."""
    preset: Literal["none", "paper", "quick", "lean"] = "none"
    """paper: Algorithm 1 to the letter, its random halves included; quick: ours, minutes on two cores, partial
    channels and guards; lean: ours, the paper's network in the least memory, first order, guards."""
    config: Path | None = None
    """TOML file of fields; flags go before it, and it before the preset."""
    resume: bool = False
    """Go on with the search in --out; only minutes, device, threads, how often it is saved, ghost-batches and name may
    change."""
    events: bool = False
    """Write every event to stdout as a line of JSON instead of a progress bar."""
    estimate_only: bool = False
    """Take a few steps, tell time and memory of the whole search, and end; nothing is kept."""
    fields: Annotated[SearchConfig, tyro.conf.arg(name="")] = field(default_factory=SearchConfig)


def run(words: list[str]) -> int:
    """Search as the words say; return the exit code."""
    base = _base(early_flags(words, "search"))
    command = parsed(_Search, words, "search", _Search(data=tyro.MISSING, fields=base))
    if command.estimate_only:
        return _estimated(command)
    if command.out is None:
        raise NasError("The search has no folder.", "Name a new one with --out.")
    refuse_inside(command.data, command.out)
    changes = differences(base, command.fields)
    with RunFolder(command.out, command.resume, processes().leads) as folder:
        from nas.search.run import search

        return follow(search(command.data, folder, command.fields, changes), folder, command.events)


def _estimated(command: _Search) -> int:
    """Start a search in a folder that is thrown away, and end it when it has told what it will take."""
    if command.out is not None or command.resume:
        raise NasError("An estimate keeps nothing.", "Leave out --out and --resume, or --estimate-only.")
    with TemporaryDirectory(prefix="uiac-estimate-") as place, RunFolder(Path(place) / "run") as folder:
        from nas.search.run import search

        return follow(_to_estimate(search(command.data, folder, command.fields)), folder, command.events)


def _to_estimate(events: Iterator[Event]) -> Iterator[Event]:
    with closing(events):  # type: ignore[type-var]
        for event in events:
            yield event
            if isinstance(event, Estimate):
                return


def _base(early: argparse.Namespace) -> SearchConfig:
    if folder := resumed_folder(early):
        from nas.search.record import read_search_record

        return read_search_record(folder).config
    return stated_config(early, search_preset, SearchConfig())
