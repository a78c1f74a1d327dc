"""Follows a run folder from outside: whoever started the run, on this computer or another, its log tells the same."""

from pathlib import Path
from time import monotonic
from typing import Final, Literal, TypeAlias

from nas.events import CompareDone, Event, RunFailed, RunFinished, RunStopped, SearchFinished, from_line
from nas.run_lock import is_held
from nas.rundir import RunFolder
from nas.wizard.presence import is_file

RunState: TypeAlias = Literal["empty", "running", "stopped", "failed", "finished", "went_off"]
_ENDS: Final = (RunFinished, SearchFinished, CompareDone, RunStopped, RunFailed)
_END_STATES: Final[dict[type, RunState]] = {RunStopped: "stopped", RunFailed: "failed"}
_MOST_AT_ONCE: Final = 4 * 2**20
_REMEMBERED: Final = 256  # bytes of the log that tell whether what was read still stands


class RunWatch:
    """What a run folder has told, read bit by bit.

    Parameters
    ----------
    folder
        The run folder; it need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._run: Final = RunFolder(folder)
        self._offset = 0
        self._tail = b""
        self._rest = b""
        self._end: RunState | None = None
        self._heard = False
        self._grown_at = monotonic()
        self.started_over = False

    def poll(self) -> tuple[Event, ...]:
        """Return the events told since the last call.

        ``started_over`` is True where the log was cut back, as a resumed run does with what it repeats: the events
        are then those of the whole log, and what was heard before is void.
        """
        self.started_over = False
        try:
            with self._run.events_file.open("rb") as log:
                log.seek(self._offset - len(self._tail))
                if log.read(len(self._tail)) != self._tail:
                    self._start_over()
                    log.seek(0)
                new = log.read(_MOST_AT_ONCE)
        except OSError:
            return ()
        if new:
            self._grown_at = monotonic()
        self._offset += len(new)
        self._tail = (self._tail + new)[-_REMEMBERED:]
        *lines, self._rest = (self._rest + new).split(b"\n")
        events = [event for line in lines if (event := _event(line)) is not None]
        for event in events:
            self._heard = True
            self._end = _END_STATES.get(type(event), "finished") if isinstance(event, _ENDS) else None
        return tuple(events)

    @property
    def state(self) -> RunState:
        """What the run is doing, as of the last `poll`.

        ``running`` while a process holds the folder, on another computer too; ``went_off`` where none does and the log
        has no end: the process was killed, or the power failed.
        """
        if is_held(self._run.lock_file):
            return "running"
        if self._end is not None:
            return self._end
        return "went_off" if self._heard or is_file(self._run.config_file) else "empty"

    @property
    def silent_s(self) -> float:
        """How long the log has not grown, as far as it was looked at and nobody excused it (s)."""
        return monotonic() - self._grown_at

    def excuse_silence(self) -> None:
        """Count silence from now on: until now there was nothing to tell."""
        self._grown_at = monotonic()

    def _start_over(self) -> None:
        self._offset, self._tail, self._rest = 0, b"", b""
        self._end, self._heard, self.started_over = None, False, True


def _event(line: bytes) -> Event | None:
    if not line.strip():
        return None
    try:
        return from_line(line)
    except ValueError:
        return None
