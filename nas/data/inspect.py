"""The inspection of a data-set folder: every image opened once, on a few threads, with progress."""

from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from nas.data.copies import Copies, Print, find_copies, print_of
from nas.data.folder import DataSet, Grouping, scan
from nas.data.problems import Problem, problems_of
from nas.data.split import split
from nas.errors import DataError, NasError
from nas.still import read_still

_AT_A_TIME: Final = 64


class Inspection(BaseModel):
    """What `uiac-nas inspect` found.

    Attributes
    ----------
    images, broken
        Images in all, and those that cannot be read.
    classes
        Readable images of each plane in order, then of `none`.
    subjects
        Women, 0 where unknown.
    by_subject
        Readable images of each woman; those of nobody known are under an empty name.
    split_by
        How training would keep training and held-out frames apart; empty where it could not.
    usable
        Whether it can be trained on.
    problems
        What is wrong, the worst first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    images: int
    broken: int
    classes: dict[str, int]
    subjects: int
    by_subject: dict[str, int]
    split_by: str
    usable: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """How many images of how many are checked."""

    done: int
    total: int


def inspect(root: Path | DataSet, threads: int = 2) -> Generator[Checked, None, Inspection]:
    """Look at a data set, from its folder or as it was scanned; yields how far it has come, returns what was found.

    Raises
    ------
    DataError
        The folder is not laid out like a data set.
    """
    data = root if isinstance(root, DataSet) else scan(root)
    prints: dict[str, Print] = {}
    broken: dict[str, str] = {}
    total = len(data.images)
    with ThreadPoolExecutor(threads, thread_name_prefix="inspect") as pool:
        for first in range(0, total, _AT_A_TIME):
            paths = [image.path for image in data.images[first : first + _AT_A_TIME]]
            for path, seen in zip(paths, pool.map(lambda path: _print(data, path), paths), strict=True):
                if isinstance(seen, str):
                    broken[path] = seen
                else:
                    prints[path] = seen
            yield Checked(min(first + _AT_A_TIME, total), total)
    return _inspection(data, broken, find_copies(prints))


def _print(data: DataSet, path: str) -> Print | str:
    """Return an image's print, or why it cannot be read."""
    try:
        content = (data.root / path).read_bytes()
        return print_of(content, read_still(content))
    except NasError as error:
        return error.message
    except OSError as error:
        return error.strerror or "it cannot be opened"


def _inspection(data: DataSet, broken: dict[str, str], copies: Copies) -> Inspection:
    readable = data.only([index for index, image in enumerate(data.images) if image.path not in broken])
    grouping, trouble = _splitting(readable)
    rank = ("error", "warning", "note")
    found = [*problems_of(data, readable, broken, copies), *trouble]
    problems = sorted(found, key=lambda problem: rank.index(problem.severity))
    return Inspection(
        images=len(data.images),
        broken=len(broken),
        classes=readable.counts,
        subjects=len(readable.subjects),
        by_subject=dict(sorted(Counter(image.subject for image in readable.images).items())),
        split_by=grouping,
        usable=all(problem.severity != "error" for problem in problems),
        problems=tuple(problems),
    )


def _splitting(data: DataSet) -> tuple[Grouping | Literal[""], list[Problem]]:
    if len(data.classes) < 2 or any(data.counts[name] < 2 for name in data.classes):
        return "", []
    try:
        parts = split(data)
    except DataError as error:
        return "", [Problem(kind="no_split", severity="error", message=error.message, advice=error.advice)]
    if not parts.warning:
        return parts.by, []
    return parts.by, [Problem(kind="no_subjects", severity="warning", message=parts.warning, advice=parts.advice)]
