"""The header of a DICOM file: only the entries that describe its pictures, so that nothing of the patient is read."""

import logging
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from pydicom import config
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import read_dataset, read_file_meta_info, read_partial
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from uiac_desktop.sources.inflating import InflatingReader

PIXEL_GROUP: Final = 0x7FE0
_PICTURE_ENTRIES: Final = (
    "SOPClassUID", "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "NumberOfFrames",
    "FrameIncrementPointer", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "WindowCenter", "WindowWidth", "RescaleIntercept", "RescaleSlope",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData", "SegmentedRedPaletteColorLookupTableData",
    "SegmentedGreenPaletteColorLookupTableData", "SegmentedBluePaletteColorLookupTableData",
    "FrameTime", "FrameTimeVector", "RecommendedDisplayFrameRate", "CineRate", "SequenceOfUltrasoundRegions",
)  # fmt: skip
_TAGS: Final = [cast(int, tag_for_keyword(keyword)) for keyword in _PICTURE_ENTRIES]
_META_START: Final = 132
BROKEN_HEADER: Final = (
    InvalidDicomError, OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, NotImplementedError,
    struct.error, zlib.error, RecursionError, BytesLengthException,
)  # fmt: skip
"""What reading a broken header raises. The texts can quote the header, so they are never kept as a cause."""

config.settings.reading_validation_mode = config.IGNORE
_pydicom_log = logging.getLogger("pydicom")
_pydicom_log.propagate = False
_pydicom_log.addHandler(logging.NullHandler())


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Keep pydicom from warning of headers that do not keep to the standard: its texts can quote what they hold."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
        yield


def read_header(path: Path, file: BinaryIO) -> tuple[BinaryIO, Dataset, UID]:
    """Read the entries that describe the pictures, and no others.

    Parameters
    ----------
    path, file
        The same file, by name and open for reading.

    Returns
    -------
    What to read on from, at the first element of the pixel group; the header; and the transfer syntax.

    Raises
    ------
    BROKEN_HEADER
        Any of these errors, where it is no DICOM or damaged.
    """
    stream, header, syntax = _read(path, file)
    _drop_broken(header)
    return stream, header, syntax


def _read(path: Path, file: BinaryIO) -> tuple[BinaryIO, Dataset, UID]:
    file.seek(_META_START - 4)
    if file.read(4) == b"DICM":
        meta = read_file_meta_info(path)
        if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
            start = _META_START + 12 + int(meta.FileMetaInformationGroupLength)
            stream = cast(BinaryIO, InflatingReader(file, start))
            header = read_dataset(stream, False, True, stop_when=_at_pixel_group, specific_tags=_tags())
            return stream, header, DeflatedExplicitVRLittleEndian
    file.seek(0)
    header = read_partial(file, _at_pixel_group, force=True, specific_tags=_tags())
    return file, header, _syntax(header)


def _drop_broken(header: Dataset) -> None:
    """Take out entries whose values cannot be understood; what cannot do without one of them will say so."""
    for tag in list(header.keys()):
        try:
            header[tag]
        except BROKEN_HEADER:
            del header[tag]


def _tags() -> list[BaseTag | int]:
    return list(_TAGS)


def _at_pixel_group(tag: BaseTag, _kind: str | None, _length: int) -> bool:
    return tag.group >= PIXEL_GROUP


def _syntax(header: Dataset) -> UID:
    told = header.file_meta.get("TransferSyntaxUID")
    if told:
        return UID(told)
    implicit, little = header.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian
