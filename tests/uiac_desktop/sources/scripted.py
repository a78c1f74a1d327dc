"""A feed in the test's own hands, at the border of a driver: it gives, hangs, breaks and ends when the test says so."""

import queue
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.patience import PATIENCE_S
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.feed import Feed


def shade(value: int, width: int = 32, height: int = 24) -> Pixels:
    return np.full((height, width), value, np.uint8)


class ScriptedFeed(Feed):
    """`give` hands it a picture, None (the end) or an error; between them `next` hangs until it is interrupted."""

    lets_go_s = 0.2

    def __init__(self, *first: Any, refuses: SourceError | None = None, deaf: bool = False) -> None:
        self.things: queue.Queue[Any] = queue.Queue()
        for thing in first:
            self.things.put(thing)
        self.refuses = refuses
        self.deaf = deaf
        self.opened = threading.Event()
        self.closed = threading.Event()
        self.told: tuple[str, ...] = ()

    def give(self, thing: Any) -> None:
        self.things.put(thing)

    def open(self) -> None:
        self.opened.set()
        if self.refuses is not None:
            raise self.refuses

    def next(self) -> Pixels | None:
        thing = self.things.get()
        if isinstance(thing, Exception):
            raise thing
        return thing

    def close(self) -> None:
        self.closed.set()

    def interrupt(self) -> None:
        if not self.deaf:
            self.things.put(None)

    def release(self) -> None:
        self.things.put(None)

    @property
    def notes(self) -> tuple[str, ...]:
        return self.told


class Feeds:
    """Hands out prepared feeds, one a try; the last one is handed out again as a copy that refuses."""

    def __init__(self, *feeds: ScriptedFeed) -> None:
        self.left = list(feeds)
        self.made: list[ScriptedFeed] = []

    def __call__(self) -> Feed:
        refuses = SourceError("It is not plugged in.", "Plug it in.")
        feed = self.left.pop(0) if self.left else ScriptedFeed(refuses=refuses)
        self.made.append(feed)
        return feed


class Told:
    """What a source tells of its link, with a wait for it."""

    def __init__(self) -> None:
        self.news: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, news: Any) -> None:
        with self._changed:
            self.news.append(news)
            self._changed.notify_all()

    def wait_for(self, holds: Callable[[list[Any]], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: holds(self.news), PATIENCE_S), self.news
