"""Reads from the store what the Exams room shows: the list by its filter, and one exam in full."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias, get_args

from nas.planes import PLANES
from uiac_desktop.exam.exam_list import ExamQuery, read_query
from uiac_desktop.exam.report import ExamReport, ModelLine, report_of
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.exams.desk_records import (
    ExamFilter,
    ExamShown,
    ListedExam,
    ListShown,
    OpenedExam,
    Progress,
    ShownFrame,
    Span,
)
from uiac_desktop.session.exams.maps import ExamMaps
from uiac_desktop.session.exams.pictures import ExamPictures

PlanesOf: TypeAlias = Callable[[str], tuple[str, ...]]

_DAYS: Final[dict[Span, int]] = {"today": 0, "week": 6, "month": 29, "year": 364}


class ExamReading:
    """What the desk reads; used by its thread.

    Parameters
    ----------
    store
        Open.
    planes_of
        Planes of a protocol by its name.
    maps
        What was drawn.
    utc_now
        The wall clock.

    Every method raises StoreError where the store cannot be read.
    """

    def __init__(self, store: ExamStore, planes_of: PlanesOf, maps: ExamMaps, utc_now: Callable[[], datetime]) -> None:
        self.store: Final = store
        self.model = ModelLine()
        self.pictures: Final = ExamPictures(store)
        self._planes_of, self._maps, self._utc_now = planes_of, maps, utc_now

    def listed(self, asked: ExamFilter) -> ListShown:
        """Return the exams that a filter leaves, newest first."""
        planes = self.store.planes()
        query = self._query(asked, planes)
        found = [ListedExam(line, self._planes_of(line.exam.protocol)) for line in self.store.exam_lines(query)]
        if asked.state in get_args(Progress):
            found = [exam for exam in found if exam.progress == asked.state]
        total, binned = len(self.store.exams()), len(self.store.exams(ExamQuery(state="binned")))
        return ListShown(asked, tuple(found), total, binned, planes, self.store.disk_use())

    def _query(self, asked: ExamFilter, planes: tuple[str, ...]) -> ExamQuery:
        place = "binned" if asked.state == "binned" else "listed"
        query = read_query(asked.text, place, {*PLANES, *planes})  # type: ignore[arg-type]
        if asked.plane and query.plane is None:
            query = replace(query, plane=asked.plane)
        if asked.state in ("exported", "unexported"):
            query = replace(query, exported=asked.state == "exported")
        if asked.span != "any":
            today = self._utc_now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
            since = today - timedelta(days=_DAYS[asked.span])
            query = replace(query, since=max(since, query.since or since))
        return query

    def opened(self, exam_id: int) -> ExamShown:
        """Return an exam in full, with the thumbnails that are read."""
        exam = self.store.exam(exam_id)
        lines = self.store.exam_lines(ExamQuery(subject=exam.subject, state="all"))
        line = next(line for line in lines if line.exam.id == exam_id)
        frames = self.store.frames(exam_id)
        shown_frames = [frame for frame in frames if frame.state != "unkept"]
        models = self.store.across.models(exam_id)
        shown = (ShownFrame(one, *self.pictures.thumb(one.id), models.get(one.id, "")) for one in shown_frames)
        history = [change for frame in frames for change in self.store.history(frame.id)]
        return ExamShown(
            OpenedExam(
                ListedExam(line, self._planes_of(exam.protocol)),
                self.report(exam_id),
                tuple(shown),
                self.store.clips(exam_id),
                tuple(sorted(history, key=lambda change: change.at, reverse=True)),
            )
        )

    def report(self, exam_id: int) -> ExamReport:
        """Return the report of an exam with the maps that are drawn."""
        exam = self.store.exam(exam_id)
        drawn = self._maps.drawn()
        why = self._maps.why_not
        if self._maps.name and not self.frames_of_model(exam_id):
            why = "none: the model that named the frames is not the one chosen now"
        planes = self._planes_of(exam.protocol)
        return report_of(self.store, exam_id, planes, self.model, self._utc_now(), drawn, why, self.pictures.picture)

    def frames_of_model(self, exam_id: int) -> list[int]:
        """Return the frames that stand for their planes and that the chosen model named."""
        models = self.store.across.models(exam_id)
        best = [frame.id for frame in self.store.frames(exam_id) if frame.best]
        return [number for number in best if self._maps.name and models.get(number) == self._maps.name]

    def frames_to_read(self, exam_id: int) -> list[int]:
        """Return the frames whose thumbnail is not read yet."""
        return [frame.id for frame in self.store.frames(exam_id) if not self.pictures.thumb(frame.id)[1]]

    def frames_to_draw(self, exam_id: int) -> list[int]:
        """Return those of them whose map is not drawn yet."""
        return [number for number in self.frames_of_model(exam_id) if not self._maps.known(number)]
