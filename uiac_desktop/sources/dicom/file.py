"""A DICOM file opened for its pictures only: where each frame's bytes lie."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final

from pydicom.uid import UID, ExplicitVRBigEndian

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.dicom.header import BROKEN_HEADER, PIXEL_GROUP, quiet_pydicom, read_header
from uiac_desktop.sources.dicom.spans import FrameSpans, encapsulated_spans, native_spans

_PIXEL_DATA: Final = 0x7FE00010
_FLOAT_PIXEL_DATA: Final = (0x7FE00008, 0x7FE00009)
_UNDEFINED: Final = 0xFFFFFFFF
_LONG_KINDS: Final = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN", b"SQ")
_CODESTREAMS: Final = "1.2.840.10008.1.2.4."
_END_OF_CODESTREAM: Final = b"\xff\xd9"
_TAIL_BYTES: Final = 16
_DIRECTORY_CLASS: Final = "1.2.840.10008.1.3.10"
_EXPORT_AGAIN: Final = "Export it again from the scanner or the archive."


@dataclass(frozen=True, slots=True)
class _PixelElement:
    """Where the value of the pixel data begins, and its length (None where it is encapsulated)."""

    offset: int
    length: int | None
    kind: str


class DicomFile:
    """The pictures of a DICOM file, frame by frame.

    Nothing of the patient is read: the header is parsed for the entries that describe the pictures and no others.

    Parameters
    ----------
    path
        The file; its name does not matter.

    Attributes
    ----------
    header
        The entries that describe the pictures.
    syntax
        The transfer syntax: how pixel data are coded.
    pixel_kind
        Value representation of the pixel data, ``OB`` or ``OW``.
    promised
        Number of frames that the header promises.

    Raises
    ------
    SourceError
        It is not DICOM, holds no pictures, or is cut before the first one.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._file: BinaryIO = path.open("rb")
        try:
            with quiet_pydicom():
                self._read_header(path)
        except BaseException:
            self._file.close()
            raise

    def _read_header(self, path: Path) -> None:
        try:
            self._stream, self.header, self.syntax = read_header(path, self._file)
            element = self._pixel_element()
            self.pixel_kind = element.kind
            self.promised = max(int(self.header.get("NumberOfFrames") or 1), 1)
            self._spans = self._frame_spans(element)
            self._marks_ends = element.length is None and self.syntax.startswith(_CODESTREAMS)
        except BROKEN_HEADER:
            raise SourceError(f"{self.name} is not a DICOM file, or its header is broken.", _EXPORT_AGAIN) from None
        if not self._spans:
            raise SourceError(f"{self.name} is cut: not even its first picture is whole.", _EXPORT_AGAIN)

    def __len__(self) -> int:
        """Return the number of frames that are wholly there."""
        return len(self._spans)

    def frame_bytes(self, number: int) -> bytes:
        """Return the coded bytes of a frame.

        Raises
        ------
        OSError
            The file cannot be read any more, or ends inside the frame.
        """
        pieces = []
        try:
            for span in self._spans[number]:
                self._stream.seek(span.offset)
                piece = self._stream.read(span.length)
                if len(piece) != span.length:
                    raise OSError("the file ends inside the picture")
                pieces.append(piece)
        except zlib.error as error:
            raise OSError("its compressed data are damaged") from error
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def has_end(self, number: int) -> bool:
        """Tell whether a frame ends as its coding should; of codings without an end mark nothing is told."""
        if not self._marks_ends:
            return True
        span = self._spans[number][-1]
        length = min(span.length, _TAIL_BYTES)
        self._stream.seek(span.offset + span.length - length)
        return _END_OF_CODESTREAM in self._stream.read(length)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _pixel_element(self) -> _PixelElement:
        """Find the pixel data among the elements after the header."""
        order = ">" if self.syntax == ExplicitVRBigEndian else "<"
        while (element := _element_header(self._stream, order)) is not None:
            tag, kind, length = element
            if tag == _PIXEL_DATA:
                return _PixelElement(self._stream.tell(), None if length == _UNDEFINED else length, kind)
            if tag in _FLOAT_PIXEL_DATA:
                raise SourceError(f"{self.name} holds measured values, not pictures.", "Choose an ultrasound clip.")
            if tag >> 16 != PIXEL_GROUP:
                break
            self._stream.seek(length, 1)
        raise self._without_pictures(None if element is None else element[0])

    def _without_pictures(self, next_tag: int | None) -> SourceError:
        """Return why there is no pixel data, by the header and the element that stands in its place."""
        kind = self.header.file_meta.get("MediaStorageSOPClassUID") or self.header.get("SOPClassUID")
        if kind == _DIRECTORY_CLASS:
            return SourceError(f"{self.name} is the table of contents of a disc.", "Open the folder that holds it.")
        if kind is None and "Rows" not in self.header:
            return SourceError(f"{self.name} is not a DICOM file.", "Choose a clip, a still or a DICOM file.")
        if next_tag is not None and next_tag >> 16 > PIXEL_GROUP:
            return SourceError(
                f"{self.name} has its pictures only in the maker's private format.",
                "Export it from the scanner as standard DICOM, or as video.",
            )
        if "Rows" in self.header or "Image" in UID(str(kind)).name:
            return SourceError(f"{self.name} is cut: it ends before its pictures.", _EXPORT_AGAIN)
        return SourceError(f"{self.name} holds no pictures.", "Choose another file: this may be a report.")

    def _frame_spans(self, element: _PixelElement) -> list[FrameSpans]:
        if element.length is None:
            return encapsulated_spans(self._file, element.offset, self.promised)
        header = self.header
        values = int(header.Rows) * int(header.Columns) * int(header.get("SamplesPerPixel", 1))
        frame_bytes = values * (int(header.BitsAllocated) // 8)
        if header.get("PhotometricInterpretation") == "YBR_FULL_422":
            frame_bytes = frame_bytes // 3 * 2
        if frame_bytes <= 0:
            raise SourceError(f"{self.name} has pictures without area.", _EXPORT_AGAIN)
        available = element.length
        if self._stream is self._file:
            available = min(available, self._file.seek(0, 2) - element.offset)
        return native_spans(element.offset, available, frame_bytes, self.promised)


def _element_header(stream: IO[bytes], order: str) -> tuple[int, str, int] | None:
    """Return tag, value representation (empty where it is implicit) and length; None at the end."""
    raw = stream.read(8)
    if len(raw) < 8:
        return None
    group, element = struct.unpack(f"{order}HH", raw[:4])
    kind = raw[4:6]
    tag = int(group << 16 | element)
    if kind in _LONG_KINDS:
        return tag, kind.decode("ascii"), int(struct.unpack(f"{order}I", stream.read(4))[0])
    if kind.isalpha() and kind.isupper():
        return tag, kind.decode("ascii"), int(struct.unpack(f"{order}H", raw[6:])[0])
    return tag, "", int(struct.unpack(f"{order}I", raw[4:])[0])
