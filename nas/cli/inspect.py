"""uiac-nas inspect: a data set's classes, counts, subjects and problems, for people or as JSON."""

from pathlib import Path
from typing import Annotated

import tyro
from pydantic import Field
from pydantic.dataclasses import dataclass
from rich.console import Console
from rich.progress import Progress

from nas.cli.parsing import parsed
from nas.counts import counted
from nas.data.finding import Looked, finding
from nas.data.folder import scan
from nas.data.inspect import Inspection, inspect
from nas.exit_status import DONE, UNUSABLE

_SHOWN = 20


@dataclass
class _Inspect:
    """Show the classes, counts, subjects and problems of a data-set folder, with advice.

    The exit code is 2 where the set cannot be trained on as it is.
    """

    data: tyro.conf.Positional[Path]
    """Data-set folder, DATA/<CLASS>/<image>."""
    json: bool = False
    """Print everything, every file included, as JSON."""
    events: bool = False
    """Write how far it has come, then everything with every image's labels, as lines of JSON to stdout."""
    threads: Annotated[int, Field(ge=1, le=64)] = 2
    """Threads that open images (threads; 1 to 64)."""


def run(words: list[str]) -> int:
    """Inspect as the words say; return 0 for a usable set, else 2."""
    command = parsed(_Inspect, words, "inspect")
    if command.events:
        return _told(command)
    found = _inspected(command)
    print(found.model_dump_json(indent=2) if command.json else as_text(found))
    return DONE if found.usable else UNUSABLE


def _inspected(command: _Inspect) -> Inspection:
    going = inspect(command.data, command.threads)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("checking images", total=None)
        while True:
            try:
                step = next(going)
            except StopIteration as end:
                found: Inspection = end.value
                return found
            bar.update(task, completed=step.done, total=step.total)


def _told(command: _Inspect) -> int:
    data = scan(command.data)
    going = inspect(data, command.threads)
    print(Looked(done=0, total=len(data.images)).model_dump_json(), flush=True)
    while True:
        try:
            step = next(going)
        except StopIteration as end:
            found: Inspection = end.value
            print(finding(data, found).model_dump_json(), flush=True)
            return DONE if found.usable else UNUSABLE
        print(Looked(done=step.done, total=step.total).model_dump_json(), flush=True)


def as_text(found: Inspection) -> str:
    """Return an inspection as people read it."""
    lines = [f"{found.images} images, {found.broken} of them unreadable; {_women(found.subjects)}"]
    lines += [f"  {name:<12}{count:>7}" for name, count in found.classes.items()]
    lines.append(f"training would split by {found.split_by}" if found.split_by else "training could not split it")
    for problem in found.problems:
        lines += ["", f"{problem.severity}: {problem.message}"]
        if problem.advice:
            lines.append(f"advice: {problem.advice}")
        named = [*problem.files, *(" = ".join(group) for group in problem.groups)]
        lines += [f"    {name}" for name in named[:_SHOWN]]
        if len(named) > _SHOWN:
            lines.append(f"    ... and {len(named) - _SHOWN} more (--json lists all)")
    lines += ["", "The set can be trained on." if found.usable else "The set cannot be trained on as it is."]
    return "\n".join(lines)


def _women(count: int) -> str:
    return counted(count, "subject") if count else "subjects not known"
