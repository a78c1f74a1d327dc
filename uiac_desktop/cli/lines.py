"""Lines for people on stderr: error and advice, warnings, notes; and the progress bar, which only a terminal sees."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from nas.errors import error_lines, one_line


def complain(message: str, advice: str) -> None:
    """Write an expected error: what happened, and what to do."""
    sys.stderr.write(error_lines(message, advice))


def warn(text: str) -> None:
    """Write one line of what was repaired, skipped or replaced while the work went on."""
    sys.stderr.write(f"warning: {one_line(text)}\n")


def note(text: str) -> None:
    """Write one line that is good to know."""
    sys.stderr.write(f"note: {one_line(text)}\n")


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar with a count and the time left while the block runs; yield a function of (done, in all or None)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(escape(one_line(text)), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
