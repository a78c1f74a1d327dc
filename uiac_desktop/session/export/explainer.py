"""Draws, for an export, where a model looks for the label that a frame has, whether or not it would have named it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nas.cam import scale_map
from uiac_desktop.errors import ModelError
from uiac_desktop.exam.export_options import Explained
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.maps.overlay import overlaid

if TYPE_CHECKING:
    from uiac_desktop.inference.predictor import Predictor


class Explainer:
    """Maps of one model; used by one thread, as a context.

    Parameters
    ----------
    load
        Puts the model to work, at the first frame.
    """

    def __init__(self, load: "Callable[[], Predictor]") -> None:
        self._load = load
        self._predictor: Predictor | None = None

    def __enter__(self) -> "Explainer":
        return self

    def __exit__(self, *_: object) -> None:
        if self._predictor is not None:
            self._predictor.close()

    def explain(self, pixels: Pixels, label: str) -> Explained | None:
        """Return the map of a frame's label, None where the model has no such plane.

        Parameters
        ----------
        pixels
            uint8 (H, W) or (H, W, 3), cropped and masked.

        Raises
        ------
        ModelError
            The model gives no maps.
        nas.errors.NasError
            It cannot be put to work.
        """
        if self._predictor is None:
            self._predictor = self._load()
        prediction = self._predictor.predict(pixels)
        config = self._predictor.config
        if not prediction.has_maps:
            raise ModelError(f"The model {config.name} has no maps.", "Leave the maps out, or choose another model.")
        if label not in prediction.classes:
            return None
        prediction = replace(prediction, plane=label)
        values = scale_map(prediction.maps[prediction.classes.index(label)], pixels)
        return Explained(
            np.rint(values * 255).astype(np.uint8), overlaid(Frame(pixels, 0, 0.0), prediction, config.preprocess)
        )


def explainer_of(folder: Path) -> Explainer:
    """Return the explainer of a model folder; nothing is loaded yet."""

    def load() -> "Predictor":
        from uiac_desktop.inference.predictor import load_predictor

        return load_predictor(folder)

    return Explainer(load)
