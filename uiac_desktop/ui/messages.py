"""What the message slot has to say: one line a cause, ranked, kept until cleared; free of Qt, to be testable."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

INFO_STAYS_S: Final = 8.0


class Rank(IntEnum):
    """How much a message matters; the highest is shown first, information and success being equals."""

    INFO = 0
    OK = 1
    WARN = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a message: the word on it and the command that it gives."""

    word: str
    command: str


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the message slot.

    Attributes
    ----------
    cause
        What it is about; a later message of the same cause replaces it.
    what
        What happened, one sentence.
    advice
        What to do, one or two sentences, or empty.
    choices
        At most two buttons.
    details
        Text for the details panel (a traceback), or empty.
    holds
        True while the cause lasts: the user cannot close it, whoever posted it clears it.
    icon
        Name of an icon that replaces the rank's own, or empty.
    first
        Whether it stands before others of its rank, older or newer.
    passing
        Whether it goes by itself like information, whatever its rank: the cause is over once it was read.
    """

    cause: str
    rank: Rank
    what: str
    advice: str = ""
    choices: tuple[Choice, ...] = ()
    details: str = ""
    holds: bool = False
    icon: str = ""
    first: bool = False
    passing: bool = False


@dataclass(frozen=True, slots=True)
class _Posted:
    message: Message
    at: float


class MessageBoard:
    """The messages that stand, and the last thing that was said.

    Parameters
    ----------
    clock
        Seconds that never fall, such as ``time.monotonic``.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._posted: list[_Posted] = []
        self._turn = 0
        self.last_event = "Ready."
        self.changes = 0

    def post(self, message: Message) -> None:
        """Put a message up in place of the one with the same cause; one that holds keeps its place in the order."""
        former = self._find(message.cause)
        if former is not None and former.message == message:
            return
        since = self._clock()
        if former is None:
            self._turn = 0
        else:
            self._posted.remove(former)
            since = former.at if message.holds else since
        self._posted.append(_Posted(message, since))
        if not message.holds:
            self.last_event = message.what
        self.changes += 1

    def clear(self, cause: str) -> None:
        """Take down the message of a cause, if there is one."""
        former = self._find(cause)
        if former is not None:
            self._posted.remove(former)
            self._turn = 0
            self.changes += 1

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes of all messages that stand."""
        return tuple(posted.message.cause for posted in self._posted)

    def has(self, cause: str) -> bool:
        """Return whether a message of that cause stands."""
        return self._find(cause) is not None

    def close_shown(self) -> None:
        """Take down the message on show, unless its cause holds."""
        shown = self.shown
        if shown is not None and not shown.holds:
            self.clear(shown.cause)

    def turn(self, steps: int) -> None:
        """Show the next or former of several messages."""
        if self._posted:
            self._turn = (self._turn + steps) % len(self._posted)
            self.changes += 1

    def expire(self) -> None:
        """Take down information, and what passes, once it has stood for 8 s."""
        limit = self._clock() - INFO_STAYS_S
        for posted in list(self._posted):
            message = posted.message
            if (message.rank <= Rank.OK or message.passing) and not message.holds and posted.at <= limit:
                self.clear(message.cause)

    @property
    def shown(self) -> Message | None:
        """The message to show: by rank, the newest first, moved on by `turn`."""
        ranked = sorted(self._posted, key=_weight, reverse=True)
        return ranked[self._turn % len(ranked)].message if ranked else None

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many is on show, counted from 1; (0, 0) when there is none."""
        count = len(self._posted)
        return (self._turn % count + 1, count) if count else (0, 0)

    def _find(self, cause: str) -> _Posted | None:
        return next((posted for posted in self._posted if posted.message.cause == cause), None)


def _weight(posted: _Posted) -> tuple[int, bool, float]:
    return max(posted.message.rank, Rank.OK), posted.message.first, posted.at
