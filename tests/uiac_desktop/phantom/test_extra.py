"""Extras over and beside the plain picture: each is seen for what it is, stands or moves as it should, and is none."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from nas.planes import NONE, PLANES
from uiac_desktop.phantom.clip import write_clip
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.extra import EXTRAS, Extra
from uiac_desktop.phantom.furniture import Picture
from uiac_desktop.phantom.receiver import Grey
from uiac_desktop.phantom.sampler import Cut
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.phantom.subject import Subject

KEYS = range(4)


@pytest.fixture(scope="module")
def exam() -> Examination:
    return Examination(Subject.draw(11, 0), 0, 240)


@pytest.fixture(scope="module")
def polar(exam: Examination) -> Grey:
    return exam.polar(Cut(exam.subject.planes.pose("FCH"), exam.turn, exam.mirrored, 0.2), 7)


def _colourful(picture: Picture) -> NDArray[np.bool_]:
    return np.asarray(np.ptp(picture.astype(np.int16), axis=2) > 90)


@pytest.mark.parametrize("kind", EXTRAS)
@pytest.mark.parametrize("key", KEYS)
def test_that_an_extra_changes_what_is_seen_and_keeps_the_size(
    exam: Examination, polar: Grey, kind: str, key: int
) -> None:
    plain, shown = exam.screen_of(polar), exam.screen_of(polar, Extra(kind, key), 1.0)
    assert shown.shape == plain.shape
    assert shown.dtype == np.uint8
    changed = np.abs(shown.astype(int) - plain).max(2) > 40
    assert changed.mean() > (0.15 if kind in ("dual", "m-mode", "doppler") else 0.01)
    assert np.array_equal(shown, exam.screen_of(polar, Extra(kind, key), 1.0))


@pytest.mark.parametrize("key", KEYS)
def test_that_a_colour_box_has_both_ways_of_flow_inside_the_fan(exam: Examination, polar: Grey, key: int) -> None:
    shown = exam.screen_of(polar, Extra("colour", key), 1.0)
    fan = cv2.erode(exam.screen.sector_mask().astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    vivid = _colourful(shown) & fan
    assert 0.005 < vivid.mean() < 0.3
    red, _, blue = (shown[..., band][vivid].astype(int) for band in range(3))
    assert (red > blue).mean() > 0.05
    assert (blue > red).mean() > 0.05


@pytest.mark.parametrize("key", KEYS)
def test_that_callipers_leave_most_of_the_picture_alone(exam: Examination, polar: Grey, key: int) -> None:
    plain, shown = exam.screen_of(polar), exam.screen_of(polar, Extra("callipers", key), 1.0)
    assert np.array_equal(shown, exam.screen_of(polar, Extra("callipers", key), 1.3)), "they stand still"
    assert (np.abs(shown.astype(int) - plain).max(2) > 40).mean() < 0.2


@pytest.mark.parametrize("kind", ["m-mode", "doppler"])
def test_that_a_trace_scrolls_with_the_clock(exam: Examination, polar: Grey, kind: str) -> None:
    now, later = (exam.screen_of(polar, Extra(kind, 1), time_s) for time_s in (1.0, 1.1))
    half = now.shape[0] * 6 // 10
    assert np.abs(now[half:].astype(int) - later[half:]).mean() > 3


def test_that_two_pictures_side_by_side_show_the_fetus_twice(exam: Examination, polar: Grey) -> None:
    for key in KEYS:
        shown = exam.screen_of(polar, Extra("dual", key), 1.0).mean(2)
        left, right = np.array_split(shown, 2, axis=1)
        assert min((left > 40).mean(), (right > 40).mean()) > 0.1


def test_that_a_scan_with_extras_shows_every_kind_on_planes_and_calls_it_none() -> None:
    scan = SimulatedScan(seed=3, size=96, fps=10, preset="soft", extras=True)
    truths = [scan.truth(index) for index in range(scan.sweep_frames)]
    assert {truth.extra for truth in truths} == {"", *EXTRAS}
    assert {truth.plane for truth in truths} == {NONE, *PLANES}
    covered = [truth for truth in truths if truth.extra]
    assert all(truth.plane == NONE and not truth.doubtful for truth in covered)
    assert np.mean([truth.distance < 1 for truth in covered]) > 0.8
    index = truths.index(covered[0])
    assert np.array_equal(scan.render(index)[0], SimulatedScan(3, 96, 10, "soft", extras=True).render(index)[0])
    assert not np.array_equal(scan.render(index)[0], SimulatedScan(3, 96, 10, "soft").render(index)[0])


def test_that_a_clip_with_extras_names_them_beside_the_truth(tmp_path: Path) -> None:
    summary = write_clip(tmp_path / "a.mp4", seed=2, size=96, fps=10, seconds=4, extras=True)
    with summary.truth.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["frame", "time_s", "plane", "distance", "extra"]
    assert [row["plane"] for row in rows if row["extra"]] == [NONE] * 15
    assert rows[0]["plane"] == "ACS"
