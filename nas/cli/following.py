"""How a command follows a run: every event is logged and shown, and a request to stop ends it with its state kept."""

import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType

from nas.cli.screen import Screen
from nas.errors import NasError
from nas.events import EpochDone, EpochSearched, Event, Progress, RunFailed, RunStopped
from nas.rundir import RunFolder


def follow(events: Iterator[Event], folder: RunFolder, as_lines: bool) -> int:
    """Log and show every event until the run ends or a stop is asked for; return the exit code."""
    epoch: int | None = None
    with closing(events), _stop_signals() as stop, Screen(as_lines) as screen:  # type: ignore[type-var]
        try:
            for event in events:
                folder.append(event)
                screen.show(event)
                if isinstance(event, Progress | EpochDone | EpochSearched):
                    epoch = event.epoch
                if stop.asked or folder.stop_requested:
                    break
            else:
                return 0
        except NasError as error:
            failed = RunFailed(message=error.message, advice=error.advice)
            screen.show(failed)
            folder.append(failed)
            raise
        events.close()  # type: ignore[attr-defined]
        stopped = RunStopped(epoch=epoch)
        folder.append(stopped)
        screen.show(stopped)
        folder.stop_file.unlink(missing_ok=True)
    return 3


class _Stop:
    asked = False


@contextmanager
def _stop_signals() -> Iterator[_Stop]:
    """Turn the first Ctrl+C or SIGTERM into a request; a second Ctrl+C interrupts at once."""
    stop = _Stop()

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.asked = True
        print("stopping after this step ...", file=sys.stderr)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
