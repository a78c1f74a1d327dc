"""Passes a source's warnings on to the message bar: new ones at once, grown numbers at most once a second."""

import time
from typing import Final

from uiac_desktop.session.events import EventBox, SourceWarning

_PAUSE_S: Final = 1.0


class WarningTeller:
    """Tells what is new or has changed in a source's warnings.

    Parameters
    ----------
    events
        Where it is told.
    """

    def __init__(self, events: EventBox) -> None:
        self._events = events
        self._told: tuple[str, ...] = ()
        self._told_at = 0.0

    def pass_on(self, warnings: tuple[str, ...], at_end: bool) -> None:
        """Take in all warnings as they are now; ``at_end``, a changed line is told without delay."""
        if warnings == self._told:
            return
        now = time.monotonic()
        grown = len(warnings) > len(self._told)
        if not (grown or at_end or now - self._told_at >= _PAUSE_S):
            return
        for line, text in enumerate(warnings):
            if line >= len(self._told) or self._told[line] != text:
                self._events.tell(SourceWarning(text, line))
        self._told, self._told_at = warnings, now
