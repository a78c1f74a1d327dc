"""Crops of simulated screens: the fan stays whole whatever is drawn, and the class has no part in the draw."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.along import write_examinations
from uiac_desktop.phantom.crop import Crop, draw_crop
from uiac_desktop.phantom.dataset import write_dataset
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.scan import SimulatedScan


def _pictures(root: Path) -> dict[str, np.ndarray]:
    with (root / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    return {name: np.asarray(cv2.imread(str(root / name))) for name in names}


@pytest.fixture(scope="module")
def scan() -> SimulatedScan:
    return SimulatedScan(77, size=240, fps=15.0)


def test_that_the_tight_crop_is_the_box_of_the_fan(scan: SimulatedScan) -> None:
    picture, _ = scan.render(0)
    kept = Crop.tight(scan.fan).of(scan.fan.astype(np.uint8)[..., None] * np.uint8(255), scan.fan)
    inside = kept[..., 0] > 0
    assert inside.any(0).all()
    assert inside.any(1).all()
    assert inside.sum() == scan.fan.sum()
    assert Crop.tight(scan.fan).of(picture, scan.fan).shape == (*kept.shape[:2], 3)


def test_that_every_crop_that_is_drawn_keeps_the_fan_whole_and_black_corners_are_black(scan: SimulatedScan) -> None:
    white = np.full((*scan.fan.shape, 3), 255, np.uint8)
    crops = [Crop.draw(scan.fan, Dice(key)) for key in range(60)]
    for crop in crops:
        fan = crop.of(np.repeat(scan.fan[..., None], 3, 2).astype(np.uint8), scan.fan)[..., 0]
        assert fan.sum() == scan.fan.sum()
        kept = crop.of(white, scan.fan)
        assert (kept[..., 0] > 0).sum() == (scan.fan.sum() if crop.blackened else kept[..., 0].size)
    heights = {crop.of(white, scan.fan).shape for crop in crops}
    assert len(heights) > 10
    assert 10 < sum(crop.blackened for crop in crops) < 50


def test_that_the_share_is_that_of_the_crops(scan: SimulatedScan) -> None:
    drawn = [draw_crop(scan.fan, Dice(key), 0.25) for key in range(400)]
    assert 70 < sum(crop is not None for crop in drawn) < 130
    assert draw_crop(scan.fan, Dice(1), 0.0) is None
    assert all(draw_crop(scan.fan, Dice(key), 1.0) is not None for key in range(20))


def test_that_cropped_frames_of_a_set_are_parts_of_the_whole_ones(tmp_path: Path) -> None:
    words = {"per_class": 2, "subjects": 1, "size": 200, "seed": 9, "processes": 1}
    write_dataset(tmp_path / "whole", **words)  # type: ignore[arg-type]
    write_dataset(tmp_path / "cropped", **words, crops=1.0)  # type: ignore[arg-type]
    whole, cropped = _pictures(tmp_path / "whole"), _pictures(tmp_path / "cropped")
    assert list(whole) == list(cropped)
    for name, part in cropped.items():
        assert part.shape != whole[name].shape or not np.array_equal(part, whole[name])
        found = cv2.matchTemplate(whole[name], part, cv2.TM_SQDIFF, mask=np.asarray(part > 0, np.uint8))
        row, column = np.unravel_index(found.argmin(), found.shape)
        there = whole[name][row : row + part.shape[0], column : column + part.shape[1]]
        assert np.array_equal(part, there * (part > 0))


def test_that_an_examination_has_one_crop(tmp_path: Path) -> None:
    write_examinations(tmp_path / "set", 2, 96, 400, 1.0, crops=1.0, processes=1)
    shapes: dict[str, set[tuple[int, ...]]] = {}
    for name, picture in _pictures(tmp_path / "set").items():
        shapes.setdefault(Path(name).name[:6], set()).add(picture.shape)
    assert [len(found) for found in shapes.values()] == [1, 1]


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_that_a_share_out_of_range_is_refused(tmp_path: Path, share: float) -> None:
    with pytest.raises(DesktopError, match="cropped"):
        write_dataset(tmp_path / "set", per_class=1, subjects=1, size=64, crops=share)
    with pytest.raises(DesktopError, match="cropped"):
        write_examinations(tmp_path / "along", 1, 64, crops=share)
