"""Clips of numbered frames as DICOM files, made for a test, opened and read."""

from pathlib import Path
from typing import Any

from pydicom.dataset import FileDataset

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import numbered
from uiac_desktop.frame import Frame
from uiac_desktop.sources.dicom.source import DicomSource

GREY = [numbered(number) for number in range(5)]
COLOUR = [numbered(number, colour=True) for number in range(5)]


def open_dicom(data: FileDataset, folder: Path, **options: Any) -> DicomSource:
    return DicomSource(made.save(data, folder / "clip.dcm"), **options)


def frames_of(data: FileDataset, folder: Path) -> list[Frame]:
    with open_dicom(data, folder) as source:
        return list(source)


def jpeg_clip(**entries: Any) -> FileDataset:
    return made.jpeg_dicom(COLOUR, **entries)
