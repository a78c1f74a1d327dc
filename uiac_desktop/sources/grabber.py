"""The thread that draws from one feed and keeps its newest picture alone, so that a hung driver holds up nobody."""

import threading
import time
from dataclasses import dataclass
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.feed import Feed


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A whole picture of a feed, and when it came, seconds on ``time.monotonic``."""

    pixels: Pixels
    taken_at: float


class Grabber:
    """Draws from a feed in a thread of its own until it breaks, ends or is let go.

    Parameters
    ----------
    feed
        Made, not yet opened.
    name
        Of the source, for messages.
    changed
        Notified when there is a new picture or trouble; guards everything here.
    """

    def __init__(self, feed: Feed, name: str, changed: threading.Condition) -> None:
        self.feed: Final = feed
        self._name = name
        self._changed = changed
        self._shot: Shot | None = None
        self._trouble: Exception | None = None
        self._let_go = threading.Event()
        self.skipped = 0
        self.silent_since = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="grabber", daemon=True)
        self._thread.start()

    def take(self) -> Shot | None:
        """Return the newest picture, once; the caller holds ``changed``."""
        shot, self._shot = self._shot, None
        return shot

    @property
    def has_shot(self) -> bool:
        """Whether a picture waits; the caller holds ``changed``."""
        return self._shot is not None

    @property
    def trouble(self) -> Exception | None:
        """Why no more pictures will come; the caller holds ``changed``."""
        return self._trouble

    def let_go(self) -> None:
        """Ask the feed to come back; its thread closes it whenever it does. The caller need not wait."""
        with self._changed:
            self._let_go.set()
            self._shot = None
        self.feed.interrupt()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread; return False while its driver hangs."""
        self._thread.join(max(timeout_s, 0.0))
        return not self._thread.is_alive()

    def _run(self) -> None:
        trouble: Exception | None = None
        try:
            try:
                self._draw()
            finally:
                self.feed.close()
        except SourceError as error:
            trouble = error
        except OSError as error:
            why = error.strerror or "unknown reason"
            trouble = SourceError(f"{self._name} gives no picture ({why}).", self.feed.fault)
        except Exception as error:  # noqa: BLE001 - the border of a thread: raised again where pictures are taken
            trouble = error
        with self._changed:
            self._trouble = trouble or SourceError(f"{self._name} has ended.", self.feed.fault)
            self._changed.notify_all()

    def _draw(self) -> None:
        if self._let_go.is_set():
            return
        self.feed.open()
        while not self._let_go.is_set() and (pixels := self.feed.next()) is not None:
            shot = Shot(pixels, time.monotonic())
            with self._changed:
                if self._let_go.is_set():
                    return
                self.skipped += self._shot is not None
                self._shot, self.silent_since = shot, shot.taken_at
                self._changed.notify_all()
