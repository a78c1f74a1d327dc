"""Files made for the tests: clips by libav, DICOM by pydicom, stills by Pillow; small, numbered, of any odd kind."""

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, JPEGBaseline8Bit

Picture = NDArray[np.uint8]
MULTI_FRAME = "1.2.840.10008.5.1.4.1.1.3.1"
SINGLE_FRAME = "1.2.840.10008.5.1.4.1.1.6.1"


def write_clip(
    path: Path,
    pictures: Iterable[Picture],
    codec: str = "libx264",
    *,
    fps: int | Fraction = 25,
    form: str | None = None,
    stamps: Sequence[int] | None = None,
    turn: tuple[float, bool] | None = None,
    tags: dict[str, int] | None = None,
    options: dict[str, str] | None = None,
    container: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Write a clip; ``stamps`` are times in ticks of 1 / fps, ``turn`` is (degrees, mirrored) of the display matrix."""
    pictures = list(pictures)
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w", format=container) as out:
        out.metadata.update(metadata or {})
        stream = out.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height = width, height
        stream.pix_fmt = form or "yuv420p"
        stream.codec_context.time_base = 1 / Fraction(fps)
        for name, value in (tags or {}).items():
            setattr(stream.codec_context, name, value)
        if turn is not None:
            stream.set_display_rotation(turn[0], hflip=turn[1])
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "gray" if picture.ndim == 2 else _packed(picture))
            if tags:
                frame = frame.reformat(
                    format=stream.pix_fmt,
                    dst_colorspace=tags.get("colorspace"),
                    dst_color_range=tags.get("color_range"),
                )
            frame.pts = number if stamps is None else stamps[number]
            frame.time_base = 1 / Fraction(fps)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def _packed(picture: Picture) -> str:
    return "rgba" if picture.shape[2] == 4 else "rgb24"


def jpeg(picture: Picture, quality: int = 92, subsampling: int = 0) -> bytes:
    """Return a picture as JPEG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, subsampling=subsampling)
    return out.getvalue()


def dicom(pictures: Sequence[Picture], syntax: str = ExplicitVRLittleEndian, **entries: Any) -> FileDataset:
    """Return a DICOM data set of native pictures; entries are set, or taken out where None."""
    first = pictures[0]
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(SINGLE_FRAME if len(pictures) == 1 else MULTI_FRAME)
    meta.MediaStorageSOPInstanceUID = UID("2.25.1")
    meta.TransferSyntaxUID = UID(syntax)
    data = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, UID("2.25.1")
    data.PatientName, data.PatientID, data.Modality = "Nobody^Tested", "N-4711", "US"
    data.Rows, data.Columns = first.shape[:2]
    data.SamplesPerPixel = 1 if first.ndim == 2 else 3
    data.PhotometricInterpretation = "MONOCHROME2" if first.ndim == 2 else "RGB"
    if first.ndim == 3:
        data.PlanarConfiguration = 0
    bits = 8 * first.dtype.itemsize
    data.BitsAllocated, data.BitsStored, data.HighBit = bits, bits, bits - 1
    data.PixelRepresentation = 0
    if len(pictures) > 1:
        data.NumberOfFrames, data.FrameTime = len(pictures), 40
    set_pixels(data, b"".join(picture.tobytes() for picture in pictures))
    for name, value in entries.items():
        if value is None:
            del data[name]
        else:
            setattr(data, name, value)
    return data


def set_pixels(data: Dataset, raw: bytes) -> None:
    """Set native pixel data, padded to even length."""
    data.PixelData = raw + bytes(len(raw) % 2)
    data["PixelData"].VR = "OW" if data.BitsAllocated > 8 else "OB"


def set_coded(data: Dataset, frames: Sequence[bytes], *, table: bool = True, fragments: int = 1) -> None:
    """Set encapsulated pixel data."""
    data.PixelData = encapsulate([frame + bytes(len(frame) % 2) for frame in frames], fragments, has_bot=table)
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True


def jpeg_dicom(pictures: Sequence[Picture], **entries: Any) -> FileDataset:
    """Return a DICOM data set of baseline JPEG."""
    colour = "YBR_FULL_422" if pictures[0].ndim == 3 else "MONOCHROME2"
    data = dicom(pictures, JPEGBaseline8Bit, **{"PhotometricInterpretation": colour, **entries})
    set_coded(data, [jpeg(picture) for picture in pictures])
    return data


def save(data: FileDataset, path: Path) -> Path:
    """Write a DICOM file."""
    if data.file_meta.TransferSyntaxUID == ExplicitVRBigEndian:
        dcmwrite(path, data, implicit_vr=False, little_endian=False)
    else:
        data.save_as(path, enforce_file_format=True)
    return path


def region(left: int, top: int, right: int, bottom: int, form: int = 1, kind: int = 1) -> Dataset:
    """Return an item of the sequence of ultrasound regions; corners are pixels inside it."""
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType = form, kind
    item.RegionLocationMinX0, item.RegionLocationMinY0 = left, top
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = right, bottom
    return item
