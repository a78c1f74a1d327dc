"""Labels in Review: ranges, single frames, held keys, several people; every change undone, kept, and agreed upon."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.uiac_desktop.session.review_room import Room, numbered_clip
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.review.events import Labelled, LabelsFailed, NothingThere, Retraced
from uiac_desktop.session.review.marks import Segment
from uiac_desktop.session.review.records import ReviewState

LoadModel = Callable[[], Predictor]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return numbered_clip(tmp_path / "clip.mp4")


@pytest.fixture
def room(tmp_path: Path, clip: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    room.open(clip)
    room.wait_shown(0)
    yield room
    room.close()


def spans(segments: tuple[Segment, ...]) -> list[tuple[int, int, str]]:
    return [(segment.first, segment.last, segment.plane) for segment in segments]


def corrected(state: ReviewState) -> list[tuple[int, int, str]]:
    return spans(state.corrected)


def test_that_a_frame_and_a_range_are_labelled_and_told(room: Room) -> None:
    review = room.review
    review.seek_frame(7)
    review.label("TV")
    assert corrected(review.state) == [(7, 7, "TV")]
    review.select(30, 20)
    review.label("FCH")
    assert corrected(review.state) == [(7, 7, "TV"), (20, 30, "FCH")]
    assert room.wait_event(Labelled, 2) == Labelled("11 frames labelled FCH (0:00.80 to 0:01.20).", 11)
    review.select(25, 26)
    review.label(None)
    assert corrected(review.state) == [(7, 7, "TV"), (20, 24, "FCH"), (27, 30, "FCH")]
    verdict = review.state.verdict
    assert verdict is not None
    assert (verdict.label, verdict.labelled_by) == ("TV", "Ann")
    assert verdict.labelled_at_s is not None


def test_that_undo_and_redo_have_no_end_even_over_a_restart(tmp_path: Path, clip: Path, room: Room) -> None:
    steps = [corrected(room.review.state)]
    for number in range(40):
        room.review.select(number, number + 1)
        room.review.label(("TV", "FCH", "LVOT")[number % 3])
        steps.append(corrected(room.review.state))
    room.wait_saved()
    assert room.review.state.saved_at_s is not None
    room.review.close_clip()
    again = Room(tmp_path)
    again.open(clip)
    assert corrected(again.review.state) == steps[-1]
    for wanted in reversed(steps[:-1]):
        assert again.review.state.can_undo
        again.review.undo()
        assert corrected(again.review.state) == wanted
    assert not again.review.state.can_undo
    again.review.undo()
    for wanted in steps[1:21]:
        again.review.redo()
        assert corrected(again.review.state) == wanted
    assert again.of(Retraced)[0].text == "Undone: 2 frames (0:01.56 to 0:01.60)."
    again.wait_saved()
    again.review.seek_frame(59)
    again.review.clear_selection()
    again.review.label("TVT")
    assert not again.review.state.can_redo
    again.wait_saved()
    again.close()
    third = Room(tmp_path)
    third.open(clip)
    assert corrected(third.review.state) == [*steps[20], (59, 59, "TVT")]
    third.close()


def test_that_a_held_key_labels_as_it_plays_as_one_change(room: Room) -> None:
    review = room.review
    review.seek_frame(5)
    room.wait_shown(5)
    review.play()
    room.wait(lambda state: state.playing and state.frame >= 6)
    review.hold("TV")
    holding = room.wait(lambda state: state.holding is not None and state.holding.last >= 20).holding
    assert holding is not None
    review.release()
    review.pause()
    ((first, last, plane),) = corrected(review.state)
    assert (first, plane) == (holding.first, "TV")
    assert last >= holding.last
    review.undo()
    assert corrected(review.state) == []


def test_that_a_key_while_nothing_plays_labels_at_once(room: Room) -> None:
    room.review.seek_frame(3)
    room.review.hold("TV")
    room.review.release()
    assert corrected(room.review.state) == [(3, 3, "TV")]
    assert len(room.of(Labelled)) == 1


def test_that_sure_predictions_are_accepted_where_nothing_was_said(
    tmp_path: Path, clip: Path, model_folder: Path, load_model: LoadModel
) -> None:
    room = Room(tmp_path)
    room.open(clip, model_folder, load_model)
    state = room.wait_analysed()
    room.review.select(10, 19)
    room.review.label("BSC")
    room.review.clear_selection()
    assert [(run.first, run.last) for run in room.review.state.differences] == [(10, 19)]
    room.review.accept_above(0.0)
    labels = {frame: plane for first, last, plane in corrected(room.review.state) for frame in range(first, last + 1)}
    wanted = {frame: one.plane for one in state.predicted for frame in range(one.first, one.last + 1)}
    assert labels == wanted | dict.fromkeys(range(10, 20), "BSC")
    assert room.wait_event(Labelled, 2).text == "50 frames accepted as predicted, 0 % and more."
    room.review.undo()
    assert corrected(room.review.state) == [(10, 19, "BSC")]
    room.review.accept_above(1.0)
    assert room.wait_event(NothingThere)
    room.review.seek_frame(0)
    room.review.go("difference")
    assert room.review.state.frame == 10
    room.close()


def test_that_people_are_compared_and_their_differences_settled(room: Room, clip: Path) -> None:
    review = room.review
    review.select(0, 39)
    review.label("TV")
    review.set_person("Bea")
    assert corrected(review.state) == []
    assert not review.state.can_undo
    review.select(0, 29)
    review.label("TV")
    review.select(30, 44)
    review.label("FCH")
    state = review.state
    assert {person.who: spans(person.segments) for person in state.people} == {
        "Ann": [(0, 39, "TV")],
        "Bea": [(0, 29, "TV"), (30, 44, "FCH")],
    }
    (agreement,) = state.agreements
    assert (agreement.frames, agreement.same) == (40, 30)
    assert agreement.kappa == pytest.approx(0.0)
    (dispute,) = state.disputes
    assert (dispute.run.first, dispute.run.last, dict(dispute.says)) == (30, 39, {"Ann": "TV", "Bea": "FCH"})
    review.select(30, 34)
    review.settle("TVT")
    review.clear_selection()
    review.settle_as("Ann")
    assert review.state.disputes == ()
    assert spans(review.state.settled) == [(30, 34, "TVT"), (35, 39, "TV")]
    review.undo()
    assert spans(review.state.settled) == [(30, 34, "TVT")]
    assert [(one.run.first, one.run.last) for one in review.state.disputes] == [(35, 39)]
    review.settle("TV")
    assert room.wait_event(NothingThere)
    room.wait_saved()
    review.close_clip()
    state = room.open(clip)
    assert [person.who for person in state.people] == ["Ann", "Bea"]
    assert spans(state.settled) == [(30, 34, "TVT")]


def test_that_kappa_is_that_of_the_textbook(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cohen 1960's worked layout: 20 yes-yes, 5 and 10 that differ, 15 no-no gives 0.4."""
    monkeypatch.setitem(sys.modules, "sklearn", None)  # takes a second to load, while the window waits
    said = [("TV", "TV", 20), ("TV", "FCH", 5), ("FCH", "TV", 10), ("FCH", "FCH", 15)]
    for who, place in (("Ann", 0), ("Bea", 1)):
        room.review.set_person(who)
        first = 0
        for row in said:
            room.review.select(first, first + row[2] - 1)
            room.review.label(str(row[place]))
            first += row[2]
    (agreement,) = room.review.state.agreements
    assert (agreement.frames, agreement.same) == (50, 35)
    assert agreement.kappa == pytest.approx(0.4)


def test_that_labels_wait_for_a_store_that_fails_and_are_written_later(tmp_path: Path, clip: Path) -> None:
    fails = [True]

    def opened() -> ExamStore:
        if fails[0]:
            raise StoreError("The exam store cannot be opened.", "Check its folder.")
        return open_store(tmp_path / "store", key_file=tmp_path / "site.key")

    room = Room(tmp_path, open_own=opened)
    room.open(clip)
    assert room.wait_event(LabelsFailed).advice
    room.review.label("TV")
    room.wait_event(LabelsFailed, 2)
    assert room.wait(lambda state: state.unsaved == 1).saved_at_s is None
    fails[0] = False
    room.review.step(1)
    room.review.label("FCH")
    room.wait_saved()
    room.close()
    again = Room(tmp_path, open_own=opened)
    assert corrected(again.open(clip)) == [(0, 0, "TV"), (1, 1, "FCH")]
    again.close()
