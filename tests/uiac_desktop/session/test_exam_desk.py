"""The desk of the Exams room on a real store, without a window: what is due, undo, maps, failures, and the end."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from nas.preprocess import PreprocessSpec
from tests.patience import PATIENCE_S
from uiac_desktop.errors import ModelError, StoreError
from uiac_desktop.exam.erasing import BIN_LASTS
from uiac_desktop.exam.records import NewFrame
from uiac_desktop.exam.report import ModelLine
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.frame import Pixels, Prediction
from uiac_desktop.session.exams.desk import ExamDesk
from uiac_desktop.session.exams.desk_records import (
    AcrossShown,
    DeskDone,
    DeskEvent,
    DeskFailed,
    ExamFilter,
    ExamShown,
    ListShown,
    MapsDrawn,
)

Kind = TypeVar("Kind")

PLANES = ("FCH", "TV")


class _Config:
    preprocess = PreprocessSpec()


class _Model:
    """A model at the border of the device: names FCH with a map that is hot at the left."""

    config = _Config()

    def __init__(self, has_maps: bool = True) -> None:
        self.closed = False
        self.seen = 0
        self._has_maps = has_maps

    def predict(self, pixels: Pixels) -> Prediction:
        self.seen += 1
        maps = np.zeros((2, 8, 8) if self._has_maps else (2, 0, 0), np.float32)
        maps[:1, :, :3] = 5.0
        assert pixels.dtype == np.uint8
        return Prediction(PLANES, np.array([0.9, 0.1], np.float32), maps, "FCH", 0.9)

    def close(self) -> None:
        self.closed = True


def _keep(store: ExamStore, plane: str, model: str = "demo") -> None:
    exam = next(iter(store.exams()))
    shares = np.array([0.9, 0.1], np.float32)
    pixels = np.tile(np.array([60, 120], np.uint8), (48, 32))
    new = NewFrame(pixels, datetime.now(UTC), "simulated", 0, 0.0, plane, 0.9, PLANES, shares, model, 0.5, False)
    store.set_best(store.keep(exam.id, new).id)


class _Office:
    """A desk, and everything that it told."""

    def __init__(self, open_it: Callable[[], ExamStore], clock: Callable[[], datetime]) -> None:
        self.told: list[DeskEvent] = []
        self._news = threading.Event()
        self.desk = ExamDesk(open_it, lambda name: PLANES if name == "Own" else (), self._news.set, clock)
        self.desk.start()

    def until(self, kind: type[Kind], fits: Callable[[Kind], object] = lambda _event: True) -> Kind:
        """Wait for an event; it and those before it are used up."""
        while True:
            self._news.clear()
            self.told += self.desk.take_events()
            for place, event in enumerate(self.told):
                if isinstance(event, kind) and fits(event):
                    del self.told[: place + 1]
                    return event
            assert self._news.wait(PATIENCE_S), [type(event).__name__ for event in self.told]


@pytest.fixture
def open_it(tmp_path: Path) -> Callable[[], ExamStore]:
    return lambda: open_store(tmp_path / "store", key_file=tmp_path / "site.key")


@pytest.fixture
def exam(open_it: Callable[[], ExamStore]) -> int:
    """An exam that has ended, with a frame of each plane."""
    with open_it() as store:
        made = store.begin_exam("Lin", "Own")
        for plane in PLANES:
            _keep(store, plane)
        return store.end_exam(made.id).id


@pytest.fixture
def hire(open_it: Callable[[], ExamStore]) -> Iterator[Callable[..., _Office]]:
    offices: list[_Office] = []

    def make(
        open_other: Callable[[], ExamStore] = open_it, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> _Office:
        offices.append(_Office(open_other, clock))
        return offices[-1]

    yield make
    for office in offices:
        assert office.desk.stop()


def test_that_an_exam_whose_time_in_the_bin_is_over_is_erased_by_the_program(
    open_it: Callable[[], ExamStore], exam: int, hire: Callable[..., _Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_it() as store:
        store.bin(exam)
    later = datetime.now(UTC) + BIN_LASTS + timedelta(hours=1)
    monkeypatch.setattr("uiac_desktop.exam.store.now", lambda: later)
    office = hire()
    office.desk.look(ExamFilter(state="binned"))
    assert office.until(ListShown).exams == ()
    office.desk.look_across()
    assert [line.who for line in office.until(AcrossShown).audit] == ["UIAC Desktop"]


def test_that_days_in_the_bin_are_counted_down(
    open_it: Callable[[], ExamStore], exam: int, hire: Callable[..., _Office]
) -> None:
    with open_it() as store:
        store.bin(exam)
    office = hire()
    office.desk.look(ExamFilter(state="binned"))
    listed = office.until(ListShown).exams[0]
    binned = listed.line.binned_at
    assert binned is not None
    assert listed.days_left(binned + timedelta(minutes=1)) == 30
    assert listed.days_left(binned + timedelta(days=29, hours=1)) == 1
    assert listed.days_left(binned + timedelta(days=31)) == 0


def test_that_spans_are_this_pc_s_days(exam: int, hire: Callable[..., _Office]) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    office = hire(clock=lambda: tomorrow)
    for span, found in (("today", 0), ("week", 1), ("year", 1)):
        office.desk.look(ExamFilter(span=span))  # type: ignore[arg-type]
        assert len(office.until(ListShown).exams) == found
    office.desk.look(ExamFilter(plane="TV", text="own-name"))
    assert office.until(ListShown).exams == ()
    assert exam


def test_that_every_step_is_taken_back_in_turn(exam: int, hire: Callable[..., _Office]) -> None:
    office = hire()
    office.desk.confirm(exam, "Lin")
    office.desk.bin(exam)
    office.until(DeskDone, lambda done: "bin" in done.what)
    office.desk.undo()
    office.until(DeskDone, lambda done: "back in the list" in done.what)
    office.desk.undo()
    assert office.until(DeskDone).what == "The labels are open again."
    assert office.until(AcrossShown).agreement.checked == 0
    office.desk.undo()
    assert office.until(DeskDone).what == "Nothing to take back here."


def test_that_confirming_twice_changes_nothing(exam: int, hire: Callable[..., _Office]) -> None:
    office = hire()
    office.desk.confirm(exam, "Lin")
    assert office.until(DeskDone).undoable
    office.desk.confirm(exam, "Wei")
    assert not office.until(DeskDone).undoable
    office.desk.open(exam)
    history = office.until(ExamShown).opened.history
    assert [(change.who, change.what) for change in history][:2] == [("Lin", "relabelled"), ("Lin", "relabelled")]


def test_that_the_steps_of_an_erased_exam_are_gone_with_it(exam: int, hire: Callable[..., _Office]) -> None:
    office = hire()
    office.desk.confirm(exam, "Lin")
    office.desk.erase(exam, "Lin")
    office.until(DeskDone, lambda done: done.what.startswith("Erased for good"))
    office.desk.undo()
    assert office.until(DeskDone).what == "Nothing to take back here."
    office.desk.open(exam)
    assert office.until(DeskFailed).message.endswith(" is not in the exam store.")


def test_that_maps_are_drawn_one_by_one_and_stand_in_the_report(exam: int, hire: Callable[..., _Office]) -> None:
    office, model = hire(), _Model()
    office.desk.use_model(ModelLine("demo", "2 planes."), lambda: model)
    office.desk.open(exam)
    assert office.until(ExamShown).opened.report.maps == ""
    counts = [(event.done, event.of) for event in (office.until(MapsDrawn), office.until(MapsDrawn))]
    assert counts == [(0, 2), (1, 2)]
    report = office.until(ExamShown).opened.report
    assert report.maps == "demo"
    mapped = report.lines[0].mapped
    assert mapped is not None
    assert mapped[:, :16].mean() > mapped[:, -16:].mean()
    assert office.desk.stop()
    assert model.closed


def test_that_another_model_draws_no_maps_and_the_report_says_why(exam: int, hire: Callable[..., _Office]) -> None:
    office, model = hire(), _Model()
    office.desk.use_model(ModelLine("other", ""), lambda: model)
    office.desk.open(exam)
    facts = dict(office.until(ExamShown).opened.report.facts)
    assert facts["Maps"] == "none: the model that named the frames is not the one chosen now"
    assert model.seen == 0


def test_that_a_model_without_maps_is_asked_once(exam: int, hire: Callable[..., _Office]) -> None:
    office, model = hire(), _Model(has_maps=False)
    office.desk.use_model(ModelLine("demo", ""), lambda: model)
    for _ in range(2):
        office.desk.open(exam)
        office.until(MapsDrawn, lambda event: event.done == event.of) if model.seen == 0 else None
    office.desk.look(ExamFilter())
    office.until(ListShown)
    assert model.seen == 2


def test_that_a_model_that_cannot_be_loaded_leaves_the_report_whole(
    exam: int, hire: Callable[..., _Office], tmp_path: Path
) -> None:
    def refuse() -> _Model:
        raise ModelError("demo cannot be read.", "Choose another model.")

    office = hire()
    office.desk.use_model(ModelLine("demo", ""), refuse)
    office.desk.write(exam, "html", tmp_path / "report.html")
    office.until(DeskDone, lambda done: "is written" in done.what)
    assert "none: demo cannot be read." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_that_a_lost_picture_is_passed_over(
    open_it: Callable[[], ExamStore], exam: int, hire: Callable[..., _Office]
) -> None:
    with open_it() as store:
        store.media.path(store.frames(exam)[0].media).unlink()
    office = hire()
    office.desk.use_model(ModelLine("demo", ""), _Model)
    office.desk.open(exam)
    opened = office.until(ExamShown, lambda event: event.opened.report.maps).opened
    assert [shown.thumb is None for shown in opened.frames] == [True, False]
    assert [line.state for line in opened.report.lines] == ["unreadable", "kept"]


def test_that_pictures_are_read_once_after_the_report_and_of_the_exam_that_was_chosen_last(
    open_it: Callable[[], ExamStore], exam: int, hire: Callable[..., _Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_it() as store:
        other = store.begin_exam("Ann", "Own").id
        _keep(store, "FCH")
    read: list[int] = []
    real = ExamStore.picture
    monkeypatch.setattr(ExamStore, "picture", lambda store, number: read.append(number) or real(store, number))
    office, gate = hire(), threading.Event()
    office.desk._order(gate.wait)
    for number in (other, exam, other, exam):
        office.desk.open(number)
    gate.set()
    first = office.until(ExamShown).opened
    assert first.report.exam.id == exam, "whoever goes down the list waits for the last exam alone"
    assert [shown.read for shown in first.frames] == [False, False]
    assert all(line.picture is not None for line in first.report.lines), "the report is there before the frames"
    last = office.until(ExamShown, lambda event: all(shown.read for shown in event.opened.frames)).opened
    assert all(shown.thumb is not None for shown in last.frames)
    before = len(read)
    office.desk.label(last.frames[0].frame.id, "TV", "Lin")
    office.until(ExamShown, lambda event: event.opened.frames[0].frame.corrected == "TV")
    assert len(read) == before, "a label changes no picture"


def test_that_a_store_that_could_not_be_opened_is_tried_again_with_the_next_order(
    open_it: Callable[[], ExamStore], exam: int, hire: Callable[..., _Office]
) -> None:
    tries: list[int] = []

    def open_later() -> ExamStore:
        tries.append(1)
        if len(tries) == 1:
            raise StoreError("The exam store cannot be opened.", "Check its folder.")
        return open_it()

    office = hire(open_later)
    office.desk.look(ExamFilter())
    assert office.until(DeskFailed).advice == "Check its folder."
    office.desk.look(ExamFilter())
    assert [listed.line.exam.id for listed in office.until(ListShown).exams] == [exam]


def test_that_what_was_ordered_is_done_before_the_end(exam: int, hire: Callable[..., _Office], tmp_path: Path) -> None:
    office = hire()
    office.desk.write(exam, "pdf", tmp_path / "report.pdf")
    assert office.desk.stop(PATIENCE_S)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
