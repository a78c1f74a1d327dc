"""An examination with the real store in the hands of a test: it is given frames and results, and waited for."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.patience import PATIENCE_S
from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.session.exam.examination import (
    ExamEvent,
    Examination,
    FrameKept,
    ProtocolLine,
)

CLASSES = ("ACS", "FCH", "LVOT")
HEART = Protocol("Heart", ("FCH", "LVOT"))


def opened(folder: Path) -> ExamStore:
    return open_store(folder, key_file=folder.with_name("site.key"))


class Watcher:
    """Runs an examination and lets a test wait for what it tells."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self.events: list[ExamEvent] = []
        self.store: ExamStore
        self._condition = threading.Condition()
        self._number = 0
        self.examination = Examination(self._open, self._on_event, clock=clock)

    def _open(self) -> ExamStore:
        self.store = opened(self.folder)
        return self.store

    def _on_event(self) -> None:
        with self._condition:
            self.events += self.examination.take_events()
            self._condition.notify_all()

    def wait_for(self, kind: type, count: int = 1) -> ExamEvent:
        with self._condition:
            assert self._condition.wait_for(lambda: len(self.of(kind)) >= count, PATIENCE_S), self.events
            return self.of(kind)[count - 1]

    def of(self, kind: type) -> list[ExamEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    def frame(self, number: int | None = None, size: tuple[int, int] = (48, 64)) -> Frame:
        self._number += 1
        number = self._number if number is None else number
        pixels = np.random.default_rng(number).integers(0, 256, size, np.uint8)
        return Frame(pixels, number, number / 30, time.monotonic())

    def result(self, plane: str = "FCH", certainty: float = 0.9, frame: Frame | None = None) -> Result:
        frame = frame if frame is not None else self.frame()
        return Result(frame, prediction(plane, certainty), time.monotonic())

    def keep(self, plane: str = "FCH", certainty: float = 0.9) -> KeptFrame:
        before = len(self.of(FrameKept))
        self.examination.keep(self.result(plane, certainty))
        event = self.wait_for(FrameKept, before + 1)
        assert isinstance(event, FrameKept)
        return event.kept.frame

    def settle(self) -> None:
        """Wait until all that was asked for so far is done."""
        done = threading.Event()
        self.examination._order(done.set)
        assert done.wait(PATIENCE_S)

    def line(self, plane: str) -> ProtocolLine:
        self.settle()
        return next(line for line in self.examination.state.lines if line.plane == plane)

    def best_of(self, plane: str) -> int | None:
        best = self.line(plane).best
        return None if best is None else best.frame.id


def prediction(plane: str, certainty: float) -> Prediction:
    place = CLASSES.index(plane) if plane in CLASSES else 0
    chances = np.full(3, (1 - certainty) / 2, np.float32)
    chances[place] = certainty
    return Prediction(CLASSES, chances, np.zeros((3, 2, 2), np.float32), plane, certainty)
