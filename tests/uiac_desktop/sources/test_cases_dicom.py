"""The reading halves of public fault cases of DICOM (D01 to D15): count, order, colours, times, memory, refusals."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.uiac_desktop.sources.conftest import Case
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.media import left_out, list_media
from uiac_desktop.sources.open import open_source

Cases = Callable[[str], Case]
ROOT = Path(__file__).resolve().parents[3]


def _check(path: Path, expect: dict[str, Any], caselib: ModuleType) -> None:
    with open_source(str(path)) as source:
        frames = list(source)
        assert source.info.kind == "dicom"
        assert source.info.frames == len(frames) == expect["frame_count"]
        if "fps" in expect:
            assert source.info.fps == pytest.approx(expect["fps"])
    assert [caselib.read_index(frame.pixels) for frame in frames] == expect["indices"]
    assert {(frame.pixels.shape[1], frame.pixels.shape[0]) for frame in frames} == {tuple(expect["size"])}
    if "patches" in expect:
        for frame in (frames[0], frames[-1]):
            shown = caselib.patch_means(frame.pixels)
            for name, value in expect["patches"].items():
                assert np.abs(np.array(shown[name]) - value).max() <= expect["patch_tol"]
    if "luma" in expect:
        assert abs(caselib.luma(frames[0].pixels) - expect["luma"]) <= expect["luma_tol"]
    if "mean_rgb" in expect:
        mean = frames[0].pixels.reshape(-1, 3).mean(axis=0)
        assert np.abs(mean - expect["mean_rgb"]).max() <= expect["tol"]


@pytest.mark.parametrize("number", ["D01", "D02", "D04", "D05", "D09", "D14", "D15"])
def test_that_every_clip_of_the_case_is_shown_as_it_is(number: str, case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case(number)
    for entry in manifest["files"]:
        path = folder / entry["path"]
        if entry["kind"] in ("not_dicom", "dicom_no_pixels"):
            with pytest.raises(SourceError) as error:
                open_source(str(path))
            assert path.name in error.value.message
            assert error.value.advice
        else:
            _check(path, entry["expect"], caselib)


def test_d08_of_a_cut_file_the_whole_pictures_are_shown_and_the_cut_is_told(case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case("D08")
    for entry in manifest["files"]:
        whole = entry["expect"]["whole_frames"]
        path = folder / entry["path"]
        if whole == 0:
            with pytest.raises(SourceError, match=path.name):
                open_source(str(path))
            continue
        with open_source(str(path)) as source:
            assert [caselib.read_index(frame.pixels) for frame in source] == list(range(whole))
            assert f"promises 10 frames and holds {whole}" in source.warnings[0]


def test_d11_a_disc_is_its_clips(case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case("D11")
    disc = next(entry for entry in manifest["files"] if entry["kind"] == "dicom_folder")
    reports: list[str] = []
    clips = list_media(folder / disc["path"], reports.append)
    assert len(clips) == disc["expect"]["clips"]
    assert left_out(reports) == "1 file holds no pictures, such as a report: left out."
    assert left_out((*reports, "b", "c")) == "3 files hold no pictures, such as a report: left out."
    firsts = []
    for path in clips:
        with open_source(str(path)) as source:
            assert source.info.frames == disc["expect"]["frames_each"]
            first = source.read()
            assert first is not None
            firsts.append(caselib.read_index(first.pixels))
    assert firsts == disc["expect"]["firsts"]
    with pytest.raises(SourceError, match="table of contents"):
        open_source(str(folder / disc["path"] / "DICOMDIR"))
    with pytest.raises(SourceError, match="packed archive"):
        open_source(str(folder / "cd_copy.zip"))


def test_d12_the_banner_with_the_name_is_cropped_away_in_every_frame(case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case("D12")
    for entry in manifest["files"]:
        expect = entry["expect"]
        left, top, right, bottom = expect["region"]
        with open_source(str(folder / entry["path"])) as source:
            frames = list(source)
        assert [caselib.read_index(frame.pixels) for frame in frames] == expect["indices"]
        assert {frame.pixels.shape[:2] for frame in frames} == {(bottom - top, right - left)}


def test_d13_a_large_clip_shows_its_first_picture_at_once_and_stays_out_of_memory(case: Cases) -> None:
    folder, manifest = case("D13")
    (entry,) = manifest["files"]
    expect = entry["expect"]
    code = """
import resource, sys, time
from uiac_desktop.sources.open import open_source
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.process_time()
source = open_source(sys.argv[1])
source.read()
first_s = time.process_time() - begun
numbers = [frame.index for frame in source]
for time_s in (0.0, 23.96, 12.0, 0.04):
    source.seek(time_s)
    numbers.append(source.read().index)
source.close()
print(first_s, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, len(numbers), numbers[-4:])
"""
    command = [sys.executable, "-c", code, str(folder / entry["path"])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    first_s, grown_mib, count, *probed = done.stdout.replace("[", " ").replace("]", " ").replace(",", " ").split()
    assert float(first_s) < expect["open_seconds_max"]
    assert float(grown_mib) < expect["rss_growth_mib_max"]
    assert int(count) == expect["frame_count"] - 1 + 4
    assert [int(number) for number in probed] == [0, 599, 300, 1]
