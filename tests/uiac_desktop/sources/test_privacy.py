"""What crop and mask hide stays hidden, at any size of picture."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.setting import PrivacySetting, apply, mismatch

WHITE = np.full((60, 80, 3), 255, np.uint8)


def test_that_a_picture_of_which_nothing_is_hidden_is_not_copied() -> None:
    assert apply(WHITE, None) is WHITE
    shown = apply(WHITE, PrivacySetting(80, 60))
    assert np.shares_memory(shown, WHITE)
    assert shown.shape == WHITE.shape


def test_that_a_picture_with_padded_rows_comes_out_contiguous() -> None:
    padded = np.arange(60 * 100, dtype=np.uint32).astype(np.uint8).reshape(60, 100)[:, :80]
    shown = apply(padded, None)
    assert shown.flags.c_contiguous
    np.testing.assert_array_equal(shown, padded)


def test_that_a_crop_keeps_its_part_and_no_more() -> None:
    picture = np.arange(60 * 80, dtype=np.uint32).astype(np.uint8).reshape(60, 80)
    shown = apply(picture, PrivacySetting(80, 60, Region(10, 5, 30, 20)))
    np.testing.assert_array_equal(shown, picture[5:25, 10:40])
    assert shown.flags.c_contiguous


def test_that_masks_are_black_and_the_given_picture_is_left_alone() -> None:
    picture = WHITE.copy()
    shown = apply(picture, PrivacySetting(80, 60, None, (Region(0, 0, 80, 10), Region(70, 50, 10, 10))))
    assert not shown[:10].any()
    assert not shown[50:, 70:].any()
    assert (shown[10:50] == 255).all()
    assert (picture == 255).all()


def test_that_a_mask_is_counted_from_the_whole_picture_also_under_a_crop() -> None:
    shown = apply(WHITE, PrivacySetting(80, 60, Region(20, 20, 40, 30), (Region(0, 0, 30, 25),)))
    assert not shown[:5, :10].any()
    assert (shown[5:] == 255).all()
    assert (shown[:, 10:] == 255).all()


def test_that_a_crop_reaching_over_the_edge_is_cut_there() -> None:
    assert apply(WHITE, PrivacySetting(80, 60, Region(-5, 50, 20, 99))).shape == (10, 15, 3)


def test_that_a_crop_beside_the_picture_shows_nothing() -> None:
    shown = apply(WHITE, PrivacySetting(80, 60, Region(200, 0, 10, 10)))
    assert shown.shape == WHITE.shape
    assert not shown.any()


@pytest.mark.parametrize(
    "make",
    [
        lambda: PrivacySetting(80, 60, Region(0, 0, 0, 10)),
        lambda: PrivacySetting(80, 60, None, (Region(0, 0, 5, -1),)),
        lambda: PrivacySetting(0, 60),
    ],
)
def test_that_a_setting_without_area_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(SourceError) as error:
        make()
    assert error.value.advice


REGIONS = st.builds(Region, st.integers(0, 70), st.integers(0, 50), st.integers(1, 40), st.integers(1, 40))


@given(REGIONS, st.integers(2, 4))
def test_that_a_masked_name_stays_masked_in_a_larger_picture(mask: Region, times: int) -> None:
    name = np.zeros((60, 80), np.uint8)
    name[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width] = 255
    larger = name.repeat(times, 0).repeat(times, 1)
    assert not apply(larger, PrivacySetting(80, 60, None, (mask,))).any()


@given(REGIONS, st.integers(20, 79), st.integers(15, 59))
def test_that_a_masked_name_stays_masked_in_any_smaller_picture(mask: Region, width: int, height: int) -> None:
    name = np.zeros((60, 80), bool)
    name[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width] = True
    rows, columns = np.arange(height) * 60 // height, np.arange(width) * 80 // width
    smaller = (name[np.ix_(rows, columns)] * 255).astype(np.uint8)
    assert not apply(smaller, PrivacySetting(80, 60, None, (mask,))).any()


@given(REGIONS, st.integers(20, 200), st.integers(15, 200))
def test_that_in_other_proportions_the_mask_as_drawn_is_hidden_too(mask: Region, width: int, height: int) -> None:
    setting = PrivacySetting(80, 60, None, (mask,))
    shown = apply(np.full((height, width), 255, np.uint8), setting)
    if abs(width / 80 / (height / 60) - 1) > 0.02:
        assert not shown[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width].any()


@given(REGIONS, st.integers(20, 200), st.integers(15, 200))
def test_that_a_fitted_crop_never_shows_more_than_the_scaled_one(crop: Region, width: int, height: int) -> None:
    fitted = PrivacySetting(80, 60, crop).for_size(width, height)
    if fitted.crop is None:
        assert not apply(np.full((height, width), 255, np.uint8), fitted).any()
        return
    assert fitted.crop.x >= crop.x * width / 80 - 1e-9
    assert fitted.crop.y >= crop.y * height / 60 - 1e-9
    assert fitted.crop.x + fitted.crop.width <= (crop.x + crop.width) * width / 80 + 1e-9
    assert fitted.crop.y + fitted.crop.height <= (crop.y + crop.height) * height / 60 + 1e-9


def test_that_another_size_is_told_once_with_both_sizes() -> None:
    setting = PrivacySetting(80, 60)
    assert mismatch(setting, 80, 60) is None
    assert mismatch(None, 1, 1) is None
    told = mismatch(setting, 160, 120)
    assert told is not None
    assert "160x120" in told
    assert "80x60" in told
