"""The flags that decide on the defaults of all others, read before them: preset, TOML file, resume."""

import argparse
from pathlib import Path
from typing import Any

from nas.config.reading import combined, load_toml
from nas.config.train import TrainConfig, preset
from nas.errors import NasError


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


def stated_config(early: argparse.Namespace) -> TrainConfig:
    """Return the config of a preset with what a TOML file changes."""
    base = preset(early.preset) if early.preset in ("paper", "quick") else TrainConfig()
    return base if early.config is None else combined(base, load_toml(early.config))


def differences(base: TrainConfig, config: TrainConfig) -> dict[str, Any]:
    """Return the fields of a config that are not those of its base."""
    names = TrainConfig.model_fields
    return {name: getattr(config, name) for name in names if getattr(config, name) != getattr(base, name)}
