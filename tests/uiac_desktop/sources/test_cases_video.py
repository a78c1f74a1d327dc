"""The reading halves of public fault cases of videos and stills (C01 to C20): count, order, times, sizes, colours."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.uiac_desktop.sources.conftest import Case
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.media import list_media
from uiac_desktop.sources.open import open_source

Cases = Callable[[str], Case]


def _read(path: Path) -> list[Frame]:
    with open_source(str(path)) as source:
        promised = source.info.frames
        frames = list(source)
        assert promised in (None, len(frames))
        assert source.info.frames == len(frames)
    return frames


def _check(path: Path, expect: dict[str, Any], caselib: ModuleType) -> None:
    frames = _read(path)
    count = expect["frame_count"]
    assert len(frames) == count
    numbers = list(range(count)) if expect["indices"] == "range" else expect["indices"]
    assert [caselib.read_index(frame.pixels) for frame in frames] == numbers
    if "size" in expect:
        assert {(frame.pixels.shape[1], frame.pixels.shape[0]) for frame in frames} == {tuple(expect["size"])}
    if "sizes" in expect:
        assert [[frame.pixels.shape[1], frame.pixels.shape[0]] for frame in frames] == expect["sizes"]
    if "times" in expect:
        wanted = np.array(expect["times"]) - expect["times"][0]
        assert np.abs(np.array([frame.time_s for frame in frames]) - wanted).max() <= expect["time_tol"]
    if "patches" in expect:
        shown = caselib.patch_means(frames[-1].pixels)
        for name, value in expect["patches"].items():
            assert np.abs(np.array(shown[name]) - value).max() <= expect["patch_tol"]
    if "luma" in expect:
        for place, value in enumerate(expect["luma"]):
            assert abs(caselib.luma(frames[place * expect["luma_every"]].pixels) - value) <= expect["luma_tol"]
    if "seek_test" in expect:
        _check_seeks(path, frames, expect["seek_test"])


def _check_seeks(path: Path, frames: list[Frame], order: list[int]) -> None:
    with open_source(str(path)) as source:
        for number in order:
            source.seek(frames[number].time_s)
            frame = source.read()
            assert frame is not None
            assert frame.index == number
            np.testing.assert_array_equal(frame.pixels, frames[number].pixels)


@pytest.mark.parametrize("number", ["C01", "C02", "C03", "C05", "C08", "C09", "C14", "C18", "C20"])
def test_that_every_clip_of_the_case_is_read_as_it_is(number: str, case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case(number)
    clips = [entry for entry in manifest["files"] if entry["kind"] == "video"]
    assert clips
    for entry in clips:
        _check(folder / entry["path"], entry["expect"], caselib)


def test_c03_rates_are_not_taken_for_numbers(case: Cases) -> None:
    folder, manifest = case("C03")
    for entry in manifest["files"]:
        frames = _read(folder / entry["path"])
        gaps = np.diff([frame.time_s for frame in frames])
        assert gaps.max() == pytest.approx(26 / 24, abs=0.05)


def test_c06_of_a_killed_recording_what_is_there_plays_and_the_rest_is_refused(
    case: Cases, caselib: ModuleType
) -> None:
    folder, manifest = case("C06")
    for entry in manifest["files"]:
        path, expect = folder / entry["path"], entry["expect"]
        if entry["kind"] == "bad_video":
            with pytest.raises(SourceError) as error:
                open_source(str(path))
            assert path.name in error.value.message
            assert error.value.advice
            continue
        with open_source(str(path)) as source:
            numbers = [caselib.read_index(frame.pixels) for frame in source]
            assert numbers == list(range(len(numbers)))
            assert expect["min_frames"] <= len(numbers) <= expect["max_frames"]
            assert source.warnings


@pytest.mark.parametrize("number", ["C08", "C09", "C10", "C11", "C12"])
def test_that_every_still_of_the_case_is_read_as_it_is(number: str, case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case(number)
    stills = [entry for entry in manifest["files"] if entry["kind"].startswith("image")]
    assert stills
    for entry in stills:
        expect = entry["expect"]
        (frame,) = _read(folder / entry["path"])
        size = expect.get("shown_size", expect.get("size"))
        assert [frame.pixels.shape[1], frame.pixels.shape[0]] == size
        if "hidden_half" not in entry["path"]:
            assert caselib.read_index(frame.pixels) == expect["index"]
        if "exact_sum" in expect:
            assert frame.pixels.astype(np.int64).sum() == expect["exact_sum"]


def test_c16_a_long_clip_opens_at_once_seeks_exactly_and_stays_out_of_memory(case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case("C16")
    (entry,) = manifest["files"]
    expect = entry["expect"]
    begun = time.process_time()
    source = open_source(str(folder / entry["path"]))
    assert time.process_time() - begun < expect["open_seconds_max"]
    with source:
        assert source.info.frames == expect["frame_count"]
        assert source.info.duration_s == pytest.approx(240)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in [*expect["seek_test"], *range(0, 6000, 997)]:
            source.seek(number / 25)
            frame = source.read()
            assert frame is not None
            assert (frame.index, caselib.read_index(frame.pixels)) == (number, number)
        grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown_mib < expect["rss_growth_mib_max"]


def test_c19_damaged_pictures_are_dropped_and_counted_and_decoding_goes_on(case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case("C19")
    for entry in manifest["files"]:
        expect = entry["expect"]
        with open_source(str(folder / entry["path"])) as source:
            numbers = [caselib.read_index(frame.pixels) for frame in source]
            told = " ".join(source.warnings)
        if "good" in expect:
            assert numbers == expect["good"]
            assert f"{len(expect['bad'])} damaged frames" in told
        else:
            assert expect["min_frames"] <= len(numbers) <= expect["max_frames"]
            assert numbers[-1] == expect["last_index"]
            assert "damaged" in told


def test_c20_clips_of_the_same_name_stay_apart(case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case("C20")
    media = list_media(folder)
    assert sorted(str(path.relative_to(folder)) for path in media) == sorted(e["path"] for e in manifest["files"])
    numbers = {caselib.read_index(frame.pixels) for path in media for frame in _read(path)}
    assert len(numbers) == manifest["expect"]["exported_stills"]
