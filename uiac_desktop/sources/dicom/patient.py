"""The one entry of a DICOM file that tells women apart, for who hashes it at once; everything else stays unread."""

from pathlib import Path

import pydicom

from uiac_desktop.sources.dicom.header import BROKEN_HEADER, quiet_pydicom
from uiac_desktop.sources.file_kind import head, is_dicom


def patient_number(path: Path) -> str:
    """Return PatientID of a DICOM file; empty where it has none, and for every other file and folder.

    Returns
    -------
    What names a woman: to be hashed with the site's key, and never shown, logged or written.
    """
    try:
        if path.is_dir() or not is_dicom(head(path)):
            return ""
        with quiet_pydicom():
            header = pydicom.dcmread(path, stop_before_pixels=True, force=True, specific_tags=["PatientID"])
            return str(header.get("PatientID", "")).strip()
    except BROKEN_HEADER:
        return ""
