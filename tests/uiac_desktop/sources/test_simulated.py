"""The simulated scan as a source gives what the scan renders, at any moment, for ever or for one sweep."""

import numpy as np
import pytest

from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.setting import PrivacySetting
from uiac_desktop.sources.simulated import SimulatedSource


def test_that_frames_are_those_of_the_scan_with_the_same_seed() -> None:
    scan = SimulatedScan(5, 96, 30.0)
    with SimulatedSource(5, size=96) as source:
        assert (source.info.name, source.info.kind) == ("Simulated scan", "simulated")
        for number in range(3):
            frame = source.read()
            assert frame is not None
            np.testing.assert_array_equal(frame.pixels, scan.render(number)[0])
            assert frame.time_s == number / 30


def test_that_an_endless_scan_has_no_end_to_seek_beyond() -> None:
    with SimulatedSource(5, size=96) as source:
        assert (source.info.frames, source.info.duration_s) == (None, None)
        source.seek(3600.0)
        frame = source.read()
        assert frame is not None
        assert (frame.index, frame.time_s) == (108_000, 3600.0)


def test_that_one_sweep_ends_after_its_frames() -> None:
    with SimulatedSource(5, endless=False, size=96, fps=2.0) as source:
        frames = SimulatedScan(5, 96, 2.0).sweep_frames
        assert source.info.frames == frames
        assert source.info.duration_s == pytest.approx(frames / 2)
        source.seek(1e9)
        last = source.read()
        assert last is not None
        assert last.index == frames - 1
        assert source.read() is None


@pytest.mark.parametrize("fps", [30.0, 29.97, 12.5, 60 / 1.001])
def test_that_every_time_of_a_frame_leads_back_to_it(fps: float) -> None:
    with SimulatedSource(5, size=64, fps=fps) as source:
        for number in (0, 1, 2, 333, 1001, 99_999):
            for time_s, expected in ((number / fps, number), ((number + 0.999) / fps, number)):
                source.seek(time_s)
                assert source._next == expected


def test_that_crop_and_mask_are_applied() -> None:
    with (
        SimulatedSource(5, size=96) as whole,
        SimulatedSource(
            5, PrivacySetting(128, 96, Region(10, 20, 60, 50), (Region(0, 0, 20, 96),)), size=96
        ) as cropped,
    ):
        assert (cropped.info.width, cropped.info.height) == (60, 50)
        one, other = whole.read(), cropped.read()
        assert one is not None
        assert other is not None
        np.testing.assert_array_equal(other.pixels[:, 10:], one.pixels[20:70, 20:70])
        assert not other.pixels[:, :10].any()


def test_that_a_seed_out_of_range_is_told() -> None:
    with pytest.raises(DesktopError):
        SimulatedSource(-1)
