"""Every layout of still gives the frame that its stated rule says; half a picture is never taken for a whole one."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from PIL import Image

from nas.errors import DataError
from nas.preprocess import PreprocessSpec, preprocess
from nas.still import read_still

Cases = Callable[[str], tuple[Path, dict[str, Any]]]


def written(picture: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


@pytest.fixture
def number_of(cases_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[NDArray[np.uint8]], int | None]:
    """Return the reader of the number that every generated picture carries as a row of cells."""
    monkeypatch.syspath_prepend(str(cases_dir))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import caselib

    reader: Callable[[NDArray[np.uint8]], int | None] = caselib.read_index
    return reader


def test_that_deep_pictures_are_readable_at_eight_bits(
    case_files: Cases, number_of: Callable[[Any], int | None]
) -> None:
    folder, manifest = case_files("c10_bit_depth")
    assert len(manifest["files"]) == 5
    for file in manifest["files"]:
        frame = read_still(folder / file["path"])
        assert number_of(frame) == file["expect"]["index"]
        assert frame.dtype == np.uint8


def test_that_all_layouts_of_one_picture_give_the_same_network_input(case_files: Cases) -> None:
    folder, manifest = case_files("c11_channels")
    spec = PreprocessSpec()
    expected = preprocess(read_still(folder / "rgb.png"), spec)
    for file in manifest["files"]:
        path = folder / file["path"]
        if path.name == "rgba_hidden_half.png":
            continue
        tolerance = 0.05 if path.suffix == ".jpg" else 0
        np.testing.assert_allclose(preprocess(read_still(path), spec), expected, atol=tolerance, err_msg=path.name)


def test_that_a_hidden_part_is_black(case_files: Cases) -> None:
    folder, _ = case_files("c11_channels")
    hidden, whole = read_still(folder / "rgba_hidden_half.png"), read_still(folder / "rgb.png")
    assert not hidden[:, :160].any()
    np.testing.assert_array_equal(hidden[:, 160:], whole[:, 160:])


def test_that_every_orientation_is_turned_upright(case_files: Cases, number_of: Callable[[Any], int | None]) -> None:
    folder, manifest = case_files("c12_exif")
    assert len(manifest["files"]) == 8
    for file in manifest["files"]:
        frame = read_still(folder / file["path"])
        assert frame.shape == (180, 320)
        assert number_of(frame) == 11


def test_that_broken_stills_are_refused_and_odd_names_are_not(case_files: Cases) -> None:
    folder, manifest = case_files("e01_corrupt_images")
    broken, usable = [], 0
    for path in sorted(entry for entry in folder.rglob("*") if entry.is_file() and entry.suffix != ".json"):
        try:
            read_still(path)
            usable += 1
        except DataError as error:
            assert path.name in error.message
            assert error.advice
            broken.append(path.relative_to(folder).as_posix())
    assert broken == manifest["expect"]["broken"]
    assert usable == manifest["expect"]["usable"]


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(st.sampled_from(["JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF"]), st.data())
@settings(max_examples=60)
def test_that_a_cut_picture_is_refused_wherever_it_is_cut(form: str, data: st.DataObject) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (24, 32), dtype=np.uint8)
    content = written(Image.fromarray(pixels), form)
    body = len(content) * 9 // 10
    with pytest.raises(DataError):
        read_still(content[: data.draw(st.integers(0, body))])


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(st.binary(max_size=400))
def test_that_bytes_that_are_no_picture_are_refused(content: bytes) -> None:
    with pytest.raises(DataError):
        read_still(content)


@given(npst.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_that_a_16_bit_copy_of_an_8_bit_picture_stays_as_it_is(grey: NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(read_still(written(Image.fromarray(grey.astype(np.uint16)), "PNG")), grey)


@pytest.mark.parametrize(("largest", "bits"), [(256, 10), (1023, 10), (1024, 12), (4095, 12), (4096, 14), (40_000, 16)])
def test_that_the_smallest_depth_which_holds_the_largest_value_becomes_white(largest: int, bits: int) -> None:
    values = np.linspace(0, largest, 50).astype(np.uint16).reshape(5, 10)
    for form in ("PNG", "TIFF"):
        expected = np.rint(values * (255 / (2**bits - 1)))
        np.testing.assert_array_equal(read_still(written(Image.fromarray(values), form)), expected)


def test_that_floating_point_pictures_are_scaled_and_odd_values_are_black() -> None:
    unit = np.asarray([[0, 0.5, 1], [np.nan, -1, np.inf]], np.float32)
    assert read_still(written(Image.fromarray(unit), "TIFF")).tolist() == [[0, 128, 255], [0, 0, 0]]
    bytes_range = np.asarray([[0, 100, 255]], np.float32)
    assert read_still(written(Image.fromarray(bytes_range), "TIFF")).tolist() == [[0, 100, 255]]


def test_that_transparency_is_laid_on_black_by_its_share() -> None:
    pixels = np.asarray([[[200, 100, 50, 255], [200, 100, 50, 128], [200, 100, 50, 0]]], np.uint8)
    frame = read_still(written(Image.fromarray(pixels), "PNG"))
    assert frame.tolist() == [[[200, 100, 50], [100, 50, 25], [0, 0, 0]]]
    grey = read_still(written(Image.fromarray(pixels[..., [0, 3]]), "PNG"))
    assert grey.tolist() == [[200, 100, 0]]


def test_that_a_transparent_palette_colour_is_black() -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.putpixel((1, 0), 1)
    content = written(palette, "PNG", transparency=0)
    assert read_still(content).tolist() == [[[0, 0, 0], [0, 255, 0]]]


def test_that_black_and_white_pictures_keep_both() -> None:
    bits = Image.fromarray(np.asarray([[0, 255], [255, 0]], np.uint8)).convert("1")
    assert read_still(written(bits, "PNG")).tolist() == [[0, 255], [255, 0]]


def test_that_colour_of_sixteen_bits_keeps_its_order_of_channels() -> None:
    deep = np.zeros((2, 2, 3), np.uint16)
    deep[...] = (10 * 256, 20 * 256, 30 * 256)
    content = cv2.imencode(".png", deep[..., ::-1])[1].tobytes()
    assert read_still(content)[0, 0].tolist() == [10, 20, 30]


def test_that_the_first_picture_of_an_animation_is_taken() -> None:
    pictures = [Image.new("L", (6, 4), level) for level in (10, 200)]
    content = written(pictures[0], "GIF", save_all=True, append_images=pictures[1:])
    assert np.unique(read_still(content)).tolist() == [10]


def test_that_missing_files_folders_and_empty_files_say_so(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    for name, words in (("gone.png", "cannot be opened"), ("empty.png", "is empty"), (".", "folder")):
        with pytest.raises(DataError, match=words):
            read_still(tmp_path / name)


def test_that_a_picture_larger_than_any_still_is_refused_before_it_is_decoded() -> None:
    header = written(Image.new("1", (8, 8)), "BMP")
    huge = bytearray(header)
    huge[18:26] = (60_000).to_bytes(4, "little") + (60_000).to_bytes(4, "little")
    with pytest.raises(DataError):
        read_still(bytes(huge))


def test_that_real_stills_are_read(real_data: Path) -> None:
    paths = sorted((real_data / "fetal_sononet").rglob("*.jpg")) + sorted((real_data / "fetal_sononet").rglob("*.png"))
    assert paths
    for path in paths[:4]:
        assert min(read_still(path).shape[:2]) > 100
