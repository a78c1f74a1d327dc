"""How a config is changed and read, with every wrong field named."""

import tomllib
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from nas.errors import RunError

Config = TypeVar("Config", bound=BaseModel)
_WORDS: Final = {
    "extra_forbidden": "there is no such field",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
}


def combined(base: Config, changes: dict[str, Any]) -> Config:
    """Return `base` with `changes`, checked.

    Raises
    ------
    RunError
        A field is unknown or outside its range; the message names each one.
    """
    try:
        return type(base)(**{**base.model_dump(), **changes})
    except ValidationError as error:
        raise RunError(said(error), "The command's --help gives every field, its unit and its range.") from error


def load_toml(path: Path) -> dict[str, Any]:
    """Return the fields that a TOML file sets.

    Raises
    ------
    RunError
        The file is absent or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise RunError(f"There is no file {path.name}.", "Check the path given to --config.") from error
    except UnicodeDecodeError as error:
        raise RunError(f"{path.name} is no text in UTF-8.", "Save it as UTF-8, one `field = value` a line.") from error
    except tomllib.TOMLDecodeError as error:
        raise RunError(f"{path.name} is not a TOML file: {error}", "Write one `field = value` a line.") from error
    except OSError as error:
        raise RunError(f"{path.name} cannot be read: {error.strerror}.", "Check the path given to --config.") from error


def said(error: ValidationError) -> str:
    """Return a validation error as one line, each field with what is wrong with it."""
    parts = []
    for item in error.errors(include_url=False):
        place = ".".join(str(step) for step in item["loc"])
        words = _WORDS.get(item["type"])
        text = words.format(**item.get("ctx", {})) if words else str(item["msg"]).removeprefix("Value error, ")
        parts.append(f"{place}: {text}" if place else text)
    return "; ".join(parts)
