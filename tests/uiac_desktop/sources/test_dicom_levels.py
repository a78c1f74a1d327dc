"""Palettes, windows, signed and deep values of DICOM become grey levels as the file means them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import FileDataset

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.dicom_clips import GREY, frames_of, open_dicom
from uiac_desktop.errors import SourceError


@pytest.mark.parametrize("bits", [8, 16])
def test_that_the_palette_is_applied(tmp_path: Path, bits: int) -> None:
    data = made.dicom([np.full((64, 96), 7, np.uint8)], PhotometricInterpretation="PALETTE COLOR")
    for name, value in (("Red", 200), ("Green", 100), ("Blue", 50)):
        table = np.zeros(256, np.uint16)
        table[7] = value if bits == 8 else value * 257
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", [256, 0, bits])
        raw = table.astype(np.uint8 if bits == 8 else "<u2").tobytes()
        setattr(data, f"{name}PaletteColorLookupTableData", raw)
    assert (frames_of(data, tmp_path)[0].pixels == (200, 100, 50)).all()


def test_that_a_palette_of_8_bits_in_16_bit_entries_is_not_black(tmp_path: Path) -> None:
    data = made.dicom([np.full((64, 96), 7, np.uint8)], PhotometricInterpretation="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(data, f"{name}PaletteColorLookupTableData", np.arange(256, dtype="<u2").tobytes())
    assert (frames_of(data, tmp_path)[0].pixels == 7).all()


def test_that_a_missing_palette_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="colour table"):
        open_dicom(made.dicom(GREY, PhotometricInterpretation="PALETTE COLOR"), tmp_path)


def test_that_monochrome1_is_turned_over(tmp_path: Path) -> None:
    data = made.dicom([255 - picture for picture in GREY], PhotometricInterpretation="MONOCHROME1")
    for frame, picture in zip(frames_of(data, tmp_path), GREY, strict=True):
        np.testing.assert_array_equal(frame.pixels, picture)


def _deep(values: np.ndarray, stored: int, **entries: Any) -> FileDataset:
    return made.dicom([values], BitsStored=stored, HighBit=stored - 1, **entries)


def test_that_12_bits_without_a_window_run_from_black_to_white(tmp_path: Path) -> None:
    values = np.tile(np.linspace(0, 4095, 96).astype(np.uint16), (64, 1))
    pixels = frames_of(_deep(values, 12), tmp_path)[0].pixels
    np.testing.assert_array_equal(pixels[0], np.rint(values[0] / 4095 * 255))


def test_that_the_window_of_the_file_is_used_for_deep_values(tmp_path: Path) -> None:
    values = np.tile(np.linspace(0, 4095, 96).astype(np.uint16), (64, 1))
    data = _deep(values, 12, WindowCenter=[1000, 5], WindowWidth=[500, 5], RescaleSlope=1, RescaleIntercept=-100)
    pixels = frames_of(data, tmp_path)[0].pixels
    window = ((values[0] - 100.0) - 999.5) / 499 + 0.5
    np.testing.assert_array_equal(pixels[0], np.rint(window.clip(0, 1) * 255))


def test_that_signed_values_and_unused_bits_are_understood(tmp_path: Path) -> None:
    values = np.tile(np.linspace(-2048, 2047, 96).astype(np.int16), (64, 1))
    noisy = (values.view(np.uint16) & 0x0FFF | 0xA000).view(np.int16)
    pixels = frames_of(_deep(noisy, 12, PixelRepresentation=1), tmp_path)[0].pixels
    np.testing.assert_array_equal(pixels[0], np.rint((values[0] + 2048.0) / 4095 * 255))


def test_that_values_in_the_upper_bits_are_found_there_unless_the_header_makes_no_sense(tmp_path: Path) -> None:
    values = np.tile(np.linspace(0, 4095, 96).astype(np.uint16), (64, 1))
    expected = np.rint(values[0] / 4095 * 255)
    shifted = made.dicom([values << 4], BitsStored=12, HighBit=15)
    np.testing.assert_array_equal(frames_of(shifted, tmp_path)[0].pixels[0], expected)
    senseless = made.dicom([values], BitsStored=12, HighBit=60000)
    np.testing.assert_array_equal(frames_of(senseless, tmp_path)[0].pixels[0], expected)


def test_that_a_window_does_not_touch_8_bits(tmp_path: Path) -> None:
    data = made.dicom(GREY, WindowCenter=20, WindowWidth=5)
    np.testing.assert_array_equal(frames_of(data, tmp_path)[2].pixels, GREY[2])
