"""The paper of every figure: matplotlib without a window, the light colours of the house, written whole."""

import contextlib
from pathlib import Path
from typing import Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nas.errors import NasError

TEXT, QUIET, LINES, GRID = "#14181B", "#424B53", "#76808A", "#DDE2E6"
TRAINING, VALIDATION = "#0B62A6", "#7F5200"
_SUFFIXES: Final = (".png", ".svg", ".pdf")
_DPI: Final = 200


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="#FFFFFF")
    FigureCanvasAgg(figure)
    return figure


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, SVG or PDF, by the ending of its name.

    Raises
    ------
    NasError
        The ending is another, or the file cannot be written.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise NasError(f"{path.name} is no kind of figure.", f"Use one of {', '.join(_SUFFIXES)}.")
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(beside, format=path.suffix[1:].lower(), dpi=_DPI)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        reason = error.strerror or "the disk refused"
        raise NasError(
            f"{path.name} cannot be written: {reason}.", "Free some space or choose another folder."
        ) from error
