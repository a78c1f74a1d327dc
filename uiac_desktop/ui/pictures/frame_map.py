"""The class activation map of the frame on screen, made once a frame, with the words for when there is none."""

from typing import Final

from nas.cam import scale_map
from nas.planes import NONE
from nas.preprocess import PreprocessSpec
from uiac_desktop.frame import Prediction, Result
from uiac_desktop.maps.place import map_place
from uiac_desktop.ui.scan.state import MapPicture

_BLANK_STEP: Final = 8
NO_PICTURE: Final = MapPicture("No picture, no map")
_NO_MAP_YET: Final = MapPicture("No map yet")
_NO_MAPS: Final = MapPicture("No map: this model gives none")
_NO_PLANE: Final = MapPicture("No plane, no map")


class FrameMap:
    """Makes the map of a result; the last one is kept, since the same frame is asked for many times."""

    def __init__(self) -> None:
        self._spec = PreprocessSpec()
        self._last: tuple[Result, MapPicture] | None = None

    def use_spec(self, spec: PreprocessSpec) -> None:
        """Note how the model at work sees a frame; the map follows it."""
        self._spec, self._last = spec, None

    @property
    def spec(self) -> PreprocessSpec:
        """How the model at work sees a frame."""
        return self._spec

    def of(self, result: Result | None) -> MapPicture:
        """Return the map of a result, or the words for its absence."""
        if result is None or result.prediction is None:
            return _NO_MAP_YET
        if not result.prediction.has_maps:
            return _NO_MAPS
        if result.prediction.plane == NONE:
            return _NO_PLANE
        if self._last is None or self._last[0] is not result:
            self._last = (result, self._made(result, result.prediction))
        return self._last[1]

    def _made(self, result: Result, prediction: Prediction) -> MapPicture:
        pixels = result.frame.pixels
        height, width = pixels.shape[:2]
        named = prediction.maps[prediction.classes.index(prediction.plane)]
        values = scale_map(named, pixels[::_BLANK_STEP, ::_BLANK_STEP])
        return MapPicture(f"Map of {prediction.plane}", values, map_place(self._spec, width, height))
