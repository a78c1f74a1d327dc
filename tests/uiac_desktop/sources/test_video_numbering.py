"""The number of a frame depends on the file alone, however quick the PC is, and whoever jumps first."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.sources.conftest import Case
from tests.uiac_desktop.sources.damage import hit
from tests.uiac_desktop.sources.made import write_clip
from tests.uiac_desktop.sources.numbered import numbered
from uiac_desktop.frame import Frame
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.video import source as video

_FRAMES = 120


def _read(path: Path) -> list[Frame]:
    with open_source(str(path)) as source:
        return list(source)


def _clip(folder: Path, **how: object) -> Path:
    path = folder / "clip.mp4"
    write_clip(path, [numbered(number) for number in range(_FRAMES)], **how)  # type: ignore[arg-type]
    return path


def _check_jumps(path: Path, frames: list[Frame]) -> None:
    """Jump about in a file that nobody has read through, once its frames are known."""
    dice = np.random.default_rng(3)
    with open_source(str(path)) as source:
        while source.learn(0.01):
            pass
        assert source.info.frames == len(frames)
        for number in [len(frames) - 1, *dice.permutation(len(frames))[:20].tolist()]:
            assert source.time_of(number) == frames[number].time_s
            source.seek(frames[number].time_s)
            got = source.read()
            assert got is not None
            assert got.index == number
            np.testing.assert_array_equal(got.pixels, frames[number].pixels)


@pytest.fixture(params=[0.0, 5.0], ids=["slow", "quick"])
def _pace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "_LOOK_AHEAD_S", request.param)


@pytest.mark.usefixtures("_pace")
@pytest.mark.parametrize("places", [[60], [30, 31, 77], [1], [_FRAMES - 2]])
def test_that_packets_that_tell_of_some_damage_are_not_believed_in_the_rest(tmp_path: Path, places: list[int]) -> None:
    path = hit(_clip(tmp_path), [number + 5 for number in places if number + 5 < _FRAMES - 1], inside=True)
    hit(path, places, inside=False)
    frames = _read(path)
    assert len(frames) < _FRAMES
    _check_jumps(path, frames)


@pytest.mark.usefixtures("_pace")
@pytest.mark.parametrize("number", ["C06", "C19"])
def test_that_damaged_files_of_others_have_one_numbering(case: Callable[[str], Case], number: str) -> None:
    folder, manifest = case(number)
    for entry in manifest["files"]:
        if entry["kind"] != "bad_video":
            path = folder / entry["path"]
            _check_jumps(path, _read(path))


def test_that_damage_that_no_packet_tells_of_is_heeded_from_who_has_decoded_it(tmp_path: Path) -> None:
    path = hit(_clip(tmp_path), [40, 41], inside=True)
    frames = _read(path)
    assert len(frames) < _FRAMES
    with open_source(str(path)) as source:
        while source.learn(0.01):
            pass
        assert not source.heed(10, frames[10].time_s)
        assert source.heed(len(frames) - 1, frames[-1].time_s)
        while source.learn(0.01):
            pass
        assert not source.heed(len(frames) - 1, frames[-1].time_s)
        assert source.info.frames == len(frames)
        for number in (len(frames) - 1, 60, 39, 45):
            source.seek(frames[number].time_s)
            got = source.read()
            assert got is not None
            assert got.index == number
            np.testing.assert_array_equal(got.pixels, frames[number].pixels)
