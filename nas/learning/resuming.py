"""What every run keeps in its config.json, and what may differ when it is gone on with."""

from collections.abc import Generator
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from nas.config.reading import Config, combined, said
from nas.errors import RunError
from nas.events import Event, Notice
from nas.rundir import RunFolder

Record = TypeVar("Record", bound=BaseModel)
Result = TypeVar("Result")


def read_run_record(run: RunFolder, record: type[Record], kind: str, name: str) -> Record:
    """Return the record of a run that is there.

    Parameters
    ----------
    run
        Its folder.
    record
        The pydantic model of config.json.
    kind
        What config.json must call itself.
    name
        The same in the user's words, such as "training run".

    Raises
    ------
    RunError
        config.json is damaged, or belongs to another kind of run.
    """
    if run.read_config().get("kind") != kind:
        raise RunError("The folder holds a run of another kind.", f"Name the folder of a {name}.")
    try:
        return record.model_validate_json(run.config_file.read_bytes())
    except ValidationError as error:
        raise RunError(f"The run's config.json is damaged: {said(error)}", "Start anew in another folder.") from error


def changed_config(before: Config, changes: dict[str, Any], free: AbstractSet[str]) -> Config:
    """Return a run's config with the changes that resume allows.

    Parameters
    ----------
    before
        What the run was started with.
    changes
        Fields that are asked for now.
    free
        Names of the fields that may change.

    Raises
    ------
    RunError
        A change would make another run of it; both values are named.
    """
    config = combined(before, changes)
    for name in sorted(set(type(before).model_fields) - free):
        old, new = getattr(before, name), getattr(config, name)
        if old != new:
            raise RunError(
                f"The run has {name} = {old}, and {new} is asked for.",
                f"Leave out --{name.replace('_', '-')}, or start a new run in another folder.",
            )
    return config


def refuse_other_set(classes: tuple[str, ...], now: tuple[str, ...], same_images: bool) -> None:
    """Raise `RunError` where a run is resumed with other planes or other images."""
    if now != classes:
        raise RunError(
            f"The run has the planes {', '.join(classes)}; the data set has {', '.join(now)}.",
            "Resume with the data set that the run was started with, or start a new run.",
        )
    if not same_images:
        raise RunError(
            "The images are not those that the run was started with.",
            "Resume with the same data set, or start a new run in another folder.",
        )


def without_notices(events: Generator[Event, None, Result], notices: list[Notice]) -> Generator[Event, None, Result]:
    """Pass on a generator's events but its notices, which are listed: a run that goes on has told them before."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            result: Result = end.value
            return result
        if isinstance(event, Notice):
            notices.append(event)
        else:
            yield event
