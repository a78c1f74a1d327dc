"""What to change where a run could not go on: the engine's advice names flags, the window offers them as buttons."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from nas.wizard.config.fields import checked, fields_of
from nas.wizard.look.deed_row import Deed

_FLAG: Final = re.compile(r"--(?P<name>[a-z][a-z-]+) (?P<value>[\w.]+)")
_OF_COMMANDS: Final = re.compile(r" (?:with|by) --(?:resume|out)\b")
_ON_A_BUTTON: Final = re.compile(r", --[a-z][a-z-]+ [\w.]*\w")
_LONG: Final = 2  # at most so many buttons stand in a row
Config = TypeVar("Config", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of a config: words for a button, and the fields."""

    word: str
    changes: Mapping[str, Any]


def remedies(advice: str, config: BaseModel) -> tuple[Remedy, ...]:
    """Return the changes that an advice names, those that the config can take and does not have."""
    fields = fields_of(type(config))
    found = []
    for flag in _FLAG.finditer(advice):
        name = flag["name"].replace("-", "_")
        if name not in fields:
            continue
        value = fields[name].value(flag["value"].rstrip("."))
        changes = MappingProxyType({name: value})
        if getattr(config, name) != value and checked(config, changes)[0] is not None:
            found.append(Remedy(f"Set {fields[name].word.lower()} {fields[name].text(value)}", changes))
    return tuple(found[:_LONG])


def in_words(advice: str, config: type[BaseModel]) -> str:
    """Return an advice with the form's words in place of flags.

    What follows a comma is left out, since a button of `remedies` says it, and so is what only a command line has.
    """
    fields = fields_of(config)
    advice = _ON_A_BUTTON.sub("", _OF_COMMANDS.sub("", advice))

    def named(flag: re.Match[str]) -> str:
        name = flag["name"].replace("-", "_")
        return fields[name].word.lower() if name in fields else flag[0]

    return re.sub(r"--(?P<name>[a-z][a-z-]+)", named, advice)


def changed(config: Config, remedy: Remedy) -> Config:
    """Return a config with a remedy."""
    return config.model_copy(update=dict(remedy.changes))


def remedy_deeds(advice: str, config: Config, ask: Callable[[Config], object]) -> tuple[Deed, ...]:
    """Return a button for each change that an advice names; ``ask`` makes its request out of the changed config."""
    return tuple(
        Deed(f"remedy_{number}", remedy.word, ask(changed(config, remedy)), tone="normal" if number else "primary")
        for number, remedy in enumerate(remedies(advice, config))
    )
