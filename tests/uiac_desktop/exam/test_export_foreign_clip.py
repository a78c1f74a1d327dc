"""A clip that belongs to no exam is exported under a code of its own, and its woman is told by a number at most."""

from pathlib import Path

import av
import numpy as np
import pytest

from tests.nas.data.inspected import inspected
from tests.uiac_desktop.exam.exported import an_exam, rows_of
from tests.uiac_desktop.exam.labelled_clip import add_clip, label, predict
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_options import ClipFrames, ExportOptions
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.store import ExamStore


def a_clip(content: str, number: str = "", frames: int = 20) -> ForeignClip:
    dice = np.random.default_rng(int(content[:2], 16))
    pictures = dice.integers(0, 255, (frames, 24, 32), np.uint8)
    return ForeignClip(content, number, frames, 10.0, lambda index: index / 10, lambda index: pictures[index])


def test_that_labelled_frames_of_a_clip_from_elsewhere_are_a_data_set(store: ExamStore, tmp_path: Path) -> None:
    clips = [a_clip("1a" * 32), a_clip("2b" * 32, "PID-778812")]
    for clip in clips:
        review = store.reviews.review_of(clip.content)
        label(store, review, "Bea", 3, 5, "TV")
        predict(store, review, 20)
    exam = an_exam(store, number="PID-778812")
    root = tmp_path / "set"
    done = export(store, [exam], root, foreign=clips)
    assert done.planes == {"FCH": 2, "TV": 8}
    rows = rows_of(root)
    own, hers = ([row for row in rows if row["clip"] == store.pseudonyms.of_clip(clip.content)] for clip in clips)
    assert [(row["frame"], row["time_s"], row["labelled_by"], row["exam"]) for row in own] == [
        ("3", "0.300", "Bea", ""), ("4", "0.400", "Bea", ""), ("5", "0.500", "Bea", ""),
    ]  # fmt: skip
    assert {row["subject"] for row in own} == {store.pseudonyms.of_clip(clips[0].content)}, "a woman of its own"
    assert {row["subject"] for row in hers} == {store.pseudonyms.of_woman(exam)}, "by her number she is the exam's"
    assert inspected(root).subjects == 2
    written = (root / "labels.csv").read_text(encoding="utf-8-sig") + " ".join(str(path) for path in root.rglob("*"))
    assert not any(secret in written for secret in ("778812", "1a1a", "2b2b"))
    again = export(store, [], root, ExportOptions(clip_frames="all"), foreign=clips[:1])
    assert (again.present, again.planes) == (3, {"FCH": 17}), "nothing is written twice"


def _frames_of(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        assert not container.metadata.keys() & {"title", "artist", "comment"}
        return [(float(frame.time or 0), frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]


def _grey_clip(frames: int = 20, odd: int | None = None, lost: int | None = None) -> ForeignClip:
    """Frames whose grey tells their number; one may have another size, or be lost."""

    def picture(index: int) -> np.ndarray:
        if index == lost:
            raise StoreError("A frame of the clip cannot be read.", "Open the clip in Review again.")
        return np.full((24, 33 if index == odd else 32), 20 + 8 * index, np.uint8)

    return ForeignClip("5e" * 32, "", frames, 10.0, lambda index: 0.1 * index + (0.5 if index > 9 else 0), picture)


@pytest.mark.parametrize("clip_frames", ["labelled", "none"])
def test_that_the_clips_are_those_from_elsewhere_too_written_anew_as_they_were_seen(
    store: ExamStore, tmp_path: Path, clip_frames: ClipFrames
) -> None:
    clip = _grey_clip()
    label(store, store.reviews.review_of(clip.content), "Bea", 3, 3, "TV")
    root = tmp_path / "set"
    done = export(store, [], root, ExportOptions(clips=True, clip_frames=clip_frames), foreign=[clip])
    assert (done.clips, done.frames) == (1, 1 if clip_frames == "labelled" else 0)
    assert done.beside is not None
    file = done.beside / "clips" / f"{store.pseudonyms.of_clip(clip.content)}.mp4"
    assert list(file.parent.iterdir()) == [file]
    given = _frames_of(file)
    assert [round((float(pixels.mean()) - 20) / 8) for _, pixels in given] == list(range(20))
    assert [time_s for time_s, _ in given] == pytest.approx([clip.time_of(number) for number in range(20)], abs=1e-3)
    assert export(store, [], root, ExportOptions(clips=True), foreign=[clip]).clips == 0, "it is there already"


@pytest.mark.parametrize("clip", [_grey_clip(odd=7), _grey_clip(lost=7)])
def test_that_a_clip_whose_frame_numbers_would_not_hold_is_left_out_and_said(
    store: ExamStore, tmp_path: Path, clip: ForeignClip
) -> None:
    label(store, store.reviews.review_of(clip.content), "Bea", 3, 3, "TV")
    done = export(store, [], tmp_path / "set", ExportOptions(clips=True), foreign=[clip])
    assert (done.clips, done.unfit, done.frames) == (0, 1, 1)
    assert any(line.startswith("1 clip left out") for line in done.left_out)
    assert not [path for path in (tmp_path / "set-beside").rglob("*") if path.is_file()]


def test_that_a_clip_that_is_stopped_leaves_nothing_half_and_is_written_with_the_next_try(
    store: ExamStore, tmp_path: Path
) -> None:
    clip = _grey_clip()
    label(store, store.reviews.review_of(clip.content), "Bea", 3, 3, "TV")
    seen: list[tuple[str, int]] = []
    root = tmp_path / "set"
    stopped = export(
        store, [], root, ExportOptions(clips=True), foreign=[clip],
        tell=lambda step, done, _: seen.append((step, done)), goes_on=lambda: seen[-1:] != [("a clip", 10)],
    )  # fmt: skip
    assert stopped.stopped
    assert not [path for path in (tmp_path / "set-beside").rglob("*") if path.is_file()]
    assert not (root / "labels.csv").exists()
    assert export(store, [], root, ExportOptions(clips=True), foreign=[clip]).clips == 1


def test_that_a_file_that_holds_an_exam_s_clip_is_that_clip(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    review = store.reviews.review_of("cd" * 32, add_clip(store, exam).id)
    label(store, review, "Bea", 0, 1, "ACS")
    root = tmp_path / "set"
    done = export(store, [], root, ExportOptions(clips=True), foreign=[a_clip("cd" * 32)])
    assert done.planes == {"ACS": 2}
    assert done.beside is not None
    assert [path.name for path in (done.beside / "clips").iterdir()] == [Path(store.clips(exam)[0].media).name]
    assert {row["subject"] for row in rows_of(root)} == {store.pseudonyms.of_woman(exam)}
    assert export(store, [exam], root, foreign=[a_clip("cd" * 32)]).planes == {"FCH": 2, "TV": 2}
