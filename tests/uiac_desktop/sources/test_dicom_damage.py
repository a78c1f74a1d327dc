"""Cut, damaged and odd DICOM files show what is whole of them, or are refused by cause; a patient is never read of."""

import gc
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import (
    ImplicitVRLittleEndian,
    JPEGExtended12Bit,
)

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.dicom_clips import COLOUR, GREY, frames_of, jpeg_clip, open_dicom
from tests.uiac_desktop.sources.numbered import number_of
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.dicom.source import DicomSource
from uiac_desktop.sources.open import open_source


def test_that_nothing_of_the_patient_is_read(tmp_path: Path) -> None:
    data = made.dicom(GREY, PatientName="Musterfrau^Erika", PatientID="PID-778812", PatientBirthDate="19870423")
    data.private_block(0x0019, "MAKER", create=True).add_new(1, "LO", "Musterfrau 19870423")
    with open_dicom(data, tmp_path) as source:
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
    assert len(frames_of(data, tmp_path)) == 5


@pytest.mark.parametrize("table", [True, False])
@pytest.mark.parametrize("fragments", [1, 3])
def test_that_frames_in_several_fragments_are_joined(tmp_path: Path, table: bool, fragments: int) -> None:
    data = jpeg_clip()
    made.set_coded(data, [made.jpeg(picture) for picture in COLOUR], table=table, fragments=fragments)
    assert [number_of(frame.pixels) for frame in frames_of(data, tmp_path)] == list(range(5))


def test_that_a_wrong_offset_table_is_not_believed(tmp_path: Path) -> None:
    data = jpeg_clip()
    value = bytearray(data.PixelData)
    value[12:16] = (8).to_bytes(4, "little")
    data.PixelData = bytes(value)
    assert [number_of(frame.pixels) for frame in frames_of(data, tmp_path)] == list(range(5))


def test_that_more_frames_than_promised_are_all_shown(tmp_path: Path) -> None:
    assert len(frames_of(jpeg_clip(NumberOfFrames=2), tmp_path)) == 5


@pytest.mark.parametrize("make", [lambda: made.dicom(GREY), jpeg_clip])
def test_that_of_a_cut_file_the_whole_frames_are_shown(tmp_path: Path, make: Callable[[], FileDataset]) -> None:
    path = made.save(make(), tmp_path / "cut.dcm")
    path.write_bytes(path.read_bytes()[: -path.stat().st_size // 3])
    with DicomSource(path) as source:
        frames = list(source)
        assert 2 <= len(frames) < 5
        assert f"promises 5 frames and holds {len(frames)}" in source.warnings[0]
    assert [number_of(frame.pixels) for frame in frames] == list(range(len(frames)))


def test_that_a_file_with_fewer_frames_than_promised_says_so(tmp_path: Path) -> None:
    with open_dicom(made.dicom(GREY, NumberOfFrames=9), tmp_path) as source:
        assert source.info.frames == 5
        assert "promises 9 frames and holds 5" in source.warnings[0]


def test_that_a_damaged_frame_is_left_out_and_the_others_keep_their_times(tmp_path: Path) -> None:
    coded = [made.jpeg(picture) for picture in COLOUR]
    coded[2] = coded[2][:40] + bytes(len(coded[2]) - 42) + b"\xff\xd9"
    data = jpeg_clip()
    made.set_coded(data, coded)
    with open_dicom(data, tmp_path) as source:
        frames = list(source)
        assert source.info.frames == 4
        assert source.warnings == ("The file is damaged or cut: 1 damaged frame is left out so far.",)
    assert [number_of(frame.pixels) for frame in frames] == [0, 1, 3, 4]
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.04, 0.12, 0.16])


def test_that_a_frame_without_an_end_is_known_at_once(tmp_path: Path) -> None:
    coded = [made.jpeg(picture) for picture in COLOUR]
    coded[3] = coded[3][: len(coded[3]) // 2]
    data = jpeg_clip()
    made.set_coded(data, coded)
    with open_dicom(data, tmp_path) as source:
        assert source.info.frames == 4


def test_that_a_damaged_first_frame_gives_way_to_the_second(tmp_path: Path) -> None:
    coded = [made.jpeg(picture) for picture in COLOUR]
    coded[0] = b"\xff\xd8\xff" + bytes(50)
    data = jpeg_clip()
    made.set_coded(data, coded)
    frames = frames_of(data, tmp_path)
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
        data = jpeg_clip()
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
        open_dicom(make(), tmp_path)
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
