"""Turns what the tape packed into clips of the exam: the recording in hand, part by part, and the last seconds."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.recorder import Recorder, Recording, write_clip
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.exam.events import ClipSaved, ExamEvent, RecordingLost
from uiac_desktop.session.exam.tape import Tape

_HELD_BACK_S: Final = 1.0
_TELL_LOST_EVERY_S: Final = 1.0
_PACKED_WITHIN_S: Final = 2.0


class ClipDesk:
    """Writes clips; used by the thread that owns the store.

    Pictures reach the disk a second after they were taken: where the gate shuts meanwhile, since a page with names
    came into the picture, those of the last second are never written.

    Parameters
    ----------
    tape
        Where packed pictures come from.
    tell
        Takes events.
    """

    def __init__(self, tape: Tape, tell: Callable[[ExamEvent], None]) -> None:
        self._tape = tape
        self._tell = tell
        self._store: ExamStore | None = None
        self._exam_id = 0
        self._source = ""
        self._recorder: Recorder | None = None
        self._told_lost = self._lost_before = 0
        self._told_lost_at = 0.0

    def begin(self, store: ExamStore, exam_id: int, source: str, asked_at: float) -> None:
        """Begin a recording, as asked for at a time; its first file is made with its first picture."""
        self._store, self._exam_id, self._source = store, exam_id, source
        self._told_lost = self._lost_before = 0
        self._tape.record(True, asked_at)

    def turn(self) -> None:
        """Write what has come; to be called a few times a second while a recording goes on.

        Raises
        ------
        StoreError
            The clip cannot be written any further; the recording is over, and listed as far as it came.
        """
        self._write(time.monotonic() - _HELD_BACK_S)

    def _write(self, taken_before: float) -> None:
        if self._store is None:
            return
        try:
            for picture in self._tape.take_to_write(taken_before):
                if self._recorder is not None and not self._recorder.fits(picture):
                    self._close(picture.taken_at)
                if self._recorder is None:
                    self._recorder = Recorder(self._store.new_clip_path(self._exam_id))
                self._recorder.write(picture)
        except StoreError:
            self._tape.record(False)
            self._salvage()
            raise
        self._tell_lost()

    def end_part(self) -> None:
        """Close the file in hand, since nothing may be kept for now; the next picture begins another.

        Raises
        ------
        StoreError
            As above.
        """
        self._close(None)

    def end(self, ended_at: float) -> None:
        """End the recording and list its clip.

        Parameters
        ----------
        ended_at
            When it ended, seconds on ``time.monotonic``.

        Raises
        ------
        StoreError
            As above.
        """
        if self._store is None:
            self._tape.forget_unwritten()
            return
        self._tape.settle(_PACKED_WITHIN_S)
        self._write(ended_at)
        try:
            self._close(ended_at)
        finally:
            self._store = None

    def stop(self, ended_at: float) -> None:
        """End a recording, if one goes on, since its exam ended at a time.

        Raises
        ------
        StoreError
            As above.
        """
        self._tape.record(False, ended_at)
        self.end(ended_at)

    def refuse(self, asked_at: float) -> None:
        """Take no pictures for a recording that was asked for at a time and cannot begin."""
        self._tape.record(False, asked_at)
        self._tape.forget_unwritten()

    def save_last(self, store: ExamStore, exam_id: int, source: str, seconds: float) -> bool:
        """Save the last seconds as a clip, one for each size; return whether there was anything.

        Raises
        ------
        StoreError
            It cannot be written; nothing is left of it.
        """
        saved = False
        for part in self._tape.ring.last(seconds):
            path = store.new_clip_path(exam_id)
            recording = write_clip(path, part)
            if recording is not None:
                saved = True
                self._list(store, exam_id, source, path, recording, 0)
        return saved

    @property
    def is_recording(self) -> bool:
        """Whether a recording goes on."""
        return self._store is not None

    def _close(self, ended_at: float | None) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is None or self._store is None:
            return
        recording = recorder.close(ended_at)
        if recording is None:
            return
        lost = self._tape.lost_of_recording
        self._list(self._store, self._exam_id, self._source, recorder.path, recording, max(lost - self._lost_before, 0))
        self._lost_before = lost

    def _salvage(self) -> None:
        with suppress(StoreError):
            self._close(None)
        self._store = None
        self._tape.forget_unwritten()

    def _list(self, store: ExamStore, exam_id: int, source: str, path: Path, recording: Recording, lost: int) -> None:
        clip = store.add_clip(
            exam_id,
            path,
            source=source,
            started_at=utc_of(recording.began_at),
            duration_s=recording.duration_s,
            frames=recording.frames,
            lost=lost,
            width=recording.width,
            height=recording.height,
        )
        self._tell(ClipSaved(clip))

    def _tell_lost(self) -> None:
        lost, now = self._tape.lost_of_recording, time.monotonic()
        if lost > self._told_lost and now - self._told_lost_at >= _TELL_LOST_EVERY_S:
            self._told_lost, self._told_lost_at = lost, now
            self._tell(RecordingLost(lost))


def utc_of(monotonic_s: float) -> datetime:
    """Return the time of day, UTC, of a time on ``time.monotonic``."""
    return datetime.now(UTC) - timedelta(seconds=time.monotonic() - monotonic_s)
