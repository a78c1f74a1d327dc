"""A split keeps whole women on one side, keeps every plane on both, and says when it could not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nas.data.folder import DataSet, Image, class_order, scan
from nas.data.split import split
from nas.errors import DataError

CaseFiles = Callable[[str], tuple[Path, dict[str, Any]]]


def data_set(rows: list[tuple[str, str, str]]) -> DataSet:
    """Return a set of (label, subject, clip) rows."""
    images = tuple(
        Image(f"{label}/image{number}x.png", label, subject, "", clip)
        for number, (label, subject, clip) in enumerate(rows)
    )
    return DataSet(Path("nowhere"), images, class_order({label for label, _, _ in rows}))


@given(
    st.lists(st.tuples(st.sampled_from(["FCH", "TV", "none"]), st.integers(0, 9)), min_size=8, max_size=80),
    st.integers(0, 100),
)
def test_that_no_woman_is_on_both_sides(rows: list[tuple[str, int]], seed: int) -> None:
    data = data_set([(label, f"s{woman}", "") for label, woman in rows])
    assume(all(len({woman for name, woman in rows if name == label}) > 3 for label in ("FCH", "TV")))
    parts = split(data, 0.3, seed=seed)
    left = {data.images[index].subject for index in parts.train}
    right = {data.images[index].subject for index in parts.held_out}
    assert not left & right
    assert sorted([*parts.train, *parts.held_out]) == list(range(len(rows)))
    assert {data.images[index].label for index in parts.train} >= {"FCH", "TV"}
    assert {data.images[index].label for index in parts.held_out} >= {"FCH", "TV"}
    assert parts.by == "subject"
    assert parts.warning == ""


def test_that_the_share_is_met_and_seeds_decide() -> None:
    rng = np.random.default_rng(1)
    rows = [(str(rng.choice(["FCH", "TV", "ACS"])), f"s{woman}", "") for woman in range(50) for _ in range(8)]
    data = data_set(rows)
    parts = [split(data, 0.2, seed=seed) for seed in (3, 3, 4)]
    assert abs(len(parts[0].held_out) / len(rows) - 0.2) < 0.02
    for plane in data.classes:
        held = sum(data.images[index].label == plane for index in parts[0].held_out)
        assert abs(held / data.counts[plane] - 0.2) < 0.04
    assert np.array_equal(parts[0].held_out, parts[1].held_out)
    assert not np.array_equal(parts[0].held_out, parts[2].held_out)


def test_that_unknown_subjects_fall_back_to_clips_and_it_is_said() -> None:
    rows = [(plane, "", f"c{number % 6}") for number in range(60) for plane in ("FCH", "TV")]
    parts = split(data_set(rows))
    assert parts.by == "clip"
    assert "no subjects are known" in parts.warning
    assert "subject" in parts.advice


def test_that_file_names_keep_one_patient_together(case_files: CaseFiles) -> None:
    folder, _ = case_files("e04_leakage")
    data = scan(folder / "pool")
    parts = split(data, 0.25)
    assert parts.by == "name"
    left = {data.images[index].path.split("/")[1][:4] for index in parts.train}
    right = {data.images[index].path.split("/")[1][:4] for index in parts.held_out}
    assert not left & right
    assert len(left | right) == 24


def test_that_a_random_split_is_exactly_stratified_and_warns() -> None:
    data = data_set([("FCH", "s1", "")] * 50 + [("TV", "s1", "")] * 10)
    parts = split(data, 0.2, "random")
    held = [data.images[index].label for index in parts.held_out]
    assert (held.count("FCH"), held.count("TV")) == (10, 2)
    assert "random" in parts.warning


def test_that_one_known_woman_is_said_and_others_are_asked_for() -> None:
    parts = split(data_set([("FCH", "s1", "")] * 5 + [("TV", "s1", "")] * 5))
    assert parts.by == "image"
    assert parts.warning == "The split is by image: only one woman is known, so she is on both sides."
    assert parts.advice.startswith("Add frames of other women")
    unknown = split(data_set([("FCH", "", "")] * 5 + [("TV", "", "")] * 5))
    assert "neither subjects nor clips are known" in unknown.warning


def test_that_a_plane_of_one_woman_falls_back_and_is_named() -> None:
    rows = [("FCH", f"s{number}", f"c{number}") for number in range(4)] + [("TV", "s1", "a"), ("TV", "s1", "b")]
    parts = split(data_set(rows))
    assert parts.by == "clip"
    assert parts.warning == "The split is by clip: all frames of TV are of one woman, so women can be on both sides."
    assert parts.advice.startswith("Add frames of TV from other women")


def test_that_frames_without_a_subject_among_known_women_are_told_and_kept_together_as_far_as_is_known() -> None:
    rows = [(plane, f"s{woman}", "") for woman in range(6) for plane in ("FCH", "TV")]
    rows += [(plane, "", f"c{clip}") for clip in range(6) for plane in ("FCH", "TV") for _ in range(4)]
    data = data_set(rows)
    for seed in range(5):
        parts = split(data, 0.3, seed=seed)
        assert parts.by == "subject"
        assert parts.warning == "The split is by subject, but 48 images have none: one woman can be on both sides."
        assert parts.advice.startswith("Fill in the column subject of labels.csv")
        left, right = ({data.images[index].clip for index in side} - {""} for side in (parts.train, parts.held_out))
        assert not left & right
    assert "but 1 image has none" in split(data_set(rows[:13])).warning
    assert split(data_set(rows[:12])).warning == ""


def test_that_known_women_are_never_said_to_be_unknown() -> None:
    data = data_set([(plane, f"s{number}", f"c{number}{plane}") for number in range(6) for plane in ("FCH", "TV")])
    for by in ("clip", "random"):
        parts = split(data, by=by)
        assert "known" not in parts.warning
        assert parts.advice.startswith("Split by subject")
    assert split(data, by="clip").warning == "The split is by clip as chosen: one woman can be on both sides."


def test_that_a_single_image_of_a_plane_cannot_be_split() -> None:
    with pytest.raises(DataError, match="TV cannot be on both sides"):
        split(data_set([("FCH", "", "")] * 5 + [("TV", "", "")]))
