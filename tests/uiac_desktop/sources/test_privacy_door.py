"""Nothing may be kept before a mask is confirmed, after a change of size, or while the screen shows a page of names."""

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.sources.screens import GROUNDS, SECTOR, SIZE, page, sector_screen
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.door import PrivacyDoor
from uiac_desktop.sources.privacy.sector_watch import RETURNS_AFTER
from uiac_desktop.sources.privacy.setting import PrivacySetting, apply, mismatch

CONFIRMED = PrivacySetting(*SIZE, SECTOR)


def _frame(door: PrivacyDoor, whole: Pixels) -> Frame:
    return Frame(apply(whole, door), 0, 0.0)


def test_that_nothing_may_be_kept_until_a_mask_is_confirmed() -> None:
    door = PrivacyDoor()
    before = _frame(door, sector_screen(0))
    assert before.pixels.shape == (480, 640, 3)
    assert not door.may_store(before)
    assert door.may_vote(before)
    assert not door.state.storing
    door.use(CONFIRMED)
    after = _frame(door, sector_screen(1))
    assert after.pixels.shape == (360, 360, 3)
    assert door.may_store(after)
    assert door.state.storing
    assert not door.may_store(before), "a frame from before the mask is still on its way"


def test_that_a_changed_mask_takes_back_what_was_let_in_under_the_former() -> None:
    door = PrivacyDoor()
    door.use(CONFIRMED)
    before = _frame(door, sector_screen(0))
    assert door.may_store(before)
    door.use(PrivacySetting(*SIZE, SECTOR, (Region(140, 90, 40, 50),)))
    assert not door.may_store(before)


def test_that_a_change_of_size_hides_too_much_and_stops_storing_until_confirmed() -> None:
    door = PrivacyDoor()
    door.use(CONFIRMED)
    assert door.may_store(_frame(door, sector_screen(0)))
    wide = np.ascontiguousarray(np.pad(sector_screen(1), ((0, 0), (0, 213), (0, 0))))
    changed = _frame(door, wide)
    assert changed.pixels.shape != wide.shape
    assert not door.may_store(changed)
    assert door.state.size_changed
    assert door.state.size == (853, 480)
    assert mismatch(door, 853, 480) is None
    door.use(PrivacySetting(853, 480, SECTOR))
    assert door.may_store(_frame(door, wide))
    assert not door.may_store(_frame(door, sector_screen(2)))


def test_that_a_remembered_size_is_masked_from_its_first_picture() -> None:
    door = PrivacyDoor(lambda width, height: CONFIRMED if (width, height) == SIZE else None)
    first = _frame(door, sector_screen(0))
    assert first.pixels.shape == (360, 360, 3)
    assert door.may_store(first)


@pytest.mark.parametrize("ground", GROUNDS)
def test_that_a_page_of_names_is_neither_kept_nor_labelled_and_the_sector_comes_back_by_itself(ground: str) -> None:
    door = PrivacyDoor()
    door.use(CONFIRMED)
    assert door.may_store(_frame(door, sector_screen(0)))
    for seed in range(4):
        names = _frame(door, page(ground, seed))
        assert not door.may_store(names)
        assert not door.may_vote(names)
        assert not door.state.sector
    frames = [_frame(door, sector_screen(number)) for number in range(RETURNS_AFTER)]
    assert [door.may_store(frame) for frame in frames] == [False] * (RETURNS_AFTER - 1) + [True]
    assert door.state.storing
    assert not door.may_store(names)


def test_that_the_region_of_a_file_counts_as_confirmed_and_an_own_crop_goes_before_it() -> None:
    door = PrivacyDoor()
    door.crop_by_file(SECTOR)
    frame = _frame(door, sector_screen(0))
    assert frame.pixels.shape == (360, 360, 3)
    assert door.may_store(frame)
    assert door.state.trust == "region"
    door.use(PrivacySetting(*SIZE, Region(200, 100, 200, 200)))
    assert _frame(door, sector_screen(1)).pixels.shape == (200, 200, 3)
    door.use(None)
    assert _frame(door, sector_screen(1)).pixels.shape == (360, 360, 3)


def test_that_the_simulated_scan_needs_no_mask() -> None:
    door = PrivacyDoor(simulated=True)
    with open_source("simulated:0", door) as source:
        frame = source.read()
    assert frame is not None
    assert door.may_store(frame)
    assert door.may_vote(frame)


def test_that_a_frame_that_never_came_through_the_door_is_not_kept() -> None:
    door = PrivacyDoor(simulated=True)
    _frame(door, sector_screen(0))
    assert not door.may_store(Frame(sector_screen(0), 0, 0.0))


def test_that_whole_pictures_are_held_for_the_editor_alone_and_notes_end_with_their_frames() -> None:
    door = PrivacyDoor()
    frames = [_frame(door, sector_screen(number)) for number in range(3)]
    assert door.whole is None
    door.look(True)
    frames.append(_frame(door, sector_screen(3)))
    assert door.whole is not None
    assert door.whole.shape == (480, 640, 3)
    found = door.find_sector()
    assert found is not None
    assert found.how == "moving"
    padded = np.pad(sector_screen(4), ((0, 0), (0, 32), (0, 0)))[:, :640]
    frames.append(_frame(door, padded))
    assert door.whole.flags.c_contiguous, "decoders pad their rows, and Qt draws whole ones"
    door.look(False)
    assert door.whole is None
    frames.clear()
    gc.collect()
    assert not door._notes


def test_that_banners_of_a_file_with_regions_never_come_in(cases_dir: Path, tmp_path: Path) -> None:
    script = cases_dir / "open" / "gen_d12_phi.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, capture_output=True)
    files = sorted(tmp_path.rglob("*.dcm"))
    assert len(files) == 3
    for path in files:
        door = PrivacyDoor()
        with open_source(str(path), door) as source:
            shapes = {frame.pixels.shape[:2] for frame in source}
        assert shapes == {(260, 400)}
        assert door.state.confirmed
