"""What a live session tells besides pictures: small records, one cause each, for message bar and source line."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from uiac_desktop.sources.base import LinkNews, SourceInfo


@dataclass(frozen=True, slots=True)
class SourceOpened:
    """The source is open and says what it is."""

    info: SourceInfo


@dataclass(frozen=True, slots=True)
class SourceLearned:
    """The source knows more of itself by now, such as its true length."""

    info: SourceInfo


@dataclass(frozen=True, slots=True)
class SourceWarning:
    """Something was skipped or repaired; frames go on.

    Attributes
    ----------
    text
        One line.
    line
        Its place among the source's warnings; a later text of the same place replaces it, as when a number grew.
    """

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class SourceEnded:
    """The last frame was shown; it stays, and playing starts again from the first."""


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """The source cannot be opened or cannot go on; the last frame stays."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class ModelReady:
    """A model is at work from the next frame on.

    Attributes
    ----------
    device_text
        What computes, for example ``OpenVINO CPU fp32``.
    name
        Of the model, as its folder says.
    classes
        Its planes in the order of its outputs.
    simulated_only
        Whether it has learned from simulated images alone, which must be said wherever it is used.
    calibrated
        Whether its certainties are calibrated.
    """

    device_text: str
    name: str
    classes: tuple[str, ...]
    simulated_only: bool
    calibrated: bool = True


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """A model cannot be used; frames go on with the model before it, or without labels.

    Attributes
    ----------
    at_work
        Whether it was the one at work that gave up, so that none is at work now; else one that was to be put to work.
    """

    message: str
    advice: str
    at_work: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something changed by itself that the user should know, for example that the graphics card was given up."""

    text: str


@dataclass(frozen=True, slots=True)
class Bug:
    """An error of ours; its traceback went to ``threading.excepthook``."""

    text: str


SessionEvent: TypeAlias = (
    SourceOpened
    | SourceLearned
    | SourceWarning
    | SourceEnded
    | SourceFailed
    | LinkNews
    | ModelReady
    | ModelFailed
    | Notice
    | Bug
)


class EventBox:
    """Events in order of telling, kept until they are taken; unlike frames, none may be lost.

    Parameters
    ----------
    on_filled
        Called in the telling thread when an event arrives in an empty box.
    """

    def __init__(self, on_filled: Callable[[], None]) -> None:
        self._on_filled = on_filled
        self._lock = threading.Lock()
        self._events: list[SessionEvent] = []

    def tell(self, event: SessionEvent) -> None:
        """Add an event."""
        with self._lock:
            was_empty = not self._events
            self._events.append(event)
        if was_empty:
            self._on_filled()

    def tell_bug(self, error: Exception) -> None:
        """Give an error of ours to ``threading.excepthook`` (log, Details) and say that it happened."""
        self.tell(caught(error))

    def take(self) -> list[SessionEvent]:
        """Return all events and empty the box."""
        with self._lock:
            events, self._events = self._events, []
            return events


MODEL_BUG: Final = ("The model cannot be used: something went wrong inside the program.", "Choose another model.")


def caught(error: Exception) -> Bug:
    """Give an error of ours to ``threading.excepthook`` (log, Details), and return the event that tells of it."""
    threading.excepthook(
        threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
    )
    return Bug(f"{type(error).__name__}: {error}")
