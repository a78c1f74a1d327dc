"""What puts each kind of problem of a data set right: which files move, which labels change, and the words for it."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nas.data.folder import LABELS_FILE, DataSet, scan
from nas.data.labels import LabelRow
from nas.data.problems import Problem
from nas.data.walk import LEFT_OUT
from nas.errors import DataError
from nas.planes import NONE, PLANES

_FEWEST: Final = 2


@dataclass
class RepairPlan:
    """What a repair will do: files out, files to other places, and what becomes of a row of labels.csv."""

    said: str
    out: list[str] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    label: Callable[[LabelRow], str | None] | None = None


def deed_for(problem: Problem, classes: Collection[str]) -> str:
    """Return the word on the button that puts a problem right; empty where only a person can.

    ``classes`` are those of the set: too few may be left for a class to be left out.
    """
    if problem.kind == "near_equal_names":
        return f"Merge into {_kept_name(problem.names)}"
    if problem.kind == "other_name":
        return f"Rename to {problem.names[1]}"
    if problem.kind in ("tiny", "single"):
        if len(set(classes) - {NONE} - set(problem.names)) < _FEWEST:
            return ""
        return f"Leave {problem.names[0]} out" if len(problem.names) == 1 else f"Leave {len(problem.names)} out"
    return _WORDS.get(problem.kind, "")


def hint_for(problem: Problem) -> str:
    """Return what the button's work means for the files."""
    return _HINTS.get(problem.kind, "")


def plan_for(root: Path, problem: Problem) -> RepairPlan:
    """Return what puts a problem right.

    Raises
    ------
    DataError
        Only a person can.
    """
    if problem.kind not in _PLANS:
        raise DataError("This cannot be put right by a button.", problem.advice)
    return _PLANS[problem.kind](root, problem)


def _leave_out(root: Path, files: Sequence[str], said: str) -> RepairPlan:
    gone = set(files)
    plan = RepairPlan(said, out=list(files))
    if (root / LABELS_FILE).is_file():
        plan.label = _without(scan(root), gone)
    return plan


def _without(data: DataSet, gone: set[str]) -> Callable[[LabelRow], str | None]:
    """Return what drops the rows of files, also where a row names a file by another computer's folder."""
    names = Counter(image.path.rsplit("/", 1)[-1] for image in data.images)
    known = {image.path for image in data.images}

    def label(row: LabelRow) -> str | None:
        name = row.file.rsplit("/", 1)[-1]
        by_name = row.file not in known and names[name] == 1 and any(path.rsplit("/", 1)[-1] == name for path in gone)
        return None if row.file in gone or by_name else row.label

    return label


def _files(root: Path, problem: Problem) -> RepairPlan:
    return _leave_out(root, problem.files, f"{_counted(len(problem.files))} left out")


def _aside(root: Path, problem: Problem) -> RepairPlan:
    files = [file for file in problem.files if file != LEFT_OUT and os.path.lexists(root / file)]
    return RepairPlan(f"{_counted(len(files))} moved aside", out=files)


def _missing_rows(_root: Path, problem: Problem) -> RepairPlan:
    gone = set(problem.files)
    rows = "1 row" if len(gone) == 1 else f"{len(gone)} rows"
    return RepairPlan(f"{rows} dropped", label=lambda row: None if row.file in gone else row.label)


def _copies(root: Path, problem: Problem) -> RepairPlan:
    spare = [path for group in _joined(problem.groups) for path in group[1:]]
    return _leave_out(root, spare, f"{_counted(len(spare), 'copy', 'copies')} left out")


def _torn(root: Path, problem: Problem) -> RepairPlan:
    files = [path for group in problem.groups for path in group]
    return _leave_out(root, files, f"{_counted(len(files))} of two labels left out")


def _joined(groups: Iterable[tuple[str, ...]]) -> list[list[str]]:
    """Return groups that share a file as one, each sorted."""
    joined: list[set[str]] = []
    for group in groups:
        meeting = [other for other in joined if other & set(group)]
        joined = [other for other in joined if other not in meeting] + [set(group).union(*meeting)]
    return [sorted(group) for group in joined]


def _classes(root: Path, problem: Problem) -> RepairPlan:
    files = [image.path for image in scan(root).images if image.label in problem.names]
    return _leave_out(root, files, f"{', '.join(problem.names)} left out")


def _empty(root: Path, problem: Problem) -> RepairPlan:
    parts = ("", *(f"{part}/" for part in scan(root).parts))
    folders = [f"{part}{name}" for name in problem.names for part in parts if (root / f"{part}{name}").is_dir()]
    return RepairPlan(f"Empty folder {', '.join(problem.names)} moved aside", out=folders)


def _merge(root: Path, problem: Problem) -> RepairPlan:
    return _renamed(root, set(problem.names), _kept_name(problem.names))


def _rename(root: Path, problem: Problem) -> RepairPlan:
    return _renamed(root, {problem.names[0]}, problem.names[1])


def _renamed(root: Path, names: set[str], kept: str) -> RepairPlan:
    data = scan(root)
    depth = 1 if data.parts else 0
    taken = {image.path for image in data.images}
    plan = RepairPlan(f"{', '.join(sorted(names - {kept}))} renamed to {kept}")
    for image in data.images:
        steps = image.path.split("/")
        if len(steps) <= depth + 1 or steps[depth] not in names or steps[depth] == kept:
            continue
        steps[depth] = kept
        plan.moves.append((image.path, _free("/".join(steps), taken)))
    if (root / LABELS_FILE).is_file():
        plan.label = lambda row: kept if row.label in names else row.label
    emptied = [name for name in names - {kept} if (root / name).is_dir()]
    plan.out += emptied if not data.parts else []
    return plan


def _free(path: str, taken: set[str]) -> str:
    """Return a path that no other file has, and take it."""
    stem, _, ending = path.rpartition(".")
    number, free = 2, path
    while free in taken:
        free, number = f"{stem}_{number}.{ending}", number + 1
    taken.add(free)
    return free


def _kept_name(names: Sequence[str]) -> str:
    """Return which of near-equal names stays: a plane's, else the one without odd spaces and letters."""
    known = [name for name in names if name in (*PLANES, NONE)]
    plain = [name for name in names if name == name.strip() and name.isascii()]
    return next(iter([*known, *sorted(plain), *names])).strip()


def _saved_anew(_root: Path, _problem: Problem) -> RepairPlan:
    return RepairPlan("labels.csv saved as UTF-8", label=lambda row: row.label)


def _counted(count: int, one: str = "file", many: str = "files") -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


_PLANS: Final[dict[str, Callable[[Path, Problem], RepairPlan]]] = {
    "broken": _files,
    "two_labels": _files,
    "missing": _missing_rows,
    "foreign": _aside,
    "litter": _aside,
    "copies": _copies,
    "near_copies": _copies,
    "copies_two_labels": _torn,
    "tiny": _classes,
    "single": _classes,
    "empty_class": _empty,
    "near_equal_names": _merge,
    "other_name": _rename,
    "encoding": _saved_anew,
}
_WORDS: Final = {
    "broken": "Leave them out",
    "two_labels": "Leave them out",
    "missing": "Drop the rows",
    "foreign": "Move aside",
    "litter": "Move aside",
    "copies": "Keep one of each",
    "near_copies": "Keep one of each",
    "copies_two_labels": "Leave them out",
    "empty_class": "Move aside",
    "encoding": "Save as UTF-8",
    "unbalanced": "Weigh evenly",
    "no_subjects": "See the split",
}
_HINTS: Final = {
    "broken": "They stay on disk.",
    "two_labels": "They stay on disk.",
    "missing": "Undo brings them back.",
    "foreign": "They stay on disk.",
    "litter": "They stay on disk.",
    "copies": "The others stay on disk.",
    "near_copies": "The others stay on disk.",
    "copies_two_labels": "They stay on disk.",
    "empty_class": "It stays on disk.",
    "tiny": "They stay on disk.",
    "single": "They stay on disk.",
    "near_equal_names": "Undo parts them again.",
    "other_name": "Undo names it as before.",
    "unbalanced": "In search and training.",
    "no_subjects": "Set on the next page.",
    "encoding": "Undo brings it back.",
}
