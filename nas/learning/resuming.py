"""What every run keeps in its config.json, and what may differ when it is gone on with."""

from collections.abc import Generator, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from nas.config.reading import Config, combined, said
from nas.errors import DataError, RunError
from nas.events import Event, Notice
from nas.rundir import RunFolder

Record = TypeVar("Record", bound=BaseModel)
Known = TypeVar("Known", bound="RunRecord")
Result = TypeVar("Result")


class RunRecord(BaseModel):
    """What the config.json of every run has: its planes, how many images, and the data set by content once it is read.

    It holds no path, since paths can carry names of people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: tuple[str, ...]
    images: int
    data_fingerprint: str = ""


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
        raise RunError(f"{run.path.name} holds a run of another kind.", f"Name the folder of a {name}.")
    try:
        return record.model_validate_json(run.config_file.read_bytes())
    except ValidationError as error:
        told = f"The config.json of {run.path.name} is damaged: {said(error)}"
        raise RunError(told, "Start anew in another folder.") from error


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


def of_set(run: RunFolder, record: Known, classes: tuple[str, ...], fingerprint: str) -> Known:
    """Return a run's record with the data set that was read, noted in config.json where it was not before.

    Raises
    ------
    RunError
        The run was started with another one.
    """
    refuse_other_set(record.classes, classes, record.data_fingerprint in ("", fingerprint))
    if record.data_fingerprint:
        return record
    noted = record.model_copy(update={"data_fingerprint": fingerprint})
    run.write_json(run.config_file, noted.model_dump(mode="json"))
    return noted


@contextmanager
def free_where_refused(run: RunFolder) -> Iterator[None]:
    """Take the config.json of a new run away where its data are refused: nothing has begun, the folder is free."""
    try:
        yield
    except DataError:
        if not run.resume and run.leads:
            run.config_file.unlink(missing_ok=True)
        raise


def begin_log(
    run: RunFolder, state: dict[str, Any] | None, told_before: list[Notice], notices: Iterable[Notice]
) -> list[Notice]:
    """Cut the log of a run that goes on back to its checkpoint, and return the notices to be told.

    Parameters
    ----------
    state
        Of the checkpoint; None where the run begins.
    told_before
        Notices of a reading that a run from a checkpoint has told already.
    notices
        On the choice of the checkpoint.
    """
    if run.resume:
        run.cut_log(0 if state is None else state.get("log"))
    return [*notices] if state is not None else [*told_before, *notices]


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
