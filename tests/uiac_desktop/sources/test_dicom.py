"""DICOM ultrasound: every coding and colour, frame times, regions, broken files; and nothing of the patient."""

import gc
import io
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    RLELossless,
)

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import colours_are_right, number_of, numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.dicom.source import DicomSource
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.setting import PrivacySetting

GREY = [numbered(number) for number in range(5)]
COLOUR = [numbered(number, colour=True) for number in range(5)]


def _open(data: FileDataset, folder: Path, **options: Any) -> DicomSource:
    return DicomSource(made.save(data, folder / "clip.dcm"), **options)


def _frames(data: FileDataset, folder: Path) -> list[Frame]:
    with _open(data, folder) as source:
        return list(source)


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


def _jpeg(**entries: Any) -> FileDataset:
    return made.jpeg_dicom(COLOUR, **entries)


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
        (_jpeg, 10),
        (lambda: _jpeg(PlanarConfiguration=1), 10),
        (lambda: _jpeg(PhotometricInterpretation="YBR_FULL"), 10),
        (lambda: _jpeg(PhotometricInterpretation="RGB"), 10),
        (_jpeg_2000, 0),
        (_rle, 0),
    ],
)
def test_that_colour_comes_out_as_rgb(make: Callable[[], FileDataset], within: float, tmp_path: Path) -> None:
    frames = _frames(make(), tmp_path)
    assert [number_of(frame.pixels) for frame in frames] == list(range(5))
    assert all(colours_are_right(frame.pixels, within) for frame in frames)


def test_that_native_ybr_full_comes_out_as_rgb(tmp_path: Path) -> None:
    data = made.dicom([_ybr(picture) for picture in COLOUR], PhotometricInterpretation="YBR_FULL")
    assert all(colours_are_right(frame.pixels, 2) for frame in _frames(data, tmp_path))


def test_that_jpeg_coded_as_plain_rgb_is_not_turned_again(tmp_path: Path) -> None:
    coded = []
    for picture in COLOUR:
        out = io.BytesIO()
        Image.frombytes("YCbCr", (96, 64), picture.tobytes()).save(out, "JPEG", quality=95, subsampling=0)
        body = out.getvalue()
        coded.append(body[:2] + body[20:])
    assert all(b"JFIF" not in body for body in coded)
    data = _jpeg(PhotometricInterpretation="RGB")
    made.set_coded(data, coded)
    assert all(colours_are_right(frame.pixels, 10) for frame in _frames(data, tmp_path))


def test_that_big_endian_pixels_come_out_right(tmp_path: Path) -> None:
    data = made.dicom(COLOUR, ExplicitVRBigEndian)
    data["PixelData"].VR = "OB"
    assert all(colours_are_right(frame.pixels, 0) for frame in _frames(data, tmp_path))


def test_that_odd_frame_lengths_are_kept_apart(tmp_path: Path) -> None:
    pictures = [numbered(number, 97, 63) for number in range(3)]
    for frame, picture in zip(_frames(made.dicom(pictures), tmp_path), pictures, strict=True):
        np.testing.assert_array_equal(frame.pixels, picture)


@pytest.mark.parametrize("bits", [8, 16])
def test_that_the_palette_is_applied(tmp_path: Path, bits: int) -> None:
    data = made.dicom([np.full((64, 96), 7, np.uint8)], PhotometricInterpretation="PALETTE COLOR")
    for name, value in (("Red", 200), ("Green", 100), ("Blue", 50)):
        table = np.zeros(256, np.uint16)
        table[7] = value if bits == 8 else value * 257
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", [256, 0, bits])
        raw = table.astype(np.uint8 if bits == 8 else "<u2").tobytes()
        setattr(data, f"{name}PaletteColorLookupTableData", raw)
    assert (_frames(data, tmp_path)[0].pixels == (200, 100, 50)).all()


def test_that_a_palette_of_8_bits_in_16_bit_entries_is_not_black(tmp_path: Path) -> None:
    data = made.dicom([np.full((64, 96), 7, np.uint8)], PhotometricInterpretation="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(data, f"{name}PaletteColorLookupTableData", np.arange(256, dtype="<u2").tobytes())
    assert (_frames(data, tmp_path)[0].pixels == 7).all()


def test_that_a_missing_palette_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="colour table"):
        _open(made.dicom(GREY, PhotometricInterpretation="PALETTE COLOR"), tmp_path)


def test_that_monochrome1_is_turned_over(tmp_path: Path) -> None:
    data = made.dicom([255 - picture for picture in GREY], PhotometricInterpretation="MONOCHROME1")
    for frame, picture in zip(_frames(data, tmp_path), GREY, strict=True):
        np.testing.assert_array_equal(frame.pixels, picture)


def _deep(values: np.ndarray, stored: int, **entries: Any) -> FileDataset:
    return made.dicom([values], BitsStored=stored, HighBit=stored - 1, **entries)


def test_that_12_bits_without_a_window_run_from_black_to_white(tmp_path: Path) -> None:
    values = np.tile(np.linspace(0, 4095, 96).astype(np.uint16), (64, 1))
    pixels = _frames(_deep(values, 12), tmp_path)[0].pixels
    np.testing.assert_array_equal(pixels[0], np.rint(values[0] / 4095 * 255))


def test_that_the_window_of_the_file_is_used_for_deep_values(tmp_path: Path) -> None:
    values = np.tile(np.linspace(0, 4095, 96).astype(np.uint16), (64, 1))
    data = _deep(values, 12, WindowCenter=[1000, 5], WindowWidth=[500, 5], RescaleSlope=1, RescaleIntercept=-100)
    pixels = _frames(data, tmp_path)[0].pixels
    window = ((values[0] - 100.0) - 999.5) / 499 + 0.5
    np.testing.assert_array_equal(pixels[0], np.rint(window.clip(0, 1) * 255))


def test_that_signed_values_and_unused_bits_are_understood(tmp_path: Path) -> None:
    values = np.tile(np.linspace(-2048, 2047, 96).astype(np.int16), (64, 1))
    noisy = (values.view(np.uint16) & 0x0FFF | 0xA000).view(np.int16)
    pixels = _frames(_deep(noisy, 12, PixelRepresentation=1), tmp_path)[0].pixels
    np.testing.assert_array_equal(pixels[0], np.rint((values[0] + 2048.0) / 4095 * 255))


def test_that_values_in_the_upper_bits_are_found_there_unless_the_header_makes_no_sense(tmp_path: Path) -> None:
    values = np.tile(np.linspace(0, 4095, 96).astype(np.uint16), (64, 1))
    expected = np.rint(values[0] / 4095 * 255)
    shifted = made.dicom([values << 4], BitsStored=12, HighBit=15)
    np.testing.assert_array_equal(_frames(shifted, tmp_path)[0].pixels[0], expected)
    senseless = made.dicom([values], BitsStored=12, HighBit=60000)
    np.testing.assert_array_equal(_frames(senseless, tmp_path)[0].pixels[0], expected)


def test_that_a_window_does_not_touch_8_bits(tmp_path: Path) -> None:
    data = made.dicom(GREY, WindowCenter=20, WindowWidth=5)
    np.testing.assert_array_equal(_frames(data, tmp_path)[2].pixels, GREY[2])


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
    with _open(made.dicom(GREY, **entries), tmp_path) as source:
        assert [frame.time_s for frame in source] == pytest.approx(times)
        assert source.info.fps == pytest.approx(fps)
        assert source.warnings == ()


def test_that_an_untold_rate_is_said_to_be_assumed(tmp_path: Path) -> None:
    with _open(made.dicom(GREY, FrameTime=None), tmp_path) as source:
        assert source.info.fps == 25
        assert "25 frames a second" in source.warnings[0]


def test_that_a_single_frame_has_neither_rate_nor_warning(tmp_path: Path) -> None:
    with _open(made.dicom(GREY[:1]), tmp_path) as source:
        assert (source.info.fps, source.info.frames, source.warnings) == (None, 1, ())


def _with_regions(*items: Dataset) -> FileDataset:
    return made.dicom(GREY, SequenceOfUltrasoundRegions=list(items))


def test_that_the_largest_2d_region_is_the_crop_and_others_can_be_chosen(tmp_path: Path) -> None:
    small, large = made.region(0, 0, 19, 19, kind=2), made.region(10, 16, 89, 59)
    data = _with_regions(small, made.region(0, 0, 95, 63, form=3), large, made.region(0, 0, 95, 63, form=0))
    with _open(data, tmp_path) as source:
        assert [(r.x, r.y, r.width, r.height) for r in source.info.regions] == [(10, 16, 80, 44), (0, 0, 20, 20)]
        assert (source.info.width, source.info.height) == (80, 44)
        frame = source.read()
        assert frame is not None
        np.testing.assert_array_equal(frame.pixels, GREY[0][16:60, 10:90])
        regions = source.info.regions
    with _open(data, tmp_path, region=1) as source:
        assert (source.info.width, source.info.height) == (20, 20)
        assert source.info.regions == (regions[1], regions[0])
    with _open(data, tmp_path, region=regions[0]) as source:
        assert source.info.regions == regions
    with _open(data, tmp_path, region=None) as source:
        assert (source.info.width, source.info.height) == (96, 64)


def test_that_regions_beyond_the_picture_are_clipped_or_ignored(tmp_path: Path) -> None:
    data = _with_regions(made.region(0, 0, 96, 64), made.region(200, 0, 300, 50), made.region(50, 50, 40, 40))
    with _open(data, tmp_path) as source:
        assert [(r.x, r.y, r.width, r.height) for r in source.info.regions] == [(0, 0, 96, 64)]


def test_that_a_region_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no ultrasound region 3"):
        _open(_with_regions(made.region(0, 0, 9, 9)), tmp_path, region=3)


def test_that_a_crop_of_the_users_own_goes_before_the_regions_and_masks_join_them(tmp_path: Path) -> None:
    data = _with_regions(made.region(10, 16, 89, 59))
    own = PrivacySetting(96, 64, Region(0, 0, 30, 30))
    with _open(data, tmp_path, setting=own) as source:
        assert (source.info.width, source.info.height) == (30, 30)
    masked = PrivacySetting(96, 64, None, (Region(0, 0, 96, 20),))
    with _open(data, tmp_path, setting=masked) as source:
        frame = source.read()
        assert frame is not None
        assert frame.pixels.shape == (44, 80)
        assert not frame.pixels[:4].any()
        np.testing.assert_array_equal(frame.pixels[4:], GREY[0][20:60, 10:90])


def test_that_a_setting_for_another_size_is_fitted_and_told(tmp_path: Path) -> None:
    with _open(made.dicom(GREY), tmp_path, setting=PrivacySetting(48, 32, Region(0, 8, 48, 24))) as source:
        assert (source.info.width, source.info.height) == (96, 48)
        assert "Draw them again" in source.warnings[0]


def test_that_nothing_of_the_patient_is_read(tmp_path: Path) -> None:
    data = made.dicom(GREY, PatientName="Musterfrau^Erika", PatientID="PID-778812", PatientBirthDate="19870423")
    data.private_block(0x0019, "MAKER", create=True).add_new(1, "LO", "Musterfrau 19870423")
    with _open(data, tmp_path) as source:
        list(source)
        del data
        gc.collect()
        header = str(source._file.header) + repr(source.info) + repr(source.warnings)
        for secret in ("Musterfrau", "PID-778812", "19870423"):
            assert secret not in header
        assert not hasattr(source._file.header, "PatientName")


def test_that_chinese_names_and_private_blocks_are_no_hindrance(tmp_path: Path) -> None:
    data = made.dicom(GREY, SpecificCharacterSet="GB18030", PatientName="王^小东")
    data.private_block(0x7FE1, "GEMS_Ultrasound_MovieGroup_001", create=True).add_new(1, "UN", bytes(200_000))
    assert len(_frames(data, tmp_path)) == 5


@pytest.mark.parametrize("table", [True, False])
@pytest.mark.parametrize("fragments", [1, 3])
def test_that_frames_in_several_fragments_are_joined(tmp_path: Path, table: bool, fragments: int) -> None:
    data = _jpeg()
    made.set_coded(data, [made.jpeg(picture) for picture in COLOUR], table=table, fragments=fragments)
    assert [number_of(frame.pixels) for frame in _frames(data, tmp_path)] == list(range(5))


def test_that_a_wrong_offset_table_is_not_believed(tmp_path: Path) -> None:
    data = _jpeg()
    value = bytearray(data.PixelData)
    value[12:16] = (8).to_bytes(4, "little")
    data.PixelData = bytes(value)
    assert [number_of(frame.pixels) for frame in _frames(data, tmp_path)] == list(range(5))


def test_that_more_frames_than_promised_are_all_shown(tmp_path: Path) -> None:
    assert len(_frames(_jpeg(NumberOfFrames=2), tmp_path)) == 5


@pytest.mark.parametrize("make", [lambda: made.dicom(GREY), _jpeg])
def test_that_of_a_cut_file_the_whole_frames_are_shown(tmp_path: Path, make: Callable[[], FileDataset]) -> None:
    path = made.save(make(), tmp_path / "cut.dcm")
    path.write_bytes(path.read_bytes()[: -path.stat().st_size // 3])
    with DicomSource(path) as source:
        frames = list(source)
        assert 2 <= len(frames) < 5
        assert f"promises 5 frames and holds {len(frames)}" in source.warnings[0]
    assert [number_of(frame.pixels) for frame in frames] == list(range(len(frames)))


def test_that_a_file_with_fewer_frames_than_promised_says_so(tmp_path: Path) -> None:
    with _open(made.dicom(GREY, NumberOfFrames=9), tmp_path) as source:
        assert source.info.frames == 5
        assert "promises 9 frames and holds 5" in source.warnings[0]


def test_that_a_damaged_frame_is_left_out_and_the_others_keep_their_times(tmp_path: Path) -> None:
    coded = [made.jpeg(picture) for picture in COLOUR]
    coded[2] = coded[2][:40] + bytes(len(coded[2]) - 42) + b"\xff\xd9"
    data = _jpeg()
    made.set_coded(data, coded)
    with _open(data, tmp_path) as source:
        frames = list(source)
        assert source.info.frames == 4
        assert source.warnings == ("The file is damaged or cut: 1 damaged frame is left out so far.",)
    assert [number_of(frame.pixels) for frame in frames] == [0, 1, 3, 4]
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.04, 0.12, 0.16])


def test_that_a_frame_without_an_end_is_known_at_once(tmp_path: Path) -> None:
    coded = [made.jpeg(picture) for picture in COLOUR]
    coded[3] = coded[3][: len(coded[3]) // 2]
    data = _jpeg()
    made.set_coded(data, coded)
    with _open(data, tmp_path) as source:
        assert source.info.frames == 4


def test_that_a_damaged_first_frame_gives_way_to_the_second(tmp_path: Path) -> None:
    coded = [made.jpeg(picture) for picture in COLOUR]
    coded[0] = b"\xff\xd8\xff" + bytes(50)
    data = _jpeg()
    made.set_coded(data, coded)
    frames = _frames(data, tmp_path)
    assert [(frame.index, number_of(frame.pixels)) for frame in frames] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert frames[0].time_s == 0


def test_that_old_files_without_preamble_and_meta_header_open(tmp_path: Path) -> None:
    whole = made.dicom(GREY, ImplicitVRLittleEndian)
    bare = Dataset()
    for entry in whole:
        bare.add(entry)
    bare.save_as(tmp_path / "IM000001", implicit_vr=True, little_endian=True)
    with open_source(str(tmp_path / "IM000001")) as source:
        assert source.info.kind == "dicom"
        assert [number_of(frame.pixels) for frame in source] == list(range(5))


def _directory() -> FileDataset:
    return made.dicom(GREY, PixelData=None, Rows=None, SOPClassUID="1.2.840.10008.1.3.10")


def _report() -> FileDataset:
    return made.dicom(GREY, PixelData=None, Rows=None, Columns=None, SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33")


def _private_only() -> FileDataset:
    data = made.dicom(GREY, PixelData=None)
    data.private_block(0x7FE1, "GEMS_Ultrasound_MovieGroup_001", create=True).add_new(1, "UN", bytes(500))
    return data


def _twelve_bit_jpeg() -> FileDataset:
    data = made.dicom([picture.astype(np.uint16) for picture in GREY], JPEGExtended12Bit, BitsStored=12, HighBit=11)
    made.set_coded(data, [made.jpeg(picture) for picture in GREY])
    return data


def _coded_as(syntax: str) -> Callable[[], FileDataset]:
    def make() -> FileDataset:
        data = _jpeg()
        data.file_meta.TransferSyntaxUID = syntax
        return data

    return make


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_directory, "table of contents"),
        (_report, "holds no pictures"),
        (_private_only, "maker's private format"),
        (_coded_as("1.2.840.10008.1.2.4.102"), "MPEG-4 AVC/H.264"),
        (_twelve_bit_jpeg, "JPEG Extended of 12 bits"),
        (lambda: made.dicom(COLOUR, PhotometricInterpretation="HSV"), "HSV"),
        (lambda: made.dicom(GREY, BitsAllocated=32, BitsStored=32, HighBit=31), "32 bits"),
        (lambda: made.dicom(GREY, Rows=0), "without area"),
        (lambda: made.dicom(GREY, Rows=None), "broken"),
    ],
)
def test_that_what_cannot_be_shown_is_refused_with_its_name_or_cause(
    tmp_path: Path, make: Callable[[], FileDataset], says: str
) -> None:
    with pytest.raises(SourceError) as error:
        _open(make(), tmp_path)
    assert says in error.value.message
    assert error.value.advice
    assert str(tmp_path) not in error.value.message


def test_that_a_file_with_only_its_head_is_told_to_be_cut(tmp_path: Path) -> None:
    path = made.save(made.dicom(GREY), tmp_path / "head.dcm")
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(SourceError, match=r"head\.dcm is cut"):
        DicomSource(path)


@pytest.mark.parametrize("length", [0, 3, 77, 0x4000])
@pytest.mark.parametrize(
    "entry", [b"\x08\x00\x60\x00CS", b"\x10\x00\x10\x00PN", b"\x28\x00\x02\x00US", b"\x28\x00\x10\x00US"]
)
def test_that_what_is_said_of_a_broken_header_quotes_nothing_of_the_patient(
    tmp_path: Path, entry: bytes, length: int
) -> None:
    path = made.save(made.dicom(GREY), tmp_path / "broken.dcm")
    content = bytearray(path.read_bytes())
    at = content.index(entry)
    content[at + 6 : at + 8] = length.to_bytes(2, "little")
    path.write_bytes(content)
    with pytest.raises(SourceError) as error:
        DicomSource(path)
    told = "".join(traceback.format_exception(error.value))
    assert "Nobody" not in told
    assert "N-4711" not in told


def test_that_odd_headers_warn_nobody_but_the_user(tmp_path: Path) -> None:
    path = made.save(made.dicom(GREY, WindowCenter="12345", AccessionNumber="0123456789"), tmp_path / "odd.dcm")
    path.write_bytes(path.read_bytes().replace(b"12345 ", b"x2345 ").replace(b"0123456789", b"\xff" * 10))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with DicomSource(path) as source:
            assert len(list(source)) == 5


def test_that_frames_are_read_one_by_one_from_the_file(tmp_path: Path) -> None:
    with _open(made.dicom([numbered(number % 256, 320, 240) for number in range(300)]), tmp_path) as source:
        reads: list[int] = []
        plain = source._file._stream.read
        source._file._stream = _Watched(source._file._stream, reads)  # type: ignore[assignment]
        source.seek(1e9)
        assert source.read() is not None
        assert sum(reads) <= 2 * 320 * 240
        del plain


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


def test_that_baseline_is_the_syntax_of_the_made_jpegs() -> None:
    assert _jpeg().file_meta.TransferSyntaxUID == JPEGBaseline8Bit
