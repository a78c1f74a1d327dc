"""A frame with its map blended in, as a picture of its own: for files and reports, where no window draws."""

import numpy as np

from nas.cam import scale_map
from nas.planes import NONE
from nas.preprocess import PreprocessSpec
from uiac_desktop.frame import Frame, Pixels, Prediction
from uiac_desktop.maps import heat
from uiac_desktop.maps.place import map_place


def overlaid(frame: Frame, prediction: Prediction, spec: PreprocessSpec) -> Pixels:
    """Return a frame with the map of its named plane blended in, inferno, hot where the evidence lies.

    Screen blending never darkens speckle. A frame that shows none of the planes has no map and stays as it is.

    Parameters
    ----------
    frame, prediction
        Belonging together.
    spec
        Of the model: says which part of the frame the map covers.

    Returns
    -------
    uint8 (H, W, 3) RGB.
    """
    pixels = frame.pixels if frame.pixels.ndim == 3 else np.repeat(frame.pixels[..., None], 3, axis=2)
    if prediction.plane == NONE:
        return pixels
    values = scale_map(prediction.maps[prediction.classes.index(prediction.plane)], frame.pixels)
    height, width = pixels.shape[:2]
    place = map_place(spec, width, height)
    columns, rows = max(1, round(place.width * width)), max(1, round(place.height * height))
    left, top = round(place.x * width), round(place.y * height)
    clear = heat.clear(heat.smooth(values, columns, rows), "inferno")[..., 2::-1]
    blended = pixels.copy()
    target = blended[max(top, 0) : top + rows, max(left, 0) : left + columns]
    light = clear[max(-top, 0) :, max(-left, 0) :][: target.shape[0], : target.shape[1]].astype(np.uint16)
    target[:] = light + target - light * target // 255
    return blended
