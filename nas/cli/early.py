"""The flags that decide on the defaults of all others, read before them: preset, TOML file, resume."""

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nas.config.reading import Config, combined, load_toml
from nas.errors import NasError
from nas.rundir import RunFolder


def early_flags(words: list[str], command: str) -> argparse.Namespace:
    """Return preset, config, out and resume as the words of a command line say them.

    Raises
    ------
    NasError
        One of them lacks its value.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--preset", default="none")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--resume", action="store_true")
    try:
        return parser.parse_known_args(words)[0]
    except argparse.ArgumentError as error:
        raise NasError(str(error), f"Run `uiac-nas {command} --help`.") from error


def resumed_folder(early: argparse.Namespace) -> RunFolder | None:
    """Return the folder of the run that a command goes on with; None where it starts one or none is there."""
    if not early.resume or early.out is None:
        return None
    folder = RunFolder(early.out, resume=True)
    return folder if folder.config_file.is_file() else None


def stated_config(early: argparse.Namespace, preset: Callable[[Any], Config], plain: Config) -> Config:
    """Return the config of a preset, or the plain one where no preset has that name, with what a TOML file changes."""
    base = plain
    with contextlib.suppress(KeyError):
        base = preset(early.preset)
    return base if early.config is None else combined(base, load_toml(early.config))


def differences(base: Config, config: Config) -> dict[str, Any]:
    """Return the fields of a config that are not those of its base."""
    names = type(base).model_fields
    return {name: getattr(config, name) for name in names if getattr(config, name) != getattr(base, name)}
