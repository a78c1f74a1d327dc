"""The two blocks of a genotype as a figure for a paper (black lines) or a screen (the operations' colours on dark)."""

from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path as Outline

from nas.errors import NasError
from nas.figures.canvas import write_figure
from nas.figures.genotype_layout import block_graph
from nas.figures.genotype_shapes import OUTPUT, BlockGraph, Box, Curve, GraphEdge
from nas.genotype import Genotype

Theme = Literal["print", "dark"]
Dashes = tuple[float, tuple[float, ...]] | Literal["solid"]

_SOLID: Final[Dashes] = "solid"
_DOTS: Final[Dashes] = (0, (0.05, 1.8))
_DASHES: Final[Dashes] = (0, (3.5, 1.8))
_DPI: Final = 100
_POINTS: Final = 72 / _DPI
_TITLE: Final = 44.0


class OperationStyle(NamedTuple):
    """How an operation is drawn: the kind of line tells the family, its width the kernel, colour comes third."""

    label: str
    dark: str
    width: float
    line: Dashes


STYLES: Final[dict[str, OperationStyle]] = {
    "none": OperationStyle("none", "#5A636B", 0, _SOLID),
    "skip_connect": OperationStyle("skip", "#9B999A", 1.5, _SOLID),
    "max_pool_3x3": OperationStyle("max 3×3", "#2E9F67", 2.5, _DOTS),
    "avg_pool_3x3": OperationStyle("avg 3×3", "#9FF1C5", 2.5, _DOTS),
    "sep_conv_3x3": OperationStyle("sep 3×3", "#C0CEEA", 2, _SOLID),
    "sep_conv_5x5": OperationStyle("sep 5×5", "#859FE1", 3.5, _SOLID),
    "dil_conv_3x3": OperationStyle("dil 3×3", "#F8C465", 2, _DASHES),
    "dil_conv_5x5": OperationStyle("dil 5×5", "#E36B04", 3.5, _DASHES),
}


class _Ink(NamedTuple):
    ground: str
    fill: str
    border: str
    text: str


_INKS: Final[dict[Theme, _Ink]] = {
    "print": _Ink("#FFFFFF", "#FFFFFF", "#000000", "#000000"),
    "dark": _Ink("#0B0D0F", "#1F2428", "#6B757E", "#DFE3E6"),
}


def draw_genotype(genotype: Genotype, path: str | Path, theme: Theme = "print") -> None:
    """Draw the standard block above the reduction block into a .png, .svg or .pdf file.

    Raises
    ------
    NasError
        Another ending, or the file cannot be written.
    """
    file = Path(path)
    if not file.suffix:
        raise NasError("a figure cannot be written as a file without ending", "Use .png, .svg or .pdf.")
    if not file.parent.is_dir():
        raise NasError(
            f"the figure could not be written: there is no folder {file.parent.name}",
            "Choose another place for the figure.",
        )
    write_figure(genotype_figure(genotype, theme), file)


def genotype_figure(genotype: Genotype, theme: Theme = "print") -> Figure:
    """Return the standard block above the reduction block (the paper's Figures 3 and 4).

    Nodes carry the paper's numbers: 1 and 2 the inputs, 3 to 6 the block's own, 7 the joined output. Edges of the
    operation ``none`` are left out.
    """
    return _figure([block_graph(edges, concat) for _, edges, concat in genotype.blocks()], theme)


def _figure(graphs: list[BlockGraph], theme: Theme) -> Figure:
    ink = _INKS[theme]
    width = max(graph.width for graph in graphs)
    height = sum(graph.height + _TITLE for graph in graphs)
    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=ink.ground)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    top = 0.0
    for title, graph in zip(("Standard block", "Reduction block"), graphs, strict=True):
        axes.text(24, top + _TITLE / 2, title, size=14 * _POINTS, weight="bold", color=ink.text, va="center")
        _draw_block(axes, graph, top + _TITLE, theme)
        top += graph.height + _TITLE
    return figure


def _draw_block(axes: Any, graph: BlockGraph, top: float, theme: Theme) -> None:
    ink = _INKS[theme]
    for curve in graph.outputs:
        _draw_curve(axes, curve, top, ink.border, 1.2, _SOLID)
    drawn = [edge for edge in graph.edges if edge.operation != "none"]
    for edge in drawn:
        style = STYLES[edge.operation]
        colour = _colour(edge, theme)
        _draw_curve(axes, edge.curve, top, colour, style.width, style.line)
        _draw_arrow(axes, edge, top, colour)
    for number, box in enumerate(graph.nodes):
        label = "concat" if number == OUTPUT else str(number + 1)
        _draw_box(axes, box, top, label, ink.border, ink, rounding=16 if number == OUTPUT else 6)
    for edge in drawn:
        _draw_box(axes, edge.chip, top, STYLES[edge.operation].label, _colour(edge, theme), ink, rounding=5)


def _colour(edge: GraphEdge, theme: Theme) -> str:
    return STYLES[edge.operation].dark if theme == "dark" else _INKS["print"].border


def _draw_curve(axes: Any, curve: Curve, top: float, colour: str, width: float, line: Dashes) -> None:
    corners = [(point.x, point.y + top) for point in curve.points]
    outline = Outline(corners, [Outline.MOVETO, Outline.CURVE4, Outline.CURVE4, Outline.CURVE4])
    cap = "round" if line == _DOTS else "butt"
    axes.add_patch(
        PathPatch(
            outline,
            fill=False,
            edgecolor=colour,
            linewidth=width * _POINTS,
            linestyle=line,
            capstyle=cap,
            gid=f"edge {curve.source + 1} {curve.target + 1}",
        )
    )


def _draw_arrow(axes: Any, edge: GraphEdge, top: float, colour: str) -> None:
    x, y = edge.port
    corners = [(x, y + top), (x - 9, y + top - 5), (x - 9, y + top + 5)]
    axes.add_patch(Polygon(corners, closed=True, facecolor=colour, edgecolor="none"))


def _draw_box(axes: Any, box: Box, top: float, label: str, border: str, ink: _Ink, rounding: float) -> None:
    corner = (box.x - box.width / 2, box.y - box.height / 2 + top)
    form = f"round,pad=0,rounding_size={rounding}"
    patch = FancyBboxPatch(
        corner, box.width, box.height, boxstyle=form, facecolor=ink.fill, edgecolor=border, linewidth=1.5 * _POINTS
    )
    axes.add_patch(patch)
    axes.text(
        box.x, box.y + top, label, size=12 * _POINTS, weight="bold", color=ink.text, ha="center", va="center_baseline"
    )
