"""Public fault cases of players and labelling tools, in the Review room: what is labelled is the frame on screen."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.uiac_desktop.session.review_room import Room
from tests.uiac_desktop.sources.conftest import Case, case, caselib
from uiac_desktop.session.meters import memory_mb
from uiac_desktop.session.review.events import ClipOpened

__all__ = ["case", "caselib"]

Cases = Callable[[str], Case]
_JUMPS = 12
_CACHE_MIB = 128


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.close()


@pytest.mark.parametrize("number", ["C01", "C03", "C18"])
def test_that_labels_stay_with_their_pictures(room: Room, case: Cases, caselib: ModuleType, number: str) -> None:
    folder, manifest = case(number)
    dice = np.random.default_rng(1)
    for entry in manifest["files"]:
        expect = entry["expect"]
        count = expect["frame_count"]
        numbers = list(range(count)) if expect["indices"] == "range" else expect["indices"]
        room.open(folder / entry["path"])
        state = room.wait(lambda state: state.clip is not None and state.clip.counted)
        assert state.clip is not None
        assert state.clip.frames == count
        for index in [0, count - 1, *dice.integers(0, count, _JUMPS).tolist()]:
            room.review.seek_frame(index)
            shown = room.wait_shown(index).frame
            assert caselib.read_index(shown.pixels) == numbers[index]
            if "times" in expect:
                assert shown.time_s == pytest.approx(expect["times"][index] - expect["times"][0], abs=0.002)
            room.review.label("TV")
            assert [(one.first, one.last) for one in room.review.state.corrected] == [(index, index)]
            room.review.undo()


@pytest.mark.parametrize(("number", "grows_mib"), [("C16", 200), ("D13", 250)])
def test_that_a_long_clip_is_scrubbed_exactly_within_flat_memory(
    room: Room, case: Cases, caselib: ModuleType, number: str, grows_mib: int
) -> None:
    folder, manifest = case(number)
    (entry,) = manifest["files"]
    count = entry["expect"]["frame_count"]
    before = memory_mb()
    room.open(folder / entry["path"])
    for index in np.linspace(count - 1, 0, 40).astype(int).tolist():
        room.review.seek_frame(index)
        assert caselib.read_index(room.wait_shown(index).frame.pixels) == index
    room.shown.clear()
    assert memory_mb() - before < grows_mib + _CACHE_MIB


def test_that_a_disc_is_opened_by_folder_contents_and_zip(room: Room, case: Cases, caselib: ModuleType) -> None:
    folder, manifest = case("D11")
    disc = next(entry for entry in manifest["files"] if entry["kind"] == "dicom_folder")
    for place in (folder / disc["path"], folder / disc["path"] / "DICOMDIR", folder / "cd_copy.zip"):
        state = room.open(place)
        assert len(state.media) == disc["expect"]["clips"]
        assert room.wait_event(ClipOpened).reports == ("SR000000",), "the report is named, and nothing else of the disc"
        room.events.clear()
        for medium, first in enumerate(disc["expect"]["firsts"]):
            room.shown.clear()
            room.review.choose_medium(medium)
            room.wait_medium(medium)
            assert caselib.read_index(room.wait_shown(0).frame.pixels) == first
