"""An exam's clip is opened by its number, labelled, known again, and forgotten with its exam."""

from datetime import UTC, datetime
from pathlib import Path

from tests.uiac_desktop.session.review_room import Room, numbered_clip
from uiac_desktop.exam.records import Clip
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.review.events import LabelsFailed, ReviewFailed


def recorded(store: ExamStore, made: Path) -> Clip:
    exam = store.begin_exam("Ann", "Screening")
    path = store.new_clip_path(exam.id)
    path.write_bytes(made.read_bytes())
    clip = store.add_clip(
        exam.id,
        path,
        source="device",
        started_at=datetime.now(UTC),
        duration_s=0.4,
        frames=10,
        lost=0,
        width=96,
        height=64,
    )
    store.end_exam(exam.id)
    return clip


def test_that_an_exam_s_clip_is_reviewed_and_goes_with_its_exam(tmp_path: Path) -> None:
    room = Room(tmp_path)
    made = numbered_clip(tmp_path / "made.mp4", 10)
    with room.opened() as store:
        clip = recorded(store, made)
    room.review.open_exam_clip(clip.id)
    state = room.wait(lambda state: state.phase == "open" and state.labels_ready)
    assert state.clip is not None
    assert (state.clip.clip_id, state.clip.frames) == (clip.id, 10)
    room.review.select(2, 5)
    room.review.label("TV")
    room.wait_saved()
    room.review.close_clip()
    with room.opened() as store:
        review_id = store.reviews.review_of_clip(clip.id)
        assert review_id is not None
        ((span,),) = [act.spans for act in store.reviews.acts(review_id)]
        assert (span.first, span.last, span.plane) == (2, 5, "TV")
        store.erase(clip.exam_id, "Ann")
    room.review.open_exam_clip(clip.id)
    assert "no longer in the exam store" in room.wait_event(ReviewFailed).message
    state = room.open(made)
    assert state.corrected == ()
    room.close()


def test_that_labels_of_a_clip_that_was_erased_meanwhile_hold_up_no_other_clip(tmp_path: Path) -> None:
    room = Room(tmp_path)
    made, other = numbered_clip(tmp_path / "made.mp4", 10), numbered_clip(tmp_path / "other.mp4", 12)
    with room.opened() as store:
        clip = recorded(store, made)
    room.review.open_exam_clip(clip.id)
    room.wait(lambda state: state.phase == "open" and state.labels_ready)
    with room.opened() as store:
        store.erase(clip.exam_id, "Ann")
    room.review.label("TV")
    assert "no longer in the exam store" in room.wait_event(LabelsFailed).message
    room.open(other)
    room.review.label("FCH")
    room.wait(lambda state: state.unsaved == 1 and state.saved_at_s is not None)
    assert len([event for event in room.events if isinstance(event, LabelsFailed)]) == 1, "said of its own clip alone"
    room.close()
    again = Room(tmp_path)
    assert [(one.first, one.last, one.plane) for one in again.open(other).corrected] == [(0, 0, "FCH")]
    again.close()
