"""One clip in the Review room: its frames, what the model and the people say of it, and what is found in that."""

from datetime import datetime
from typing import Final

from nas.planes import NONE
from uiac_desktop.exam.clip_labels import LabelAct
from uiac_desktop.frame import Frame
from uiac_desktop.session.review.clip_findings import Findings, findings
from uiac_desktop.session.review.clip_job import ClipJob
from uiac_desktop.session.review.clip_place import ClipPlace
from uiac_desktop.session.review.clip_player import ClipPlayer, PlayerListener
from uiac_desktop.session.review.keeper import KeptClip
from uiac_desktop.session.review.label_book import LabelBook
from uiac_desktop.session.review.label_rows import UNSAID, Codes, runs_where, segments
from uiac_desktop.session.review.marks import Agreement, Dispute, FrameRange, PersonLabels, Segment
from uiac_desktop.session.review.people import agreements, disputes, people_rows
from uiac_desktop.session.review.prediction_book import Reading
from uiac_desktop.session.review.records import Analysis, ClipInfo, Phase, Verdict
from uiac_desktop.sources.base import FrameSource


class OpenClip:
    """What is known of the clip; guarded by the lock of `Review`.

    Attributes
    ----------
    at
        Number of the frame under the cursor.
    corrected, settled, people, agreements, disputes, found
        As of the last `refresh`.
    """

    def __init__(self, place: ClipPlace, number: int, listener: PlayerListener) -> None:
        self.place: Final = place
        self.number: Final = number
        self.player: Final = ClipPlayer(self._open, listener)
        self.codes: Final = Codes()
        self.book: Final = LabelBook(self.codes)
        self.phase: Phase = "opening"
        self.message = self.advice = ""
        self.info: ClipInfo | None = None
        self._fps: float | None = None
        self.kept: KeptClip | None = None
        self.key: str | None = None
        self.job: ClipJob | None = None
        self.analysis: Analysis | None = None
        self.reading: Reading | None = None
        self.at = 0
        self.shown: Frame | None = None
        self.selection: FrameRange | None = None
        self.mark: int | None = None
        self.held: tuple[str, FrameRange] | None = None
        self.loop = False
        self.labels_ready = False
        self.unsaved = 0
        self.saved_at: datetime | None = None
        self.found = Findings()
        self.corrected: tuple[Segment, ...] = ()
        self.settled: tuple[Segment, ...] = ()
        self.people: tuple[PersonLabels, ...] = ()
        self.agreements: tuple[Agreement, ...] = ()
        self.disputes: tuple[Dispute, ...] = ()

    @property
    def frames(self) -> int:
        """How many frames are known, by looking through the file or by analysis."""
        return max(len(self.player.times), len(self.reading) if self.reading is not None else 0)

    def time_of(self, frame: int) -> float:
        """Return the time of a frame, seconds; after the last one, when the clip ends."""
        times = self.player.times
        if frame < len(times):
            return times[frame]
        if self.reading is not None and frame < len(self.reading):
            return float(self.reading.times[frame])
        beyond = (frame - len(times) + 1) / self._fps if self._fps else 0.0
        return (times[-1] if times else 0.0) + beyond

    def learn(self) -> None:
        """Bring what the source says of itself up to date."""
        source = self.player.source
        if source is None:
            return
        told = source.info
        self._fps = told.fps
        frames = self.frames
        self.info = ClipInfo(
            told.name,
            told.kind,
            self.place.clip_id,
            told.width,
            told.height,
            told.fps,
            frames,
            self.player.counted,
            self.time_of(frames),
            source.warnings,
        )

    def refresh(self, person: str, *, labels: bool = True) -> None:
        """Look through predictions and labels anew.

        Parameters
        ----------
        person
            Who is at work.
        labels
            Whether labels may have changed; else only what the model says did.
        """
        own = self.book.row(person)
        if self.reading is not None:
            self.found = findings(self.reading, own, self.codes, self.time_of)
        if not labels:
            return
        settled = self.book.settled()
        frames = max(self.frames, len(own), len(settled))
        self.corrected = segments(own, self.codes, self.time_of)
        self.settled = segments(settled, self.codes, self.time_of)
        self.people = people_rows(self.book, self.codes, frames, self.time_of)
        several = len(self.people) > 1
        self.agreements = agreements(self.book, frames) if several else ()
        self.disputes = disputes(self.book, frames, self.time_of) if several else ()

    def accepted(self, person: str, certainty: float) -> list[tuple[FrameRange, str]]:
        """Return the predicted planes of at least this certainty where a person has said nothing, in runs."""
        if self.reading is None:
            return []
        reading, own = self.reading, self.book.row(person, len(self.reading))
        none = self.codes.number(NONE)
        found = []
        sure = (own == UNSAID) & (reading.planes != none) & (reading.certainty >= certainty)
        for number in set(reading.planes[sure].tolist()):
            code = self.codes.code(number)
            found += [(run, code) for run in runs_where(sure & (reading.planes == number))]
        return sorted(found, key=lambda item: item[0].first)

    def verdict(self, person: str) -> Verdict:
        """Return what model and people say of the frame under the cursor."""
        plane, certainty = None, 0.0
        if self.reading is not None and self.at < len(self.reading):
            plane = self.codes.code(int(self.reading.planes[self.at]))
            certainty = float(self.reading.certainty[self.at])
        said = self.book.said(self.at)
        label, word = said.pop(person, None), None
        if label is not None:
            word = self.book.last_word(self.at, person)
        else:
            settled = self.book.settled(self.at + 1)[self.at]
            if settled != UNSAID:
                label, word = self.codes.code(int(settled)), self.book.last_word(self.at, None)
        return Verdict(plane, certainty, label, *_who_and_when(word), said)

    def _open(self) -> FrameSource:
        self.place.find(lambda: not self.player.stopping)
        return self.place.open(self.number)


def _who_and_when(word: LabelAct | None) -> tuple[str, float | None]:
    return ("", None) if word is None else (word.who, word.at.timestamp())
