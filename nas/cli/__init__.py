"""The command line uiac-nas: picks the command, and turns every expected failure into two lines and an exit code."""

import contextlib
import logging
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from nas.console import let_no_name_fail
from nas.errors import NasError, error_lines, of_the_disk
from nas.exit_status import DONE, STOPPED, UNEXPECTED, UNUSABLE
from nas.processes import processes
from nas.traces import how_to_report, log_bug

_COMMANDS: Final = {
    "inspect": "classes, counts, subjects and problems of a data set, with advice",
    "search": "search the two blocks on a data set (Algorithm 1) and write the genotype",
    "derive": "the blocks of a search after any epoch, with a limit of skips",
    "seeds": "several searches that differ by their seed, side by side",
    "train": "train a network on a data set (Algorithm 2) and write its model folder",
    "evaluate": "figures and predictions of a model on a data set",
    "compare": "several models under one recipe, judged on women that none of them saw",
    "calibrate": "temperature and none threshold of a model, fitted on women that it never saw",
    "export": "a model as an ONNX file or in OpenVINO's format, for other programs",
    "describe": "parameters, multiply-adds and shapes of a model, a genotype or a network",
}
_SHARED: Final = frozenset({"search", "train"})
"""Commands that several processes may share."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 done, 1 unexpected failure, 2 wrong usage or unusable input, 3 stopped on request."""
    let_no_name_fail()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help"):
        print(_help(), file=sys.stdout if words else sys.stderr)
        return DONE if words else UNUSABLE
    if words[0] not in _COMMANDS:
        return complain(NasError(f"There is no command {words[0]!r}.", f"Commands: {', '.join(_COMMANDS)}."))
    if "" in words:  # as a path it would be the folder where one happens to be
        return complain(
            NasError("One word of the command is empty.", "Fill it in; a variable of a script may be unset.")
        )
    if words[0] not in _SHARED and _several():
        return complain(
            NasError(f"{words[0]} works in one process.", "Start it without torchrun and srun, or several of it apart.")
        )
    command: Callable[[list[str]], int] = import_module(f"nas.cli.{words[0]}").run
    try:
        return command(words[1:])
    except NasError as error:
        return complain(error)
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        return DONE
    except Exception as error:  # noqa: BLE001 - the border of the process
        return _confess(error, words[0])


def complain(error: NasError) -> int:
    """Say what happened and what to do, on stderr, once among several processes; return the exit code."""
    if not _leads():
        return UNUSABLE
    sys.stderr.write(error_lines(error.message, error.advice))
    return UNUSABLE


def _several() -> bool:
    with contextlib.suppress(NasError):
        return processes().count > 1
    return False


def _leads() -> bool:
    with contextlib.suppress(NasError):
        return processes().leads
    return True


def _confess(error: Exception, command: str) -> int:
    import platformdirs

    if refused := of_the_disk(error):
        return complain(refused)
    place = platformdirs.user_log_path("uiac-desktop", appauthor=False) / "uiac-nas.log"
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
    log_bug(logging.getLogger("nas"), place, f"unexpected failure in {command}", error)
    sys.stderr.write(error_lines(f"Something unexpected happened ({type(error).__name__}).", how_to_report(place)))
    return UNEXPECTED


def _help() -> str:
    lines = [f"  {name:<11}{text}" for name, text in _COMMANDS.items()]
    return "\n".join(
        [
            "usage: uiac-nas COMMAND ...",
            "",
            "Plane classifiers of the fetal heart: data, search, training, evaluation. Research use only.",
            "",
            *lines,
            "",
            "uiac-nas COMMAND --help gives every option with its unit, range and default.",
        ]
    )
