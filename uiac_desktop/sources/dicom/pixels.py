"""From a frame's coded bytes to what is shown: the codings of DICOM, and its ways to store grey, palette and colour."""

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import Decoder, get_decoder
from pydicom.uid import UID, JPEG2000TransferSyntaxes, JPEGBaseline8Bit, JPEGExtended12Bit, RLELossless

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.dicom.header import quiet_pydicom
from uiac_desktop.sources.dicom.levels import level_table
from uiac_desktop.sources.opencv import cv2
from uiac_desktop.sources.sequence import UnreadablePictureError

_COLOURS: Final = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
_GREYS: Final = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
_RGB_COMPONENTS: Final = ([82, 71, 66], [114, 103, 98])
_PLUGINS: Final = {RLELossless: "pylibjpeg"} | dict.fromkeys(JPEG2000TransferSyntaxes, "pylibjpeg")
_READS_12_BIT_JPEG: Final = "pylibjpeg"
_CODINGS: Final = {
    str(JPEGExtended12Bit): "JPEG Extended of 12 bits",
    "1.2.840.10008.1.2.4.110": "JPEG XL",
    "1.2.840.10008.1.2.4.111": "JPEG XL",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
}
_DAMAGED: Final = (
    OSError, ValueError, RuntimeError, SyntaxError, KeyError, IndexError, AttributeError, TypeError, MemoryError,
    OverflowError, Image.DecompressionBombError,
)  # fmt: skip
_EXPORT_PLAINLY: Final = "Export it from the scanner uncompressed, or as JPEG, JPEG 2000 or RLE."


class PixelDecoder:
    """Decodes the frames of one DICOM file.

    Parameters
    ----------
    header
        The entries that describe the pictures.
    syntax
        The transfer syntax of the file.
    pixel_kind
        Value representation of the pixel data.
    name
        The file, for messages.

    Raises
    ------
    SourceError
        Its coding, or its way to store colours, is not read; the message names it.
    """

    def __init__(self, header: Dataset, syntax: UID, pixel_kind: str, name: str) -> None:
        self._syntax = syntax
        self._colour = str(header.get("PhotometricInterpretation", "MONOCHROME2"))
        samples = int(header.get("SamplesPerPixel") or 1)
        if self._colour not in (_GREYS if samples == 1 else _COLOURS):
            raise SourceError(f"{name} stores its colours as {self._colour}, which is not read.", "Export it in RGB.")
        self._rows, self._columns = int(header.Rows), int(header.Columns)
        self._stored = int(header.get("BitsStored") or header.BitsAllocated)
        self._shift = _unused_low_bits(header, self._stored)
        self._table = level_table(header) if samples == 1 else None
        with quiet_pydicom():
            self._baseline = syntax == JPEGBaseline8Bit or (syntax == JPEGExtended12Bit and self._stored == 8)
            self._decoder = _decoder(syntax, self._stored, name)
            compressed = self._decoder.is_encapsulated
        self._options: dict[str, Any] = {
            "rows": self._rows,
            "columns": self._columns,
            "number_of_frames": 1,
            "samples_per_pixel": samples,
            "bits_allocated": int(header.BitsAllocated),
            "bits_stored": self._stored,
            "pixel_representation": int(header.get("PixelRepresentation") or 0),
            "photometric_interpretation": self._colour,
            "planar_configuration": 0 if compressed else int(header.get("PlanarConfiguration") or 0),
            "pixel_keyword": "PixelData",
            "pixel_vr": pixel_kind,
            "correct_unused_bits": False,
        }

    def decode(self, coded: bytes) -> Pixels:
        """Return a frame as it is shown, uint8 (H, W) grey or (H, W, 3) RGB, contiguous.

        Raises
        ------
        UnreadablePictureError
            The bytes are damaged.
        """
        try:
            with quiet_pydicom():
                shown = self._jpeg(coded) if self._baseline else self._other(coded)
        except _DAMAGED as error:
            raise UnreadablePictureError("it is damaged") from error
        return np.ascontiguousarray(shown)

    def _other(self, coded: bytes) -> Pixels:
        encapsulated = self._decoder.is_encapsulated
        source = encapsulate([coded]) if encapsulated else coded
        values, meaning = self._decoder.as_array(
            source, index=0, validate=False, raw=True, decoding_plugin=_PLUGINS.get(self._syntax, ""), **self._options
        )
        return self._shown(values, str(meaning["photometric_interpretation"]))

    def _jpeg(self, coded: bytes) -> Pixels:
        """Decode 8-bit JPEG by Pillow, which is several times faster than the other decoders."""
        with Image.open(io.BytesIO(coded), formats=("JPEG",)) as picture:
            if self._stored_as_rgb(picture):
                picture.draft("YCbCr", picture.size)
                colour = "RGB"
            elif picture.mode == "L":
                colour = "MONOCHROME"
            else:
                picture.draft("RGB", picture.size)
                colour = "RGB"
            return self._shown(np.asarray(picture), colour)

    def _stored_as_rgb(self, picture: Image.Image) -> bool:
        """Tell whether colours were coded without turning them into YCbCr, which only the DICOM header tells."""
        marked = "adobe_transform" in picture.info or "jfif" in picture.info
        components = [layer[0] for layer in getattr(picture, "layer", [])]
        return self._colour == "RGB" and picture.mode == "RGB" and not marked and components not in _RGB_COMPONENTS

    def _shown(self, values: NDArray[np.generic], colour: str) -> Pixels:
        values = values[: self._rows, : self._columns]
        if values.shape[:2] != (self._rows, self._columns):
            raise ValueError("the picture is smaller than its header says")
        if values.ndim == 2:
            return self._levels(values)
        eight = self._eight_bits(values)
        if not colour.startswith("YBR_FULL"):
            return eight
        rgb: Pixels = np.asarray(cv2.cvtColor(eight[..., [0, 2, 1]], cv2.COLOR_YCrCb2RGB), np.uint8)
        return rgb

    def _levels(self, values: NDArray[np.generic]) -> Pixels:
        patterns = values.view(f"u{values.dtype.itemsize}")
        if self._table is None:
            return patterns.astype(np.uint8, copy=False)
        if self._shift or len(self._table) < 2 ** (8 * patterns.dtype.itemsize):
            patterns = (patterns >> self._shift) & (len(self._table) - 1)
        levels: Pixels = self._table[patterns]
        return levels

    def _eight_bits(self, values: NDArray[np.generic]) -> Pixels:
        if values.dtype == np.uint8:
            return values.astype(np.uint8, copy=False)
        deep = values.astype(np.uint32)
        eight: Pixels = (deep >> max(self._stored + self._shift - 8, 0)).clip(0, 255).astype(np.uint8)
        return eight


def _unused_low_bits(header: Dataset, stored: int) -> int:
    """Return how many bits lie unused below a value; none, as nearly everywhere, where the header makes no sense."""
    high_bit = int(header.get("HighBit", stored - 1))
    return high_bit + 1 - stored if stored <= high_bit < int(header.BitsAllocated) else 0


def _decoder(syntax: UID, stored: int, name: str) -> Decoder:
    coding = _CODINGS.get(str(syntax), UID(syntax).name)
    try:
        decoder = get_decoder(syntax)
        if syntax == JPEGExtended12Bit and stored > 8 and _READS_12_BIT_JPEG not in decoder.available_plugins:
            raise NotImplementedError
    except NotImplementedError as error:
        raise SourceError(f"{name} is coded as {coding}, which is not read.", _EXPORT_PLAINLY) from error
    if decoder.is_encapsulated and not decoder.is_available:
        missing = ", ".join(decoder.missing_dependencies)
        raise SourceError(
            f"{name} is coded as {coding}; the part that reads it is missing: {missing}.", _EXPORT_PLAINLY
        )
    return decoder
