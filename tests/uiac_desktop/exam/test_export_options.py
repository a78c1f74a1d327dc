"""Which frames an export takes is what the person chose: ranges, doubt, balance, no near copies."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nas.data.copies import print_of
from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.exam.exported import an_exam, rows_of
from tests.uiac_desktop.exam.labelled_clip import add_clip, label, predict
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_options import ExportOptions, read_ranges
from uiac_desktop.exam.near_copies import unlike
from uiac_desktop.exam.store import ExamStore


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (ExportOptions(clip_frames="all", every=6), [0, 6, 12, 18]),
        (ExportOptions(clip_frames="all", ranges=read_ranges("3-5, 17"), every=2), [3, 5]),
        (ExportOptions(clip_frames="all", only_corrected=True), [0, 1]),
        (ExportOptions(clip_frames="all", at_most=3), [0, 1, 5, 11, 17]),
        (ExportOptions(clip_frames="all", balance=True), [0, 1, 6, 15]),
        (ExportOptions(only_doubtful=True), []),
    ],
)
def test_that_options_choose_frames(
    store: ExamStore, tmp_path: Path, options: ExportOptions, numbers: list[int]
) -> None:
    exam = store.begin_exam("Ann", "Screening").id
    review = store.reviews.review_of("cd" * 32, add_clip(store, exam).id)
    label(store, review, "Ann", 0, 1, "TV")
    predict(store, review, 20)
    export(store, [exam], tmp_path / "set", options)
    found = sorted(int(row["frame"]) for row in rows_of(tmp_path / "set")) if numbers else []
    assert found == numbers


def test_that_doubtful_frames_are_those_that_the_model_named_unsurely(store: ExamStore, tmp_path: Path) -> None:
    exam = store.begin_exam("Ann", "Screening").id
    for seed, (plane, certainty) in enumerate([("FCH", 0.69), ("FCH", 0.696), ("none", 0.3), ("TV", 0.4)]):
        store.keep(exam, replace(new_frame(plane, seed), certainty=certainty))
    export(store, [exam], tmp_path / "set", ExportOptions(only_doubtful=True))
    assert [row["certainty"] for row in rows_of(tmp_path / "set")] == ["0.6900", "0.4000"]


SHADES = np.tile(np.arange(64, dtype=np.uint8) * 3, (48, 1))
BRIGHTER = np.minimum(SHADES + 1, 255).astype(np.uint8)
MIRRORED = np.ascontiguousarray(SHADES[:, ::-1])


def _keep(store: ExamStore, *pictures: np.ndarray) -> int:
    exam = store.begin_exam("Ann", "Screening").id
    for number, pixels in enumerate(pictures):
        store.keep(exam, replace(new_frame("FCH", number), pixels=pixels))
    return exam


def test_that_nearly_equal_frames_are_taken_once(store: ExamStore, tmp_path: Path) -> None:
    exam = _keep(store, SHADES, BRIGHTER, SHADES, MIRRORED)
    done = export(store, [exam], tmp_path / "set", ExportOptions(drop_near=True))
    assert (done.frames, done.alike) == (2, 2)
    assert [row["frame"] for row in rows_of(tmp_path / "set")] == ["0", "3"]


def test_that_a_frame_nearly_equal_to_one_of_the_set_is_not_added_to_it(store: ExamStore, tmp_path: Path) -> None:
    root, first = tmp_path / "set", _keep(store, SHADES)
    export(store, [first], root)
    (root / "FCH" / "broken.png").write_bytes(b"no picture")
    later = _keep(store, BRIGHTER, SHADES, MIRRORED)
    seen: list[tuple[str, int, int]] = []
    done = export(
        store, [first, later], root, ExportOptions(drop_near=True), tell=lambda step, n, of: seen.append((step, n, of))
    )
    assert (done.planes, done.alike, done.present) == ({"FCH": 1}, 2, 1)
    assert [row["frame"] for row in rows_of(root)] == ["0", "2"]
    assert [one for one in seen if one[0] == "comparing"] == [("comparing", n, 5) for n in range(5)]
    assert export(store, [first, later], root, ExportOptions(drop_near=True)).frames == 0


def test_that_a_copy_of_what_was_left_out_is_left_out_too() -> None:
    first, near, other = (print_of(pixels.tobytes(), pixels) for pixels in (SHADES, BRIGHTER, MIRRORED))
    assert unlike((), [first, near, near, None, other, None]) == [True, False, False, True, True, True]
    assert unlike([near], [first, near, other]) == [False, False, True]
    assert unlike([first, near], [near, other]) == [False, True]


@pytest.mark.parametrize("options", [ExportOptions(every=0), ExportOptions(at_most=0), ExportOptions(ranges=((5, 2),))])
def test_that_options_of_no_use_are_refused(store: ExamStore, tmp_path: Path, options: ExportOptions) -> None:
    with pytest.raises(DesktopError):
        export(store, [an_exam(store)], tmp_path / "set", options)
    with pytest.raises(DesktopError):
        read_ranges("5-x")
