"""What a DICOM file tells beside its pixels: when each frame was taken, and where the ultrasound regions lie."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.dicom_clips import GREY, open_dicom
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.setting import PrivacySetting


@pytest.mark.parametrize(
    ("entries", "times", "fps"),
    [
        ({"FrameTime": 76}, [0, 0.076, 0.152, 0.228, 0.304], 1000 / 76),
        ({"FrameTime": None, "FrameTimeVector": [33, 50, 33, 50, 33]}, [0, 0.05, 0.083, 0.133, 0.166], 20),
        (
            {"FrameTimeVector": [0, 10, 20, 10, 20], "FrameIncrementPointer": 0x00181065},
            [0, 0.01, 0.03, 0.04, 0.06],
            50,
        ),
        ({"FrameTimeVector": [0, 10], "FrameTime": 40}, [0, 0.04, 0.08, 0.12, 0.16], 25),
        ({"FrameTime": None, "RecommendedDisplayFrameRate": 50}, [0, 0.02, 0.04, 0.06, 0.08], 50),
        ({"FrameTime": None, "CineRate": 10}, [0, 0.1, 0.2, 0.3, 0.4], 10),
        ({"FrameTime": 0, "CineRate": 10}, [0, 0.1, 0.2, 0.3, 0.4], 10),
    ],
)
def test_that_frame_times_are_those_that_the_file_tells(
    tmp_path: Path, entries: dict[str, Any], times: list[float], fps: float
) -> None:
    with open_dicom(made.dicom(GREY, **entries), tmp_path) as source:
        assert [frame.time_s for frame in source] == pytest.approx(times)
        assert source.info.fps == pytest.approx(fps)
        assert source.warnings == ()


def test_that_an_untold_rate_is_said_to_be_assumed(tmp_path: Path) -> None:
    with open_dicom(made.dicom(GREY, FrameTime=None), tmp_path) as source:
        assert source.info.fps == 25
        assert "25 frames a second" in source.warnings[0]


def test_that_a_single_frame_has_neither_rate_nor_warning(tmp_path: Path) -> None:
    with open_dicom(made.dicom(GREY[:1]), tmp_path) as source:
        assert (source.info.fps, source.info.frames, source.warnings) == (None, 1, ())


def _with_regions(*items: Dataset) -> FileDataset:
    return made.dicom(GREY, SequenceOfUltrasoundRegions=list(items))


def test_that_the_largest_2d_region_is_the_crop_and_others_can_be_chosen(tmp_path: Path) -> None:
    small, large = made.region(0, 0, 19, 19, kind=2), made.region(10, 16, 89, 59)
    data = _with_regions(small, made.region(0, 0, 95, 63, form=3), large, made.region(0, 0, 95, 63, form=0))
    with open_dicom(data, tmp_path) as source:
        assert [(r.x, r.y, r.width, r.height) for r in source.info.regions] == [(10, 16, 80, 44), (0, 0, 20, 20)]
        assert (source.info.width, source.info.height) == (80, 44)
        frame = source.read()
        assert frame is not None
        np.testing.assert_array_equal(frame.pixels, GREY[0][16:60, 10:90])
        regions = source.info.regions
    with open_dicom(data, tmp_path, region=1) as source:
        assert (source.info.width, source.info.height) == (20, 20)
        assert source.info.regions == (regions[1], regions[0])
    with open_dicom(data, tmp_path, region=regions[0]) as source:
        assert source.info.regions == regions
    with open_dicom(data, tmp_path, region=None) as source:
        assert (source.info.width, source.info.height) == (96, 64)


def test_that_regions_beyond_the_picture_are_clipped_or_ignored(tmp_path: Path) -> None:
    data = _with_regions(made.region(0, 0, 96, 64), made.region(200, 0, 300, 50), made.region(50, 50, 40, 40))
    with open_dicom(data, tmp_path) as source:
        assert [(r.x, r.y, r.width, r.height) for r in source.info.regions] == [(0, 0, 96, 64)]


def test_that_a_region_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no ultrasound region 3"):
        open_dicom(_with_regions(made.region(0, 0, 9, 9)), tmp_path, region=3)


def test_that_a_crop_of_the_users_own_goes_before_the_regions_and_masks_join_them(tmp_path: Path) -> None:
    data = _with_regions(made.region(10, 16, 89, 59))
    own = PrivacySetting(96, 64, Region(0, 0, 30, 30))
    with open_dicom(data, tmp_path, setting=own) as source:
        assert (source.info.width, source.info.height) == (30, 30)
    masked = PrivacySetting(96, 64, None, (Region(0, 0, 96, 20),))
    with open_dicom(data, tmp_path, setting=masked) as source:
        frame = source.read()
        assert frame is not None
        assert frame.pixels.shape == (44, 80)
        assert not frame.pixels[:4].any()
        np.testing.assert_array_equal(frame.pixels[4:], GREY[0][20:60, 10:90])


def test_that_a_setting_for_another_size_is_fitted_and_told(tmp_path: Path) -> None:
    with open_dicom(made.dicom(GREY), tmp_path, setting=PrivacySetting(48, 32, Region(0, 8, 48, 24))) as source:
        assert (source.info.width, source.info.height) == (96, 48)
        assert "Draw them again" in source.warnings[0]
