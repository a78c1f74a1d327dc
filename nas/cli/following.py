"""How a command follows a run: every event is logged and shown, and a request to stop ends it with its state kept."""

import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from types import FrameType

from nas.cli.screen import Screen
from nas.errors import NasError
from nas.events import EpochDone, EpochSearched, Event, Progress, RunFailed, RunStopped
from nas.exit_status import DONE, STOPPED
from nas.processes import Processes, processes
from nas.rundir import RunFolder


def follow(events: Iterator[Event], folder: RunFolder, as_lines: bool) -> int:
    """Log and show every event until the run ends or a stop is asked for; return the exit code.

    Of several processes the first logs and shows. A stop that is asked of any of them stops all after the same step.
    What ends one of them ends all; the first tells why.
    """
    epoch: int | None = None
    among = processes()
    with closing(events), _stop_signals(among) as stop, Screen(as_lines, among.leads) as screen:  # type: ignore[type-var]
        try:
            for event in events:
                folder.append(event)
                screen.show(event)
                if isinstance(event, Progress | EpochDone | EpochSearched):
                    epoch = event.epoch
                if _on_any(among, stop.asked or folder.stop_requested):
                    break
            else:
                return DONE
        except NasError as raised:
            error = _reason(raised, folder, among)
            failed = RunFailed(message=error.message, advice=error.advice)
            screen.show(failed)
            folder.append(failed)
            raise error from raised
        events.close()  # type: ignore[attr-defined]
        stopped = RunStopped(epoch=epoch)
        folder.append(stopped)
        screen.show(stopped)
        if among.leads:
            folder.stop_file.unlink(missing_ok=True)
        _wait_for_the_first(among)
    return STOPPED


def _wait_for_the_first(among: Processes) -> None:
    """Return when the first process has saved: Slurm may be set to kill the others as soon as one has ended."""
    with suppress(NasError):
        _on_any(among, False)


def _on_any(among: Processes, flag: bool) -> bool:
    """Tell whether the flag is up on any process; torch is loaded by then where there are several."""
    if among.count == 1:
        return flag
    from nas.learning.ranks import current_ranks

    return current_ranks().any(flag)


def _reason(error: NasError, folder: RunFolder, among: Processes) -> NasError:
    """Return the error that ends the run: where it came from another process, the one that it left word of."""
    if among.count == 1:
        return error
    from nas.learning.ranks import OtherRankError

    if isinstance(error, OtherRankError):
        return folder.left_failure() or error if among.leads else error
    if not among.leads:
        folder.leave_failure(among.number, error)
    return error


class _Stop:
    asked = False


@contextmanager
def _stop_signals(among: Processes) -> Iterator[_Stop]:
    """Turn the first Ctrl+C or SIGTERM into a request; a second Ctrl+C interrupts at once.

    Not so under torchrun, which hands a Ctrl+C on to processes that have had it from the terminal already.
    """
    stop = _Stop()

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.asked and number == signal.SIGINT and among.count == 1:
            raise KeyboardInterrupt
        if not stop.asked and among.leads:
            print("stopping after this step ...", file=sys.stderr)
        stop.asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
