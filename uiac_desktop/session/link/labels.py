"""A labelled frame as OpenIGTLink messages: the plane with its certainty as a STRING, its map as an IMAGE."""

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyigtl.messages import ImageMessage, StringMessage

from nas.cam import scale_map
from nas.planes import NONE
from nas.preprocess import PreprocessSpec
from uiac_desktop.frame import Pixels, Prediction, Result
from uiac_desktop.maps.heat import smooth
from uiac_desktop.maps.place import MapPlace, map_place

PLANE_DEVICE: Final = "UIAC_Plane"
MAP_DEVICE: Final = "UIAC_Map"
ABOUT_DEVICE: Final = "UIAC_About"
_ABOUT: Final = "UIAC Desktop. Research use only. Not for diagnosis."
_LONGER_SIDE: Final = 128
_CELLS: Final = 96
_BLANK_STEP: Final = 8


def about() -> bytes:
    """Return what every client is told first."""
    packed: bytes = StringMessage(_ABOUT, device_name=ABOUT_DEVICE).pack()
    return packed


def messages_of(result: Result, spec: PreprocessSpec) -> bytes:
    """Return the messages of one labelled frame; empty where it has no label.

    The text is the plane's code and the calibrated certainty, ``FCH 0.973``, or ``none`` and the best plane's. The map
    is grey, 0 to 255, and lies in the frame's own pixels (one pixel is one millimetre, the first pixel's middle is the
    origin): its matrix makes it cover the frame exactly. Under ``none`` it is black; a model without maps sends none.

    Parameters
    ----------
    spec
        How the model sees a frame, which says where on it the map lies.
    """
    prediction = result.prediction
    if prediction is None:
        return b""
    taken_at = time.time() - max(time.monotonic() - result.frame.captured_at, 0.0)
    code = prediction.plane.encode("ascii", "replace").decode()
    text = StringMessage(f"{code} {prediction.certainty:.3f}", timestamp=taken_at, device_name=PLANE_DEVICE)
    packed: bytes = text.pack()
    if not prediction.has_maps:
        return packed
    rows, columns = result.frame.pixels.shape[:2]
    shown = map_pixels(prediction, result.frame.pixels, map_place(spec, columns, rows))
    across, down = columns / shown.shape[1], rows / shown.shape[0]
    matrix = np.diag([across, down, 1.0, 1.0])
    matrix[:2, 3] = (across - 1) / 2, (down - 1) / 2
    picture = ImageMessage(shown[None], ijk_to_world_matrix=matrix, timestamp=taken_at, device_name=MAP_DEVICE)
    return packed + bytes(picture.pack())


def map_pixels(prediction: Prediction, pixels: Pixels, place: MapPlace) -> Pixels:
    """Return the named plane's map as grey levels over the whole frame, its longer side 128 pixels.

    Parameters
    ----------
    pixels
        Of the frame that the prediction was computed from.
    place
        The part of the frame that the map covers; outside it is black.
    """
    rows, columns = pixels.shape[:2]
    scale = _LONGER_SIDE / max(rows, columns)
    height, width = max(1, round(rows * scale)), max(1, round(columns * scale))
    if prediction.plane == NONE:
        return np.zeros((height, width), np.uint8)
    named = prediction.maps[prediction.classes.index(prediction.plane)]
    values = smooth(scale_map(named, pixels[::_BLANK_STEP, ::_BLANK_STEP]), _CELLS, _CELLS)
    down = _cells(height, place.y, place.height)
    across = _cells(width, place.x, place.width)
    laid = values[np.ix_(np.clip(down, 0, _CELLS - 1), np.clip(across, 0, _CELLS - 1))]
    inside = ((down >= 0) & (down < _CELLS))[:, None] & ((across >= 0) & (across < _CELLS))[None]
    return np.asarray((255 * np.clip(laid * inside, 0, 1)).round(), np.uint8)


def _cells(length: int, start: float, extent: float) -> NDArray[np.int64]:
    """Return for each pixel of one direction the map's cell under its middle."""
    middles = (np.arange(length) + 0.5) / length
    return np.floor((middles - start) / extent * _CELLS).astype(np.int64)
