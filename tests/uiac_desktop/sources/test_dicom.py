"""DICOM ultrasound: every coding and colour, deep values and palettes, and real files; frames are read one by one."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import FileDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.dicom_clips import COLOUR, frames_of, jpeg_clip, open_dicom
from tests.uiac_desktop.sources.numbered import colours_are_right, number_of, numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.dicom.source import DicomSource
from uiac_desktop.sources.open import open_source


def _ybr(picture: made.Picture) -> made.Picture:
    return np.asarray(Image.fromarray(picture).convert("YCbCr"))


def _half_colour(picture: made.Picture) -> bytes:
    """YBR_FULL_422 as stored natively: Y Y Cb Cr for every two pixels."""
    ybr = _ybr(picture)
    pairs = np.empty((*ybr.shape[:1], ybr.shape[1] // 2, 4), np.uint8)
    pairs[..., 0], pairs[..., 1] = ybr[:, 0::2, 0], ybr[:, 1::2, 0]
    pairs[..., 2], pairs[..., 3] = ybr[:, 0::2, 1], ybr[:, 0::2, 2]
    return pairs.tobytes()


def _native_422() -> FileDataset:
    data = made.dicom(COLOUR, PhotometricInterpretation="YBR_FULL_422")
    made.set_pixels(data, b"".join(_half_colour(picture) for picture in COLOUR))
    return data


def _planar() -> FileDataset:
    data = made.dicom(COLOUR, PlanarConfiguration=1)
    made.set_pixels(data, b"".join(picture.transpose(2, 0, 1).tobytes() for picture in COLOUR))
    return data


def _jpeg_2000() -> FileDataset:
    data = made.dicom(COLOUR, JPEG2000Lossless, PhotometricInterpretation="YBR_RCT")
    coded = []
    for picture in COLOUR:
        out = io.BytesIO()
        Image.fromarray(picture).save(out, "JPEG2000", no_jp2=True, irreversible=False, mct=1)
        coded.append(out.getvalue())
    made.set_coded(data, coded)
    return data


def _rle() -> FileDataset:
    data = made.dicom(COLOUR)
    data.compress(RLELossless, generate_instance_uid=False)
    return data


@pytest.mark.parametrize(
    ("make", "within"),
    [
        (lambda: made.dicom(COLOUR), 0),
        (lambda: made.dicom(COLOUR, DeflatedExplicitVRLittleEndian), 0),
        (lambda: made.dicom(COLOUR, ImplicitVRLittleEndian), 0),
        (_planar, 0),
        (_native_422, 4),
        (jpeg_clip, 10),
        (lambda: jpeg_clip(PlanarConfiguration=1), 10),
        (lambda: jpeg_clip(PhotometricInterpretation="YBR_FULL"), 10),
        (lambda: jpeg_clip(PhotometricInterpretation="RGB"), 10),
        (_jpeg_2000, 0),
        (_rle, 0),
    ],
)
def test_that_colour_comes_out_as_rgb(make: Callable[[], FileDataset], within: float, tmp_path: Path) -> None:
    frames = frames_of(make(), tmp_path)
    assert [number_of(frame.pixels) for frame in frames] == list(range(5))
    assert all(colours_are_right(frame.pixels, within) for frame in frames)


def test_that_native_ybr_full_comes_out_as_rgb(tmp_path: Path) -> None:
    data = made.dicom([_ybr(picture) for picture in COLOUR], PhotometricInterpretation="YBR_FULL")
    assert all(colours_are_right(frame.pixels, 2) for frame in frames_of(data, tmp_path))


def test_that_jpeg_coded_as_plain_rgb_is_not_turned_again(tmp_path: Path) -> None:
    coded = []
    for picture in COLOUR:
        out = io.BytesIO()
        Image.frombytes("YCbCr", (96, 64), picture.tobytes()).save(out, "JPEG", quality=95, subsampling=0)
        body = out.getvalue()
        coded.append(body[:2] + body[20:])
    assert all(b"JFIF" not in body for body in coded)
    data = jpeg_clip(PhotometricInterpretation="RGB")
    made.set_coded(data, coded)
    assert all(colours_are_right(frame.pixels, 10) for frame in frames_of(data, tmp_path))


def test_that_big_endian_pixels_come_out_right(tmp_path: Path) -> None:
    data = made.dicom(COLOUR, ExplicitVRBigEndian)
    data["PixelData"].VR = "OB"
    assert all(colours_are_right(frame.pixels, 0) for frame in frames_of(data, tmp_path))


def test_that_odd_frame_lengths_are_kept_apart(tmp_path: Path) -> None:
    pictures = [numbered(number, 97, 63) for number in range(3)]
    for frame, picture in zip(frames_of(made.dicom(pictures), tmp_path), pictures, strict=True):
        np.testing.assert_array_equal(frame.pixels, picture)


def test_that_frames_are_read_one_by_one_from_the_file(tmp_path: Path) -> None:
    with open_dicom(made.dicom([numbered(number % 256, 320, 240) for number in range(300)]), tmp_path) as source:
        reads: list[int] = []
        source._file._stream = _Watched(source._file._stream, reads)  # type: ignore[assignment]
        source.seek(1e9)
        assert source.read() is not None
        assert sum(reads) <= 2 * 320 * 240


class _Watched(io.RawIOBase):
    """Notes how many bytes are read."""

    def __init__(self, stream: Any, reads: list[int]) -> None:
        self._stream, self._reads = stream, reads

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._stream.seek(offset, whence))

    def read(self, size: int = -1) -> bytes:
        self._reads.append(size)
        return bytes(self._stream.read(size))


@pytest.mark.parametrize(
    ("name", "frames", "size"),
    [
        ("dcm4che/US-PAL-8-10x-echo.dcm", 10, (600, 430)),
        ("dcm4che/jpeg-ls-Palette.dcm", 10, (600, 430)),
        ("dcm4che/US-RGB-8-epicard.dcm", 1, (640, 480)),
        ("dicomParser/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm", 8, (320, 202)),
        ("dicomParser/IM00001.implicit_little_endian.dcm", 8, (320, 202)),
        ("go-dicom/I_000001.dcm", 34, (397, 350)),
        ("itkpocus/sonoque_anechoic-3mm-3mm.dcm", 1, (2083, 1455)),
        ("pydicom-data/US1_J2KI.dcm", 1, (640, 480)),
        ("pydicom-data/US1_J2KR.dcm", 1, (640, 480)),
        ("pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm", 1, (997, 721)),
        ("pydicom-data/color-pl.dcm", 1, (256, 120)),
    ],
)
def test_that_real_files_open_with_their_frames_and_region(
    real_data: Path, name: str, frames: int, size: tuple[int, int]
) -> None:
    with open_source(str(real_data / "dicom_us" / name)) as source:
        assert (source.info.frames, source.info.width, source.info.height) == (frames, *size)
        assert sum(1 for _ in source) == frames
        assert source.warnings == ()


def test_that_two_codings_of_one_real_picture_agree(real_data: Path) -> None:
    folder = real_data / "dicom_us"
    pairs = [
        ("pydicom-data/US1_J2KR.dcm", "pydicom-data/US1_UNCR.dcm", 0),
        ("pydicom-data/US1_J2KI.dcm", "pydicom-data/US1_UNCI.dcm", 0),
        ("pydicom-data/color-pl.dcm", "pydicom-data/color-px.dcm", 0),
        ("dcm4che/US-PAL-8-10x-echo.dcm", "dcm4che/jpeg-ls-Palette.dcm", 0),
    ]
    for one, other, within in pairs:
        with DicomSource(folder / one) as a, DicomSource(folder / other) as b:
            for x, y in zip(a, b, strict=True):
                assert np.abs(x.pixels.astype(int) - y.pixels).mean() <= within


def test_that_jpeg_xl_is_refused_by_name(real_data: Path) -> None:
    with pytest.raises(SourceError, match="JPEG XL"):
        open_source(str(real_data / "dicom_us" / "dcm4che" / "will-jxl.dcm"))
