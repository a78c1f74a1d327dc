"""Commands that need no window: finds the command, and turns every failure into lines for people and an exit status."""

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Final

from nas.console import let_no_name_fail
from nas.errors import NasError, of_the_disk
from nas.exit_status import DONE, STOPPED, UNEXPECTED, UNUSABLE
from uiac_desktop.cli.lines import complain
from uiac_desktop.errors import DesktopError

COMMANDS: Final = ("classify", "simulate", "devices", "precision", "exams", "export")


def run(argv: list[str]) -> int:
    """Run a command.

    Parameters
    ----------
    argv
        A name of `COMMANDS` and its words.

    Returns
    -------
    0 done, 1 unexpected, 2 wrong usage or unusable input, 3 stopped on request with what was done kept.
    """
    let_no_name_fail()
    command: Callable[[list[str]], int] = import_module(f"uiac_desktop.cli.{argv[0]}").run
    try:
        with _stopping_on_request():
            return command(argv[1:])
    except (DesktopError, NasError) as error:
        complain(error.message, error.advice)
        return UNUSABLE
    except SystemExit:  # after --help, which is the only way that leads here
        return DONE
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        _silence_stdout()
        return DONE
    except Exception as error:  # noqa: BLE001 - the border of the process
        return _confess(error)


@contextmanager
def _stopping_on_request() -> Iterator[None]:
    """Let a request to end (SIGTERM) stop a command as Ctrl+C does."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        former = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not in the main thread, where signals do not come
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _silence_stdout() -> None:
    """Let Python end without a word though the reader of our output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _confess(error: Exception) -> int:
    from nas.traces import how_to_report, log_bug
    from uiac_desktop.paths import log_file

    if refused := of_the_disk(error):
        complain(refused.message, refused.advice)
        return UNUSABLE
    place = log_file()
    log_bug(logging.getLogger(__name__), place, "unexpected failure", error)
    complain(f"Something unexpected happened ({type(error).__name__}).", how_to_report(place))
    return UNEXPECTED
