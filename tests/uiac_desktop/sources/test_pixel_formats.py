"""Raw buffers of capture cards come out in the right colours, padded rows cut, cut buffers refused."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from uiac_desktop.sources.capture.pixel_formats import ShortBufferError, to_pixels

RED, GREEN, BLUE = (200, 40, 40), (40, 180, 60), (40, 60, 210)
LAYOUTS = ("YUY2", "UYVY", "NV12", "NV21", "I420", "YV12")


def test_that_every_layout_of_case_a01_has_its_number_and_its_colours(
    case: Callable[[str], tuple[Path, dict]], caselib: ModuleType
) -> None:
    folder, manifest = case("A01")
    read = []
    for entry in manifest["files"]:
        told, data = entry["expect"], np.fromfile(folder / entry["path"], np.uint8)
        width, height = told["size"]
        if entry["kind"] == "raw_short":
            with pytest.raises(ShortBufferError):
                to_pixels(data, told["fourcc"], width, height)
            continue
        pixels = to_pixels(data, told["fourcc"], width, height, told["stride"])
        assert caselib.read_index(pixels) == told["index"], entry["path"]
        assert (pixels.ndim == 3) == told["colour"]
        if told["colour"]:
            for name, colour in told["patches"].items():
                assert np.abs(np.subtract(caselib.patch_means(pixels)[name], colour)).max() < 6, (entry["path"], name)
        read.append(told["fourcc"])
    assert len(read) == 14


def yuv(colour: tuple[int, int, int], full: bool, high: bool) -> tuple[int, int, int]:
    """The textbook's Y, U and V of a colour."""
    kr, kb = (0.2126, 0.0722) if high else (0.299, 0.114)
    r, g, b = (value / 255 for value in colour)
    y = kr * r + (1 - kr - kb) * g + kb * b
    u, v = (b - y) / (2 - 2 * kb), (r - y) / (2 - 2 * kr)
    if full:
        return round(255 * y), round(128 + 255 * u), round(128 + 255 * v)
    return round(16 + 219 * y), round(128 + 224 * u), round(128 + 224 * v)


def flat(code: str, width: int, height: int, colour: tuple[int, int, int]) -> np.ndarray:
    """A buffer of one colour."""
    y, u, v = colour
    pairs, down = (width + 1) // 2, (height + 1) // 2
    if code == "YUY2":
        return np.tile(np.array([y, u, y, v], np.uint8), pairs * height)
    if code == "UYVY":
        return np.tile(np.array([u, y, v, y], np.uint8), pairs * height)
    if code in ("NV12", "NV21"):
        row = [u, v] if code == "NV12" else [v, u]
        luma = np.full((height, 2 * pairs), y, np.uint8)
        return np.concatenate([luma.ravel(), np.tile(np.array(row, np.uint8), pairs * down)])
    one, other = (u, v) if code == "I420" else (v, u)
    planes = [np.full(2 * pairs * height, y), np.full(pairs * down, one), np.full(pairs * down, other)]
    return np.concatenate(planes).astype(np.uint8)


@pytest.mark.parametrize("code", LAYOUTS)
@pytest.mark.parametrize("size", [(64, 48), (63, 47), (1280, 720)])
@pytest.mark.parametrize("yuv_range", ["limited", "full"])
def test_that_range_and_matrix_are_right_at_every_size(code: str, size: tuple[int, int], yuv_range) -> None:
    for colour in (RED, GREEN, BLUE, (0, 0, 0), (255, 255, 255)):
        buffer = flat(code, *size, yuv(colour, yuv_range == "full", size[1] >= 720))
        pixels = to_pixels(buffer, code, *size, yuv_range=yuv_range)
        assert pixels.shape == (size[1], size[0], 3)
        assert np.abs(pixels.reshape(-1, 3).astype(int) - colour).max() <= 4


def test_that_the_pixels_are_the_callers_own() -> None:
    for code, size in (("GREY", 1), ("RGB3", 3), ("BGR3", 3), ("Y16", 2)):
        buffer = np.full(8 * 6 * size, 9, np.uint8)
        pixels = to_pixels(buffer, code, 8, 6)
        buffer[:] = 200
        assert pixels.max() == 9
        assert pixels.flags.c_contiguous


def test_that_sixteen_bits_become_eight() -> None:
    values = np.array([[0, 256, 65535]], np.uint16)
    assert to_pixels(values, "Y16 ", 3, 1).tolist() == [[0, 1, 255]]


def test_that_a_whole_jpeg_is_read_and_a_cut_one_refused() -> None:
    picture = np.full((48, 64, 3), RED[::-1], np.uint8)
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].ravel()
    assert np.abs(to_pixels(coded[None], "MJPG", 0, 0)[20, 20].astype(int) - RED).max() < 5
    with pytest.raises(ShortBufferError):
        to_pixels(coded[: coded.size // 2], "MJPG", 0, 0)


@pytest.mark.parametrize("code", [*LAYOUTS, "BGR3", "RGB3", "BGR4", "GREY", "Y16"])
def test_that_a_buffer_one_byte_short_is_refused(code: str) -> None:
    bits = {"YUY2": 16, "UYVY": 16, "BGR3": 24, "RGB3": 24, "BGR4": 32, "GREY": 8, "Y16": 16}.get(code, 12)
    whole = np.zeros(64 * 48 * bits // 8, np.uint8)
    to_pixels(whole, code, 64, 48)
    with pytest.raises(ShortBufferError):
        to_pixels(whole[:-1], code, 64, 48)


def test_that_an_unknown_layout_is_named() -> None:
    with pytest.raises(ValueError, match="H265"):
        to_pixels(np.zeros(10, np.uint8), "H265", 2, 2)
    with pytest.raises(ValueError, match="0x2"):
        to_pixels(np.zeros(10, np.uint8), "GREY", 0, 2)
