"""Maps for the report: the chosen model looks once more at the frames that it named, since no store keeps maps."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from nas.errors import NasError
from nas.planes import NONE
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.maps.overlay import overlaid

if TYPE_CHECKING:
    from uiac_desktop.inference.predictor import Predictor

_LOG = logging.getLogger(__name__)


class ExamMaps:
    """Draws maps with one model at a time; used by one thread."""

    def __init__(self) -> None:
        self._load: Callable[[], Predictor] | None = None
        self._predictor: Predictor | None = None
        self._drawn: dict[int, Pixels | None] = {}
        self.name = ""
        self.why_not = "no model is chosen"

    def use(self, name: str, load: "Callable[[], Predictor]") -> None:
        """Take another model; it is loaded with the first map.

        Parameters
        ----------
        name
            As the store names it.
        """
        self.close()
        self._drawn.clear()
        self.name, self._load, self.why_not = name, load, "not drawn"

    def known(self, frame_id: int) -> bool:
        """Tell whether a frame's map was drawn, or tried."""
        return frame_id in self._drawn

    def drawn(self) -> dict[int, Pixels]:
        """Return what was drawn so far, by the frame's number."""
        return {number: pixels for number, pixels in self._drawn.items() if pixels is not None}

    def pass_over(self, frame_id: int) -> None:
        """Note that a frame has no map, since its picture cannot be read."""
        self._drawn[frame_id] = None

    def draw(self, frame_id: int, pixels: Pixels) -> bool:
        """Draw a frame's map over it; return False where the model cannot, `why_not` says why then.

        Parameters
        ----------
        pixels
            uint8 (H, W) or (H, W, 3), as they were kept.
        """
        try:
            if self._predictor is None:
                if self._load is None:
                    return False
                self._predictor = self._load()
            prediction = self._predictor.predict(pixels)
            named = prediction.plane != NONE and prediction.has_maps
            frame = Frame(pixels, 0, 0.0)
            if not named:
                self.why_not = "none: the model names no plane of these frames now, or has no maps"
            self._drawn[frame_id] = overlaid(frame, prediction, self._predictor.config.preprocess) if named else None
        except (DesktopError, NasError) as error:
            self.why_not = f"none: {error.message}"
            self._load, self.name = None, ""
            _LOG.info("No maps in the report: %s", error.message)
            return False
        return True

    def forget(self) -> None:
        """Let go of what was drawn."""
        self._drawn.clear()

    def close(self) -> None:
        """Let go of the model; it is loaded again with the next map."""
        if self._predictor is not None:
            self._predictor.close()
            self._predictor = None
