"""Colours, grey levels, size and placement of a video are those that its file tells."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import colours_are_right, number_of, numbered
from tests.uiac_desktop.sources.video_clips import COLOUR, frames_of, numbers_of
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.video.source import VideoSource

BT709, FULL_RANGE, LIMITED_RANGE = 1, 2, 1


@pytest.mark.parametrize(
    ("codec", "name", "form", "within"),
    [
        ("libx264", "clip.mp4", "yuv420p", 6),
        ("libx264", "clip.mkv", "yuv444p", 6),
        ("libx264", "clip.avi", "yuv422p10le", 6),
        ("mpeg4", "clip.avi", "yuv420p", 8),
        ("mpeg2video", "clip.mpg", "yuv420p", 8),
        ("msmpeg4v3", "clip.wmv", "yuv420p", 8),
        ("libvpx", "clip.webm", "yuv420p", 10),
        ("mjpeg", "clip.mov", "yuvj422p", 8),
        ("ffv1", "clip.mkv", "bgr0", 0),
        ("ffv1", "deep.mkv", "gbrp16le", 1),
        ("gif", "clip.gif", "rgb8", 40),
        ("apng", "clip.png", "rgb24", 0),
        ("rawvideo", "clip.avi", "bgr24", 0),
    ],
)
def test_that_every_usual_coding_keeps_numbers_and_colours(
    tmp_path: Path, codec: str, name: str, form: str, within: float
) -> None:
    container = "apng" if codec == "apng" else None
    path = made.write_clip(tmp_path / name, COLOUR[:12], codec, form=form, container=container)
    with open_source(str(path)) as source:
        assert isinstance(source, VideoSource)
        frames = list(source)
        assert source.warnings == ()
    assert numbers_of(frames) == list(range(12))
    assert all(colours_are_right(frame.pixels, within) for frame in frames)


@pytest.mark.parametrize("space", [5, BT709])
@pytest.mark.parametrize("reach", [LIMITED_RANGE, FULL_RANGE])
def test_that_matrix_and_range_are_those_that_the_file_tells(tmp_path: Path, space: int, reach: int) -> None:
    tags = {"colorspace": space, "color_range": reach}
    frames = frames_of(made.write_clip(tmp_path / "tagged.mp4", COLOUR[:3], tags=tags, options={"crf": "4"}))
    assert colours_are_right(frames[0].pixels, 6)
    assert int(frames[0].pixels.max()) == pytest.approx(235, abs=4)


@pytest.mark.parametrize("form", ["gray", "gray16le"])
def test_that_grey_comes_out_grey_and_unchanged(tmp_path: Path, form: str) -> None:
    pictures = [numbered(number, 97, 63) for number in range(3)]
    frames = frames_of(made.write_clip(tmp_path / "grey.mkv", pictures, "ffv1", form=form))
    for frame, picture in zip(frames, pictures, strict=True):
        np.testing.assert_allclose(frame.pixels.astype(int), picture.astype(int), atol=int(form != "gray"))


def test_that_transparency_lies_on_black(tmp_path: Path) -> None:
    layered = np.dstack([np.full((64, 96, 3), 200, np.uint8), np.full((64, 96), 255, np.uint8)])
    layered[:, 48:, 3] = 0
    layered[:10, :48, 3] = 128
    pixels = frames_of(made.write_clip(tmp_path / "clear.mkv", [layered] * 2, "ffv1", form="bgra"))[0].pixels
    assert (pixels[10:, :48] == 200).all()
    assert not pixels[:, 48:].any()
    assert (pixels[:10, :48] == 100).all()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_that_turned_and_mirrored_clips_stand_upright(tmp_path: Path, quarters: int, mirrored: bool) -> None:
    upright = numbered(77, colour=True)
    stored = np.ascontiguousarray(np.rot90(np.fliplr(upright) if mirrored else upright, quarters))
    path = made.write_clip(tmp_path / "turned.mp4", [stored] * 2, turn=(360 - 90 * quarters, mirrored))
    with VideoSource(path) as source:
        frame = source.read()
        assert frame is not None
        assert (source.info.width, source.info.height) == (96, 64)
    assert number_of(frame.pixels) == 77
    assert colours_are_right(frame.pixels, 6)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (161, 121), (162, 33), (163, 2)])
def test_that_odd_sizes_are_exact(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    pictures = [np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)] * 2
    frames = frames_of(made.write_clip(tmp_path / "odd.mkv", pictures, "ffv1", form="bgr0"))
    np.testing.assert_array_equal(frames[1].pixels, pictures[1])


def _by_opencv(path: Path) -> np.ndarray:
    capture = cv2.VideoCapture(str(path))
    shown, pixels = capture.read()
    capture.release()
    assert shown
    return np.asarray(pixels[..., ::-1])


@pytest.mark.parametrize("name", ["video_0.mov", "video_90.mov", "video_180.mov", "video_270.mov"])
def test_that_real_turned_clips_stand_as_opencv_stands_them(real_data: Path, name: str) -> None:
    path = real_data / "video_awkward" / "decord" / name
    np.testing.assert_array_equal(frames_of(path)[0].pixels, _by_opencv(path))
