"""What is kept comes back as it was, with every label ever given, under a code that names nobody."""

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.exam.conftest import new_frame, picture
from uiac_desktop.errors import StoreError
from uiac_desktop.exam import labelling
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.exam.subject import LETTERS

Opened = Callable[[], ExamStore]


@pytest.mark.parametrize("size", [(48, 64), (47, 63, 3), (1, 1)])
def test_that_a_kept_frame_comes_back_bit_for_bit_after_reopening(opened: Opened, size: tuple[int, ...]) -> None:
    new = new_frame("TV", 7, size)
    with opened() as store:
        exam = store.begin_exam("Ann", "Screening")
        kept = store.keep(exam.id, new)
    with opened() as store:
        assert store.frames(exam.id) == (kept,)
        np.testing.assert_array_equal(store.picture(kept.id), new.pixels)
        assert store.chances(kept.id) == {"FCH": 0.75, "TV": 0.25}
        assert store.exam(exam.id) == exam
    assert (kept.predicted, kept.plane, kept.corrected, kept.state, kept.best) == ("TV", "TV", None, "kept", False)
    assert (kept.frame, kept.time_s, kept.taken_at, kept.source) == (7, 7 / 25, new.taken_at, "simulated")
    assert (kept.height, kept.width) == size[:2]


def test_that_a_thumb_is_small_and_shows_the_picture(store: ExamStore) -> None:
    new = new_frame(size=(90, 160, 3))
    new.pixels[:, :80] = 0
    new.pixels[:, 80:] = 200
    kept = store.keep(store.begin_exam("Ann", "Screening").id, new)
    thumb = store.thumb(kept.id, 40)
    assert thumb.shape == (22, 40, 3)
    assert thumb[:, :19].max() == 0
    assert thumb[:, 21:].min() == 200
    assert store.thumb(kept.id, 999).shape == (90, 160, 3)


def test_that_times_are_utc_whatever_zone_they_came_in(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening")
    assert exam.started_at.tzinfo is UTC
    assert abs(exam.started_at - datetime.now(UTC)) < timedelta(seconds=30)
    ended = store.end_exam(exam.id)
    assert ended.ended_at is not None
    assert store.end_exam(exam.id) == ended, "a second end changes nothing"


def test_that_every_label_stays_in_the_history_with_who_and_when(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening")
    kept = store.keep(exam.id, new_frame("FCH"))
    store.relabel(kept.id, "TV", "Ann")
    store.relabel(kept.id, "LVOT", "Bea")
    store.set_state(kept.id, "rejected", "Bea")
    store.set_state(kept.id, "kept", "Ann")
    last = store.relabel(kept.id, None, "Ann")
    told = [(change.who, change.former, change.plane, change.what) for change in store.history(kept.id)]
    assert told == [
        ("Ann", "FCH", "TV", "relabelled"),
        ("Bea", "TV", "LVOT", "relabelled"),
        ("Bea", "LVOT", "LVOT", "rejected"),
        ("Ann", "LVOT", "LVOT", "restored"),
        ("Ann", "LVOT", "FCH", "relabelled"),
    ]
    assert (last.predicted, last.plane, last.corrected, last.labelled_by, last.labelled_at) == (
        "FCH",
        "FCH",
        *[None] * 3,
    )


def test_that_a_correction_keeps_what_the_model_said(store: ExamStore) -> None:
    kept = store.keep(store.begin_exam("Ann", "Screening").id, new_frame("FCH"))
    changed = store.relabel(kept.id, "TV", "Ann")
    assert (changed.predicted, changed.certainty, changed.corrected, changed.plane) == ("FCH", 0.75, "TV", "TV")
    assert changed.labelled_by == "Ann"
    assert changed.labelled_at is not None
    confirmed = store.relabel(kept.id, "FCH", "Bea")
    assert (confirmed.corrected, confirmed.plane, confirmed.labelled_by) == ("FCH", "FCH", "Bea")


def test_that_one_frame_stands_for_a_plane(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening")
    first, second = (store.keep(exam.id, new_frame("FCH", seed)) for seed in (1, 2))
    other = store.keep(exam.id, new_frame("TV", 3))
    for frame in (first, other, second):
        assert store.set_best(frame.id).best
    assert [frame.best for frame in store.frames(exam.id)] == [False, True, True]
    assert not store.relabel(second.id, "TV", "Ann").best, "TV has its frame already"
    assert not store.set_state(other.id, "rejected", "Ann").best
    with pytest.raises(StoreError, match="rejected"):
        store.set_best(other.id)
    assert store.relabel(store.set_best(first.id).id, "FCH", "Ann").best, "confirming changes no plane"


def test_that_subject_codes_are_random_and_easy_to_read(store: ExamStore) -> None:
    codes = {store.begin_exam("Ann", "Screening").subject for _ in range(12)}
    assert len(codes) == 12
    assert all(code[:2] == "S-" and len(code) == 8 and set(code[2:]) <= set(LETTERS) for code in codes)
    assert not set("01OILU") & set(LETTERS)


def test_that_a_local_number_finds_the_same_woman_and_lies_nowhere(opened: Opened, tmp_path: Path) -> None:
    with opened() as store:
        first = store.begin_exam("Ann", "Screening", "MRN 0048151623")
        store.keep(first.id, new_frame())
    with opened() as store:
        again = store.begin_exam("Ann", "Extended", " mrn0048151623\0 ")
        other = store.begin_exam("Ann", "Extended", "MRN 48151623")
        blank = store.begin_exam("Ann", "Extended", "  ")
        written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]  # with the write-ahead log
    assert again.subject == first.subject
    assert len({first.subject, other.subject, blank.subject}) == 3
    assert len(written) >= 4
    assert not any(b"48151623" in content for content in written)
    assert not any("48151623" in path.name for path in tmp_path.rglob("*"))


def test_that_the_key_lies_apart_and_only_its_owner_reads_it(store: ExamStore, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "site.key"
    store.begin_exam("Ann", "Screening")
    assert not key.exists(), "made at its first use"
    store.begin_exam("Ann", "Screening", "7")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700
    assert [path.name for path in key.parent.iterdir()] == ["site.key"]


def test_that_another_key_is_refused_rather_than_finding_nobody(opened: Opened, tmp_path: Path) -> None:
    with opened() as store:
        store.begin_exam("Ann", "Screening", "7")
    key = tmp_path / "keys" / "site.key"
    former = key.read_text()
    for content in (None, "00" * 32 + "\n"):
        key.unlink(missing_ok=True)
        if content:
            key.write_text(content)
        with opened() as store:
            with pytest.raises(StoreError, match="site key") as caught:
                store.begin_exam("Ann", "Screening", "7")
            assert "site.key" in caught.value.advice
            assert store.begin_exam("Ann", "Screening").subject
    key.write_text("not a key")
    with opened() as store, pytest.raises(StoreError, match="damaged"):
        store.begin_exam("Ann", "Screening", "7")
    key.write_text(former)
    with opened() as store:
        assert store.begin_exam("Ann", "Screening", "7").subject == store.exams()[-1].subject


def test_that_clips_are_hidden_until_they_are_added(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening")
    path = store.new_clip_path(exam.id)
    path.write_bytes(b"clip")
    assert path.name.startswith(".")
    assert store.clips(exam.id) == ()
    clip = store.add_clip(
        exam.id,
        path,
        source="device",
        started_at=datetime.now(UTC),
        duration_s=2.5,
        frames=60,
        lost=2,
        width=64,
        height=48,
    )
    assert store.clips(exam.id) == (clip,)
    assert store.media.path(clip.media).read_bytes() == b"clip"
    assert not path.exists()
    kept = store.keep(exam.id, new_frame(), clip.id)
    assert kept.clip_id == clip.id


def test_that_nothing_is_added_to_what_is_gone_or_in_the_bin(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening")
    with pytest.raises(StoreError, match="no longer"):
        store.keep(exam.id + 1, new_frame())
    store.bin(exam.id)
    with pytest.raises(StoreError, match="bin"):
        store.keep(exam.id, new_frame())
    store.unbin(exam.id)
    store.keep(exam.id, new_frame())
    pictures = [path for path in store.media.folder.rglob("*") if path.is_file()]
    assert len(pictures) == 1, "a refused frame leaves no picture"


def test_that_a_picture_is_down_on_the_disk_before_its_name_and_its_name_before_its_row(
    store: ExamStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = store.begin_exam("Ann", "Screening")
    store.keep(exam.id, new_frame())
    order: list[str] = []

    def noting(what: Callable[..., str], real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            order.append(what(*given))
            return real(*given, **named)

        return call

    def kind(handle: int) -> str:
        return "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "picture"

    monkeypatch.setattr(os, "fsync", noting(kind, os.fsync))
    monkeypatch.setattr(Path, "replace", noting(lambda *_: "name", Path.replace))
    monkeypatch.setattr(labelling, "insert_frame", noting(lambda *_: "row", labelling.insert_frame))
    store.keep(exam.id, new_frame())
    assert order == ["picture", "name", "folder", "row"]


@pytest.mark.parametrize("call", ["exam", "frame", "end_exam", "bin", "picture"])
def test_that_what_is_unknown_is_said(store: ExamStore, call: str) -> None:
    with pytest.raises(StoreError, match=r"not in the exam store|no longer") as caught:
        getattr(store, call)(99)
    assert caught.value.advice


def test_that_a_lost_or_damaged_picture_is_said_and_its_label_stays(store: ExamStore) -> None:
    kept = store.keep(store.begin_exam("Ann", "Screening").id, new_frame())
    path = store.media.path(kept.media)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(StoreError, match="cannot be read"):
        store.picture(kept.id)
    path.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        store.thumb(kept.id, 20)
    assert store.frame(kept.id) == kept


def test_that_pictures_carry_nothing_but_pixels(store: ExamStore) -> None:
    kept = store.keep(store.begin_exam("Ann", "Screening", "4711").id, new_frame())
    content = store.media.path(kept.media).read_bytes()
    chunks, place = [], 8
    while place < len(content):
        chunks.append(content[place + 4 : place + 8])
        place += 12 + int.from_bytes(content[place : place + 4], "big")
    assert set(chunks) == {b"IHDR", b"IDAT", b"IEND"}
    assert picture().shape == (48, 64)
