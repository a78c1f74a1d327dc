"""The paper of every figure: matplotlib without a window, the light colours of the house, written whole."""

import io
from pathlib import Path
from typing import Final

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nas.errors import NasError
from nas.figures.glyphs import cover_signs, printable
from nas.rundir import write_atomic

TEXT, QUIET, LINES, GRID = "#14181B", "#424B53", "#76808A", "#DDE2E6"
TRAINING, VALIDATION = "#0B62A6", "#7F5200"
ENDINGS: Final = (".png", ".pdf")
_DPI: Final = 200
_UNDATED: Final[dict[str, dict[str, None]]] = {
    ".png": {},
    ".pdf": {"CreationDate": None},
    ".svg": {"Date": None},
}


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="#FFFFFF")
    FigureCanvasAgg(figure)
    return figure


def as_label(name: str, most: int = 16) -> str:
    """Return the name of a class as a label of at most `most` signs, its dollars not taken for mathematics.

    Signs that no installed font has are boxes.
    """
    name = printable(name)
    short = name if len(name) <= most else f"{name[: most - 1]}…"
    return short.replace("$", r"\$")


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, PDF or SVG, by the ending of its name; without an ending, as PNG and as PDF.

    Files are undated and carry their fonts (TrueType in a PDF), so that equal figures are equal files. Each stands
    whole or not at all.

    Raises
    ------
    NasError
        The ending is another, or a file cannot be written.
    """
    if path.suffix and path.suffix.lower() not in _UNDATED:
        raise NasError(f"{path.name} is no kind of figure.", f"Use one of {', '.join(_UNDATED)}.")
    cover_signs(figure)
    _lay_out(figure)
    for ending in (path.suffix,) if path.suffix else ENDINGS:
        _write(figure, path.with_suffix(ending))


def figure_files(path: Path) -> tuple[Path, ...]:
    """Return the files that `write_figure` writes for a name without an ending."""
    return tuple(path.with_suffix(ending) for ending in ENDINGS)


def _lay_out(figure: Figure) -> None:
    """Lay a figure out once for all its files, as this takes longer than drawing it."""
    layout = figure.get_layout_engine()
    if layout is not None and figure.axes:
        layout.execute(figure)
    figure.set_layout_engine("none")


def _write(figure: Figure, path: Path) -> None:
    kind = path.suffix.lower()
    drawn = io.BytesIO()
    with rc_context({"pdf.fonttype": 42, "svg.hashsalt": "uiac", "image.composite_image": False}):
        figure.savefig(drawn, format=kind[1:], dpi=_DPI, metadata=_UNDATED[kind])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, drawn.getvalue())
    except OSError as error:
        reason = error.strerror or "the disk refused"
        raise NasError(
            f"{path.name} cannot be written: {reason}.", "Free some space or choose another folder."
        ) from error
