"""Commands in processes of their own, forked from one that has loaded everything, which takes longer than tiny runs."""

import contextlib
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from nas.events import Event, from_line

_LOADED: Final = (
    *("nas.cli.train", "nas.cli.search", "nas.train.run", "nas.search.run", "sklearn.metrics", "tests.nas.started"),
)
_DEADLINE_S: Final = 100.0
Before = Callable[[], None]
Program = Callable[[list[str]], int]


def command(words: list[str]) -> int:
    """Run `uiac-nas` with words; return its exit code."""
    from nas.cli import main

    return main(words)


class Started:
    """A command that runs.

    Parameters
    ----------
    words
        Of the command line.
    before
        Called in the process first, to change what the command meets there; a function of a module.
    environment
        Variables to add.
    program
        What to run with the words, where it is not the command; a function of a module, which returns the exit code.
    """

    def __init__(
        self,
        words: list[str],
        before: Before | None = None,
        environment: Mapping[str, str] = {},
        program: Program = command,
    ) -> None:
        told, told_end = multiprocessing.Pipe(duplex=False)
        said, said_end = multiprocessing.Pipe(duplex=False)
        given = (words, before, dict(environment), program, told_end, said_end)
        self.process: Any = _loaded().Process(target=_run, args=given)
        self.process.start()
        told_end.close()
        said_end.close()
        self._told, self._said = (os.fdopen(os.dup(end.fileno()), encoding="utf-8") for end in (told, said))
        told.close()
        said.close()

    def lines(self) -> Iterator[str]:
        """Yield what it writes to stdout, line by line, until it ends."""
        yield from self._told

    def events(self) -> Iterator[Event]:
        """Yield the events that it writes to stdout."""
        yield from map(from_line, self._told)

    def wait_for(self, kind: type[Any]) -> None:
        """Read on until an event of a kind is told."""
        for event in self.events():
            if isinstance(event, kind):
                return
        raise AssertionError(f"it ended without {kind.__name__}: {self._said.read()}")

    def send(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.process.pid, number)

    def ended_within(self, seconds: float) -> bool:
        """Wait for so long at most; tell whether it has ended."""
        self.process.join(seconds)
        return self.process.exitcode is not None

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end; return the exit code, the rest of stdout, and stderr."""
        rest, errors = self._told.read(), self._said.read()
        if not self.ended_within(_DEADLINE_S):
            self.process.kill()
            raise AssertionError("it does not end")
        with contextlib.ExitStack() as closed:
            closed.enter_context(self._told)
            closed.enter_context(self._said)
        return int(self.process.exitcode), rest, errors


def told_by_torchrun(number: int, port: int) -> dict[str, str]:
    """Return the variables by which torchrun tells process 0 or 1 of two, on one computer, which it is."""
    shared = {"TORCHELASTIC_RUN_ID": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    return {**shared, "LOCAL_WORLD_SIZE": "2", "GROUP_RANK": "0", "RANK": str(number), "LOCAL_RANK": str(number)}


def two_started(
    words: list[str],
    before: Before | None = None,
    told_by: Callable[[int, int], dict[str, str]] = told_by_torchrun,
    program: Program = command,
) -> tuple[Started, Started]:
    """Start a command, or a program, as two processes that share it, told so as torchrun does, or as `told_by` says."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    first, second = (Started(words, before, told_by(number, port), program) for number in (0, 1))
    return first, second


def without_pictures() -> None:
    """Leave out what most of a tiny run's time would go to: pictures, and the timed steps before a search."""
    from tests.nas.searching.conftest import untimed

    replace("nas.train.finish", "draw_run", lambda *_: None)
    replace("nas.search.outcome", "_draw", lambda *_: None)
    replace("nas.search.searching", "estimate", untimed)


def replace(module: str, name: str, value: Any) -> None:
    """Put something in the place of a module's own, for as long as this process lives."""
    vars(import_module(module))[name] = value


def limited(limit: str, value: int) -> None:
    """Set a limit of this process; one of memory counts from what it has already."""
    import resource

    if limit == "RLIMIT_AS":
        value += int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(getattr(resource, limit), (value, value))


@cache
def _loaded() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context


def _run(
    words: list[str],
    before: Before | None,
    environment: dict[str, str],
    program: Program,
    told: Connection,
    said: Connection,
) -> None:
    os.dup2(told.fileno(), 1)
    os.dup2(said.fileno(), 2)
    told.close()
    said.close()
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", buffering=1) for number in (1, 2))
    os.environ.update(environment)
    if before is not None:
        before()
    sys.exit(program(words))
