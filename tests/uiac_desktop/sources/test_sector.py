"""The sector is found by what moves, and told from pages of names."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.uiac_desktop.sources.screens import GROUNDS, SECTOR, page, sector_screen
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.sector import SectorFinder
from uiac_desktop.sources.privacy.sector_watch import RETURNS_AFTER, SectorWatch, look_of
from uiac_desktop.sources.simulated import SimulatedSource


def _inside(region: Region, other: Region, slack: int) -> bool:
    return (
        region.x >= other.x - slack
        and region.y >= other.y - slack
        and region.x + region.width <= other.x + other.width + slack
        and region.y + region.height <= other.y + other.height + slack
    )


def test_that_the_sector_is_found_by_what_moves_and_the_writing_stays_outside() -> None:
    finder = SectorFinder()
    for number in range(8):
        finder.see(sector_screen(number))
    found = finder.find()
    assert found is not None
    assert found.how == "moving"
    assert _inside(found.crop, SECTOR, 12)
    assert _inside(SECTOR, found.crop, 24)


def test_that_writing_in_a_corner_of_the_crop_gets_a_mask() -> None:
    finder = SectorFinder()
    for number in range(8):
        finder.see(sector_screen(number))
    found = finder.find()
    assert found is not None
    assert any(mask.x <= 152 and mask.x + mask.width >= 168 and mask.y <= 120 for mask in found.masks), found.masks


def test_that_one_picture_is_enough_where_nothing_moves() -> None:
    finder = SectorFinder()
    finder.see(sector_screen(3))
    found = finder.find()
    assert found is not None
    assert found.how == "speckle"
    assert _inside(found.crop, SECTOR, 12)


@pytest.mark.parametrize("ground", GROUNDS)
def test_that_no_sector_is_found_on_a_page(ground: str) -> None:
    finder = SectorFinder()
    for _ in range(3):
        finder.see(page(ground))
    assert finder.find() is None
    assert SectorFinder().find() is None


def test_that_a_picture_of_another_size_begins_anew() -> None:
    finder = SectorFinder()
    finder.see(sector_screen(0))
    finder.see(np.zeros((90, 120), np.uint8))
    assert finder.find() is None


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("noise", [0.0, 2.5])
def test_that_a_page_of_names_is_told_at_its_first_picture(ground: str, noise: float) -> None:
    watch = SectorWatch()
    for number in range(5):
        assert watch.see(sector_screen(number)[SECTOR.y : 450, SECTOR.x : 500])
    for seed in range(6):
        assert not watch.see(page(ground, seed, noise)[SECTOR.y : 450, SECTOR.x : 500])


def test_that_the_sector_is_believed_to_be_back_after_some_pictures() -> None:
    watch = SectorWatch()
    assert watch.see(sector_screen(0))
    assert not watch.see(page("white"))
    seen = [watch.see(sector_screen(number)) for number in range(RETURNS_AFTER)]
    assert seen == [False] * (RETURNS_AFTER - 1) + [True]


def test_that_a_black_picture_and_one_smaller_than_a_cell_show_no_sector() -> None:
    assert look_of(np.zeros((480, 640, 3), np.uint8)).is_page
    assert look_of(np.zeros((5, 5), np.uint8)).is_page


def test_that_the_simulated_sweep_is_never_taken_for_a_page() -> None:
    source = SimulatedSource(1, endless=False, size=240)
    watch = SectorWatch()
    assert source.info.frames is not None
    for number in range(0, source.info.frames, 300):
        source.seek(number / 30)
        frame = source.read()
        assert frame is not None
        assert watch.see(frame.pixels), number


def test_that_real_frames_are_never_taken_for_a_page_and_their_banner_stays_out(real_data: Path) -> None:
    stills = sorted((real_data / "fetal_sononet").glob("*.png"))
    assert len(stills) == 13
    for still in stills:
        whole = cv2.imread(str(still))
        finder = SectorFinder()
        finder.see(whole)
        found = finder.find()
        assert found is not None, still.name
        assert found.crop.y >= 56, still.name  # date, time and probe stand above
        assert found.crop.width * found.crop.height > 0.5 * whole.shape[0] * whole.shape[1]
        assert not look_of(whole).is_page, still.name
