"""Maps over frames, as files: warm where the network looked, and no name of the source on them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from nas.cam import scale_map
from nas.preprocess import PreprocessSpec
from tests.uiac_desktop.cli.small import FRAMES, Run, alone, rows_of
from uiac_desktop.cli import overlays
from uiac_desktop.frame import Frame, Prediction
from uiac_desktop.inference.predictor import load_predictor


def test_that_maps_are_one_picture_a_frame_named_without_the_source(
    label: Run, model: Path, clip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "maps"
    assert label(clip, clip, "--maps", folder, "--out", tmp_path / "rows.csv") == 0
    listed = rows_of(folder / "maps.csv")
    assert len(listed) == 2 * FRAMES == len(list(folder.glob("*.png")))
    assert not [path for path in folder.iterdir() if "clip" in path.name]
    assert {entry["file"][:5] for entry in listed} == {"s0001", "s0002"}
    spec = load_predictor(model, "cpu", threads=1).config.preprocess
    for entry, (frame, prediction) in zip(listed, alone(model, clip), strict=False):
        assert (entry["source"], entry["plane"]) == (str(clip), prediction.plane)
        with Image.open(folder / entry["file"]) as picture:
            written = np.asarray(picture)
        expected = overlays.overlaid(frame, prediction, spec)
        assert np.abs(written.astype(int) - expected).max() <= 2


def test_that_a_file_in_the_place_of_a_folder_of_maps_is_said(
    label: Run, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(clip, "--out", tmp_path / "rows.csv", "--maps", clip) == 2
    assert "is a file, not a folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def prediction_of(maps: NDArray[np.float32], plane: str) -> Prediction:
    return Prediction(("ACS", "FCH"), np.array([0.1, 0.9], np.float32), maps, plane, 0.9)


@pytest.mark.parametrize("shape", [(60, 100), (100, 60), (60, 100, 3)])
def test_that_the_picture_glows_warm_where_the_map_is_hot_and_is_never_darker(shape: tuple[int, ...]) -> None:
    maps = np.zeros((2, 4, 4), np.float32)
    maps[1, 1:3, 1] = 5
    maps[0, :, 3] = 9
    pixels = np.full(shape, 60, np.uint8)
    pixels[10, 10] = 200
    shown = overlays.overlaid(Frame(pixels, 0, 0.0), prediction_of(maps, "FCH"), PreprocessSpec()).astype(int)
    assert shown.shape == (*shape[:2], 3)
    assert (shown >= (pixels if pixels.ndim == 3 else pixels[..., None])).all()
    rows, columns = shape[:2]
    side = max(rows, columns)
    x = round((columns - side) / 2 + side * 1.5 / 4)
    red, _, blue = shown[rows // 2, x]
    assert red > 90
    assert red > blue
    np.testing.assert_array_equal(shown[rows // 2, -1], 60)


def test_that_a_frame_of_no_plane_and_a_blank_frame_stay_as_they_are() -> None:
    maps = np.random.default_rng(0).random((2, 4, 4), np.float32)
    noise = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    unnamed = overlays.overlaid(Frame(noise, 0, 0.0), prediction_of(maps, "none"), PreprocessSpec())
    np.testing.assert_array_equal(unnamed, noise)
    black = np.zeros((30, 40), np.uint8)
    assert scale_map(maps[1], black).max() == 0
    assert overlays.overlaid(Frame(black, 0, 0.0), prediction_of(maps, "FCH"), PreprocessSpec()).max() == 0
