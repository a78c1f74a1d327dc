"""A Review room with its callbacks answered as a window does, and what a test waits for."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tests.patience import PATIENCE_S
from tests.uiac_desktop.sources.made import write_clip
from tests.uiac_desktop.sources.numbered import number_of, numbered
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.review.events import ReviewEvent
from uiac_desktop.session.review.port import ReviewPort
from uiac_desktop.session.review.records import ReviewState, ShownFrame
from uiac_desktop.session.review.review import Review

E = TypeVar("E")


def numbered_clip(path: Path, frames: int = 60, **how: Any) -> Path:
    write_clip(path, [numbered(number) for number in range(frames)], **how)
    return path


class Room:
    """A review and what it told."""

    def __init__(
        self,
        folder: Path,
        person: str = "Ann",
        open_own: Callable[[], ExamStore] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._news = threading.Condition()
        self._patience_s = patience_s
        self.shown: list[ShownFrame] = []
        self.events: list[ReviewEvent] = []
        self.opened = open_own or (lambda: open_store(folder / "store", key_file=folder / "keys" / "site.key"))
        self.review = Review(self.opened, self._on_shown, self._on_news, self._on_event, person)
        port: ReviewPort = self.review
        port.start()

    def open(self, place: Path, model: Path | None = None, load: Callable[[], Predictor] | None = None) -> ReviewState:
        if model is not None and load is not None:
            self.review.use_model(model, load)
        self.review.open(str(place))
        return self.wait(lambda state: state.phase == "open" and state.labels_ready)

    def wait(self, holds: Callable[[ReviewState], bool]) -> ReviewState:
        with self._news:
            assert self._news.wait_for(lambda: holds(self.review.state), timeout=self._patience_s), (
                self.review.state,
                self.events,
            )
            return self.review.state

    def wait_medium(self, number: int) -> ReviewState:
        return self.wait(lambda state: state.phase == "open" and state.medium == number)

    def wait_analysed(self) -> ReviewState:
        return self.wait(lambda state: state.analysis is not None and state.analysis.state == "done")

    def wait_shown(self, index: int, labelled: bool = False) -> ShownFrame:
        def found() -> ShownFrame | None:
            last = self.shown[-1] if self.shown else None
            fits = last is not None and last.frame.index == index and (last.prediction is not None or not labelled)
            return last if fits else None

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, timeout=self._patience_s), [
                one.frame.index for one in self.shown
            ]
            last = found()
            assert last is not None, [one.frame.index for one in self.shown]
            return last

    def wait_event(self, kind: type[E], count: int = 1) -> E:
        with self._news:
            assert self._news.wait_for(lambda: len(self.of(kind)) >= count, timeout=self._patience_s), self.events
            return self.of(kind)[count - 1]

    def wait_saved(self) -> ReviewState:
        return self.wait(lambda state: state.unsaved == 0)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def number_shown(self, index: int) -> int | None:
        return number_of(np.asarray(self.wait_shown(index).frame.pixels))

    def close(self) -> None:
        assert self.review.stop(PATIENCE_S)

    def _on_shown(self) -> None:
        with self._news:
            shown = self.review.take_shown()
            if shown is not None:
                self.shown.append(shown)
            self._news.notify_all()

    def _on_news(self) -> None:
        with self._news:
            self._news.notify_all()

    def _on_event(self) -> None:
        with self._news:
            self.events += self.review.take_events()
            self._news.notify_all()
