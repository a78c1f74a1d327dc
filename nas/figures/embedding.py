"""Frames as points in a plane, untrained beside trained, as the paper's Figure 10: what training has drawn apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from nas.figures.canvas import LINES, QUIET, TEXT, as_label, new_figure, write_figure
from nas.figures.plane_ink import PlaneInk, plane_inks
from nas.planes import NONE

Points: TypeAlias = NDArray[np.float64]

_WIDTH: Final = 7.4
_HEIGHT: Final = 4.3
_LABEL: Final = np.array([0.15, 0.055])  # room of a label in fractions of the axes, width and height
_ABOVE: Final = np.array([0.0, 0.05])
_PLACES: Final = 101  # along each side


@dataclass(frozen=True, slots=True)
class Embedding:
    """The pooled features of frames laid out in two dimensions.

    Attributes
    ----------
    files, labels
        (N) path and class of each frame.
    untrained, trained
        (N, 2) each; distances mean something within one of them only, axes mean nothing.
    perplexity
        Of t-SNE (frames).
    """

    files: tuple[str, ...]
    labels: tuple[str, ...]
    untrained: Points
    trained: Points
    perplexity: float


def draw_embedding(embedding: Embedding, order: Sequence[str], path: Path) -> None:
    """Draw both lay-outs side by side, one colour and mark a class, its code beside its densest place.

    Parameters
    ----------
    embedding
        The points.
    order
        The classes in the order of the legend.
    path
        As `nas.figures.canvas.write_figure`.
    """
    present = [label for label in order if label in set(embedding.labels)]
    inks = plane_inks(present)
    figure = new_figure(_WIDTH, _HEIGHT)
    axes = figure.subplots(1, 2)
    for part, name, points in zip(
        axes, ("untrained", "trained"), (embedding.untrained, embedding.trained), strict=True
    ):
        _draw_points(part, points, embedding.labels, inks)
        part.set_title(name, fontsize=10, color=TEXT)
    axes[0].set_xlabel(
        f"t-SNE of pooled features, {len(embedding.files)} frames, perplexity {embedding.perplexity:.0f}",
        fontsize=7,
        color=QUIET,
        loc="left",
    )
    handles = [Line2D([], [], linestyle="", label=as_label(label), **_marker(ink, 6)) for label, ink in inks.items()]
    room = int(_WIDTH / (0.3 + 0.07 * max(len(as_label(label)) for label in inks)))
    figure.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), room), frameon=False,
                  fontsize=7.5, handletextpad=0.1, columnspacing=0.9)  # fmt: skip
    write_figure(figure, path)


def _draw_points(axes: Any, points: Points, labels: Sequence[str], inks: dict[str, PlaneInk]) -> None:
    low, high = points.min(axis=0), points.max(axis=0)
    unit = 0.5 + (points - (low + high) / 2) / max(float((high - low).max()), 1e-12)
    named = np.asarray(labels)
    size = float(np.clip(26 - 3.2 * np.log(len(points)), 3.0, 5.0))
    for label in sorted(inks, key=lambda label: label != NONE):
        mine = unit[named == label]
        axes.plot(mine[:, 0], mine[:, 1], linestyle="", **_marker(inks[label], size))
    anchors = np.array([densest(unit[named == label]) for label in inks])
    for label, anchor, place in zip(inks, anchors, apart(anchors + _ABOVE), strict=True):
        axes.annotate(
            as_label(label, 7),
            xy=anchor,
            xytext=place,
            ha="center",
            va="center",
            fontsize=8,
            weight="bold",
            color=TEXT,
            path_effects=[withStroke(linewidth=2.5, foreground="#FFFFFF")],
            arrowprops={"arrowstyle": "-", "color": TEXT, "linewidth": 0.5, "shrinkA": 6, "shrinkB": 0},
        )
    axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set_color(LINES)


def _marker(ink: PlaneInk, size: float) -> dict[str, Any]:
    """Return how a point is marked: an outline keeps light colours visible on white, a cross has none."""
    if ink.mark == "x":
        return {"marker": "x", "color": ink.colour, "markersize": 0.8 * size, "markeredgewidth": 0.8}
    smaller = 0.85 if ink.mark == "D" else 1.0
    return {
        "marker": ink.mark,
        "color": ink.colour,
        "markeredgecolor": TEXT,
        "markeredgewidth": 0.35,
        "markersize": smaller * size,
    }


def densest(points: Points) -> Points:
    """Return the point (2,) of (N, 2) that lies nearest to a tenth of the others, at least two."""
    near = max(2, len(points) // 10) + 1
    apart_by = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    closest: Points = points[np.sort(apart_by, axis=1)[:, :near].mean(axis=1).argmin()]
    return closest


def apart(wanted: Points) -> Points:
    """Return places (N, 2) in the unit square for labels, each the nearest to the wanted one (N, 2) that is still free.

    Where no place is free, the label stays where it was wanted.
    """
    free = np.stack(np.meshgrid(*(np.linspace(half, 1 - half, _PLACES) for half in _LABEL / 2)), axis=-1).reshape(-1, 2)
    places = np.clip(wanted, _LABEL / 2, 1 - _LABEL / 2)
    for number, place in enumerate(places):
        choice = np.concatenate([place[None], free])
        clear = np.all(np.any(np.abs(choice[:, None] - places[None, :number]) >= _LABEL, axis=2), axis=1)
        if clear.any():
            choice = choice[clear]
            places[number] = choice[((choice - place) ** 2).sum(axis=1).argmin()]
    return places
