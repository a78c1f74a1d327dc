"""How the sessions of the tests come by their model, or fail to."""

from collections.abc import Callable

from nas.errors import ModelFolderError
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.live import LiveSession

Load = Callable[[], Predictor]
Begin = Callable[..., LiveSession]


def never() -> Predictor:
    raise ModelFolderError("there is no model", "Choose one.")
