"""Puts a data set right by moving files aside inside it and renaming labels; nothing is deleted, all can be undone."""

import json
import shutil
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from nas.data.folder import LABELS_FILE
from nas.data.labels import changed_labels
from nas.data.problems import Problem
from nas.data.walk import LEFT_OUT
from nas.errors import DataError
from nas.rundir import write_atomic
from nas.wizard.data.repair_plans import plan_for

_JOURNAL: Final = "journal.json"


class _Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    said: str
    moves: tuple[tuple[str, str], ...] = ()
    labels: str = ""


class _Journal(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[_Step, ...] = ()


def repair(root: Path, problem: Problem) -> str:
    """Put a problem right; return what was done, in words.

    Raises
    ------
    DataError
        It cannot be put right from here, or the set cannot be written; what was done of it is undone.
    """
    plan = plan_for(root, problem)
    steps = _read(root).steps
    number = _free_number(root)
    folder = f"{LEFT_OUT}/{number:03d}"
    moves = (*plan.moves, *((path, f"{folder}/{path}") for path in plan.out))
    labels = f"{LEFT_OUT}/{number:03d}-{LABELS_FILE}" if plan.label is not None else ""
    step = _Step(said=plan.said, moves=tuple(moves), labels=labels)
    try:
        (root / LEFT_OUT).mkdir(exist_ok=True)
        if plan.label is not None:
            content = changed_labels(root / LABELS_FILE, plan.label)
            shutil.copyfile(root / LABELS_FILE, root / labels)
        _write(root, (*steps, step))
        for old, new in step.moves:
            _move(root, old, new)
        if plan.label is not None:
            write_atomic(root / LABELS_FILE, content)
    except OSError as error:
        if len(_read(root).steps) > len(steps):
            undo(root)
        reason = error.strerror or type(error).__name__
        raise DataError(f"The set cannot be changed: {reason}.", "Ask for write access, or work on a copy.") from error
    return plan.said


def undoable(root: Path) -> str:
    """Return what the last repair of a set was, in words; empty where there is none."""
    steps = _read(root).steps
    return steps[-1].said if steps else ""


def undo(root: Path) -> str:
    """Take the last repair back; return what it was. A file whose place was taken since stays where it was left out.

    Raises
    ------
    DataError
        There is none, or the set cannot be written.
    """
    steps = _read(root).steps
    if not steps:
        raise DataError("There is nothing to undo.", "Repairs of this set are undone one by one, the last first.")
    last = steps[-1]
    try:
        for old, new in reversed(last.moves):
            if (root / new).exists() and not (root / old).exists():
                _move(root, new, old)
        if last.labels and (root / last.labels).is_file():
            (root / last.labels).replace(root / LABELS_FILE)
        _write(root, steps[:-1])
        if len(steps) == 1:
            _clear_away(root)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"The repair cannot be undone: {reason}.", "Ask for write access to the data set.") from error
    return last.said


def _read(root: Path) -> _Journal:
    try:
        return _Journal.model_validate_json((root / LEFT_OUT / _JOURNAL).read_bytes())
    except (OSError, ValidationError):
        return _Journal()


def _write(root: Path, steps: Iterable[_Step]) -> None:
    journal = _Journal(steps=tuple(steps)).model_dump(mode="json")
    write_atomic(root / LEFT_OUT / _JOURNAL, json.dumps(journal, indent=1, ensure_ascii=False).encode())


def _free_number(root: Path) -> int:
    """Return a number of which nothing was left out before, also where the journal of that is lost."""
    taken = {place.name[:3] for place in (root / LEFT_OUT).glob("[0-9][0-9][0-9]*")}
    return next(number for number in count(1) if f"{number:03d}" not in taken)


def _clear_away(root: Path) -> None:
    """Remove the journal and the folder of what was left out, but no file that is still in it."""
    (root / LEFT_OUT / _JOURNAL).unlink(missing_ok=True)
    below = [path for path in (root / LEFT_OUT).rglob("*") if path.is_dir() and not path.is_symlink()]
    for folder in (*sorted(below, reverse=True), root / LEFT_OUT):
        if not any(folder.iterdir()):
            folder.rmdir()


def _move(root: Path, old: str, new: str) -> None:
    (root / new).parent.mkdir(parents=True, exist_ok=True)
    if (root / new).exists():
        raise FileExistsError(0, f"{new} is there already")
    (root / old).replace(root / new)
