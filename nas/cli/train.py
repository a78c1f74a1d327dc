"""uiac-nas train: presets, a TOML file and flags become one config; events become a progress bar or JSON lines."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Literal

import tyro

from nas.cli.parsing import parsed
from nas.cli.screen import Screen
from nas.config.reading import combined, load_toml
from nas.config.train import TrainConfig, preset
from nas.errors import NasError
from nas.events import EpochDone, Event, Progress, RunFailed, RunStopped
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
    resume: bool = False
    """Go on with the run in --out; only limits, device and the like may change."""
    events: bool = False
    """Write every event to stdout as a line of JSON instead of a progress bar."""
    fields: Annotated[TrainConfig, tyro.conf.arg(name="")] = field(default_factory=TrainConfig)


def run(words: list[str]) -> int:
    """Train as the words say; return the exit code."""
    early = _early(words)
    base = _base(early)
    default = _Train(data=tyro.MISSING, out=tyro.MISSING, fields=base)
    command = parsed(_Train, words, "train", default)
    changes = _differences(base, command.fields)
    with RunFolder(command.out, command.resume) as folder:
        from nas.train.run import train

        return _follow(train(command.data, folder, command.fields, changes), folder, command.events)


def _early(words: list[str]) -> argparse.Namespace:
    """Return the flags that decide on the defaults of all others."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--preset", default="none")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--resume", action="store_true")
    try:
        return parser.parse_known_args(words)[0]
    except argparse.ArgumentError as error:
        raise NasError(str(error), "Run `uiac-nas train --help`.") from error


def _base(early: argparse.Namespace) -> TrainConfig:
    if early.resume and early.out is not None:
        run_folder = RunFolder(early.out, resume=True)
        if run_folder.config_file.is_file():
            from nas.train.record import read_record

            return read_record(run_folder).config
    base = preset(early.preset) if early.preset in ("paper", "quick") else TrainConfig()
    return base if early.config is None else combined(base, load_toml(early.config))


def _differences(base: TrainConfig, config: TrainConfig) -> dict[str, Any]:
    names = TrainConfig.model_fields
    return {name: getattr(config, name) for name in names if getattr(config, name) != getattr(base, name)}


def _follow(events: Iterator[Event], folder: RunFolder, as_lines: bool) -> int:
    """Log and show every event until the run ends or a stop is asked for; return the exit code."""
    epoch: int | None = None
    with closing(events), _stop_signals() as stop, Screen(as_lines) as screen:  # type: ignore[type-var]
        try:
            for event in events:
                folder.append(event)
                screen.show(event)
                if isinstance(event, Progress | EpochDone):
                    epoch = event.epoch
                if stop.asked or folder.stop_requested:
                    break
            else:
                return 0
        except NasError as error:
            failed = RunFailed(message=error.message, advice=error.advice)
            screen.show(failed)
            folder.append(failed)
            raise
        events.close()  # type: ignore[attr-defined]
        stopped = RunStopped(epoch=epoch)
        folder.append(stopped)
        screen.show(stopped)
        folder.stop_file.unlink(missing_ok=True)
    return 3


class _Stop:
    asked = False


@contextmanager
def _stop_signals() -> Iterator[_Stop]:
    """Turn the first Ctrl+C or SIGTERM into a request; a second Ctrl+C interrupts at once."""
    stop = _Stop()

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.asked = True
        print("stopping after this step ...", file=sys.stderr)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
