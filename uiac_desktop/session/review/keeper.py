"""The thread that owns Review's exam store: what was said of a clip is read when it is opened, and each change written.

A change that cannot be written waits, and is tried again with the next one and at the end, so that nothing is lost
while the disk is full or another window writes; it holds up the later changes of its own clip alone.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from typing_extensions import override

from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.clip_labels import ActKind, LabelAct, LabelSpan
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.exam.labelling import now
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.gone import gone
from uiac_desktop.session.review.clip_digest import DigestStoppedError, digest_of
from uiac_desktop.session.review.thread import ReviewThread

_Task: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class NewAct:
    """A change of labels on its way to the disk."""

    at: datetime
    who: str
    what: ActKind
    spans: tuple[LabelSpan, ...]


@dataclass(eq=False, slots=True)
class KeptClip:
    """A clip whose labels are kept.

    Attributes
    ----------
    place
        The file, or the folder of stills; never written anywhere.
    clip_id
        Of an exam's clip.
    content, review_id
        Filled in by the keeper.
    gone
        Set once nobody wants to know any more.
    """

    place: Path
    clip_id: int | None
    content: str | None = None
    review_id: int | None = None
    gone: bool = False


class KeeperListener(Protocol):
    """Who is told, in the keeper's thread; must not wait."""

    def on_acts(self, clip: KeptClip, acts: tuple[LabelAct, ...]) -> None:
        """All labels of a clip, or nothing where they cannot be read."""

    def on_stored(self, clip: KeptClip, key: str, parts: tuple[PredictionPart, ...]) -> None:
        """What a model said of it before."""

    def on_saved(self, unsaved: int, at: datetime | None) -> None:
        """How many changes still wait; when the last one was written."""

    def on_keeper_failed(self, error: DesktopError) -> None:
        """The store fails, or the clip's content cannot be read."""

    def on_located(self, clip_id: int, place: Path | None, error: DesktopError | None) -> None:
        """Where an exam's clip lies."""

    def on_bug(self, error: Exception) -> None:
        """Something went wrong inside the program."""


class ReviewKeeper(ReviewThread):
    """Labels and predictions on the disk; the store is opened when it is first needed.

    Parameters
    ----------
    open_store
        Opens the store, in the keeper's thread.
    listener
        Who is told.
    """

    def __init__(self, open_store: Callable[[], ExamStore], listener: KeeperListener) -> None:
        super().__init__("review-keeper", listener.on_bug)
        self._open_store = open_store
        self._listener: Final = listener
        self._tasks: Final[queue.SimpleQueue[_Task | None]] = queue.SimpleQueue()
        self._waiting: list[tuple[KeptClip, NewAct]] = []
        self._counting: Final = threading.Lock()
        self._unwritten = 0
        self._store: ExamStore | None = None
        self._saved_at: datetime | None = None

    @override
    def stop(self) -> None:
        """Write what waits, then end; `join` waits for it."""
        self._tasks.put(None)

    def open(self, clip: KeptClip) -> None:
        """Read a clip's labels; told by `on_acts`."""
        self._tasks.put(lambda: self._read_acts(clip))

    def look_up(self, clip: KeptClip, key: str) -> None:
        """Read what a model said of a clip; told by `on_stored`."""
        self._tasks.put(lambda: self._read_predictions(clip, key))

    @property
    def unwritten(self) -> int:
        """How many changes of labels are not on the disk yet."""
        with self._counting:
            return self._unwritten

    def add_act(self, clip: KeptClip, act: NewAct) -> None:
        """Write a change of labels."""
        with self._counting:
            self._unwritten += 1
        self._tasks.put(lambda: self._write_act(clip, act))

    def add_part(self, clip: KeptClip, key: str, part: PredictionPart) -> None:
        """Write what a model said of further frames."""
        self._tasks.put(lambda: self._write_part(clip, key, part))

    def locate(self, clip_id: int) -> None:
        """Find an exam's clip; told by `on_located`."""
        self._tasks.put(lambda: self._find(clip_id))

    @override
    def _work(self) -> None:
        try:
            while (task := self._tasks.get()) is not None:
                try:
                    task()
                except DesktopError as error:
                    self._listener.on_keeper_failed(error)
            for why in self._write_waiting().values():
                self._listener.on_keeper_failed(why)
        finally:
            if self._store is not None:
                self._store.close()

    def _opened(self) -> ExamStore:
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def _review_of(self, clip: KeptClip) -> int:
        """Return the clip's number in the store, reading the clip through once."""
        if clip.review_id is None:
            if clip.content is None:
                try:
                    clip.content = digest_of(clip.place, lambda: not clip.gone)
                except OSError as error:
                    raise gone(clip.place.name, error) from error
            clip.review_id = self._opened().reviews.review_of(clip.content, clip.clip_id)
        return clip.review_id

    def _read_acts(self, clip: KeptClip) -> None:
        acts: tuple[LabelAct, ...] = ()
        try:
            acts = self._opened().reviews.acts(self._review_of(clip))
        except DigestStoppedError:
            return
        finally:
            if not clip.gone:
                self._listener.on_acts(clip, acts)

    def _read_predictions(self, clip: KeptClip, key: str) -> None:
        parts: tuple[PredictionPart, ...] = ()
        try:
            parts = self._opened().reviews.predictions(self._review_of(clip), key)
        except DigestStoppedError:
            return
        finally:
            if not clip.gone:
                self._listener.on_stored(clip, key, parts)

    def _write_act(self, clip: KeptClip, act: NewAct) -> None:
        self._waiting.append((clip, act))
        try:
            stuck = self._write_waiting()
        finally:
            self._listener.on_saved(self.unwritten, self._saved_at)
        if clip in stuck:
            raise stuck[clip]

    def _write_waiting(self) -> dict[KeptClip, DesktopError]:
        """Write each clip's changes in the order of doing; return the clips of which one cannot be written, and why."""
        stuck: dict[KeptClip, DesktopError] = {}
        for waiting in tuple(self._waiting):
            clip, act = waiting
            if clip in stuck:
                continue
            clip.gone = False
            try:
                self._opened().reviews.add_act(self._review_of(clip), act.at, act.who, act.what, act.spans)
            except DesktopError as error:
                stuck[clip] = error
                continue
            self._waiting.remove(waiting)
            with self._counting:
                self._unwritten -= 1
            self._saved_at = now()
        return stuck

    def _write_part(self, clip: KeptClip, key: str, part: PredictionPart) -> None:
        clip.gone = False
        self._opened().reviews.add_predictions(self._review_of(clip), key, part)

    def _find(self, clip_id: int) -> None:
        try:
            store = self._opened()
            self._listener.on_located(clip_id, store.media.path(store.reviews.clip(clip_id).media), None)
        except DesktopError as error:
            self._listener.on_located(clip_id, None, error)
