"""What an evaluation left in its folder, read back as one record, so that the result page needs no engine."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from nas.errors import RunError
from nas.evaluate.metrics import Metrics
from nas.planes import NONE
from nas.wizard.presence import is_file

METRICS_FILE: Final = "metrics.json"
FIGURES: Final = "figures"
PREDICTIONS_FILE: Final = "predictions.csv"
_LARGEST: Final = 2**28


class Example(BaseModel):
    """A frame of the map gallery: ``map`` is the unscaled evidence for its true plane, (h, w)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str
    plane: str
    answer: str
    certainty: float
    map: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """A judged frame: its path in the set, its label, the answer (``none`` below the threshold), the certainty."""

    file: str
    label: str
    answer: str
    certainty: float


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of certainty that has frames: its mean certainty, the share that was right, and how many there were."""

    certainty: float
    right: float
    frames: int


@dataclass(frozen=True, slots=True)
class Point:
    """A frame in both lay-outs of the t-SNE."""

    file: str
    label: str
    before: tuple[float, float]
    after: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Result:
    """An evaluation.

    Attributes
    ----------
    folder
        Where its files lie.
    figures
        The headline, per plane and the matrix of planes.
    predictions
        Every frame; empty where only the training run itself was judged.
    before, after
        Certainty held against rightness, at temperature 1 and calibrated.
    gallery
        Right answers of each plane, most certain first, then a wrong one.
    points
        The t-SNE; empty where it was left out.
    """

    folder: Path
    figures: Metrics
    predictions: tuple[Prediction, ...] = ()
    before: tuple[Bin, ...] = ()
    after: tuple[Bin, ...] = ()
    gallery: tuple[Example, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Rows and columns of the matrix: the planes, and ``none`` where frames were told apart by it."""
        return (*self.figures.classes, NONE) if self.predictions else self.figures.classes

    def matrix(self) -> tuple[tuple[int, ...], ...]:
        """Return frames by truth (rows) and answer (columns), in the order of `labels`."""
        if not self.predictions:
            return self.figures.confusion
        counts = Counter((one.label, one.answer) for one in self.predictions)
        return tuple(tuple(counts[truth, answer] for answer in self.labels) for truth in self.labels)

    def frames(self, label: str, answer: str) -> tuple[Prediction, ...]:
        """Return the frames of a cell of the matrix, most certain first."""
        mine = (one for one in self.predictions if one.label == label and one.answer == answer)
        return tuple(sorted(mine, key=lambda one: (-one.certainty, one.file)))

    def prediction(self, file: str) -> Prediction | None:
        """Return what was said of a frame."""
        return next((one for one in self.predictions if one.file == file), None)

    def files(self) -> tuple[Path, ...]:
        """Return everything that the evaluation wrote: tables, pictures, and the numbers behind them."""
        tops = (METRICS_FILE, PREDICTIONS_FILE, "confusion.csv")
        found = [self.folder / name for name in tops if (self.folder / name).is_file()]
        pictures = self.folder / FIGURES
        return (*found, *(sorted(file for file in pictures.iterdir() if file.is_file()) if pictures.is_dir() else ()))


def read_result(folder: Path) -> Result | None:
    """Return the evaluation in a folder; None where there is none.

    A training run's own folder can be read too: it holds the figures of its held-out frames without the frames.

    Raises
    ------
    RunError
        A file of it is damaged.
    """
    if not is_file(folder / METRICS_FILE):
        return None
    try:
        figures = Metrics.model_validate_json(_content(folder / METRICS_FILE))
        before, after = _bins(folder / FIGURES / "reliability.csv")
        return Result(
            folder=folder,
            figures=figures,
            predictions=_predictions(folder / PREDICTIONS_FILE),
            before=before,
            after=after,
            gallery=_gallery(folder / FIGURES / "gallery.json"),
            points=_points(folder / FIGURES / "tsne.csv"),
        )
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise RunError("A file of the result is damaged or cannot be read.", "Judge the model once more.") from error


def _content(file: Path) -> str:
    if file.stat().st_size > _LARGEST:
        raise ValueError(f"{file.name} is too large to be ours")
    return file.read_text(encoding="utf-8-sig")


def _rows(file: Path, *columns: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table that has these columns; none where it was not written."""
    if file.is_file():
        table = csv.DictReader(io.StringIO(_content(file), newline=""))
        if not set(columns) <= set(table.fieldnames or ()):
            raise ValueError(f"{file.name} has other columns")
        for row in table:
            if None in row or None in row.values():
                raise ValueError(f"{file.name} is cut")
            yield row


def _predictions(file: Path) -> tuple[Prediction, ...]:
    rows = _rows(file, "file", "label", "plane", "certainty")
    return tuple(Prediction(row["file"], row["label"], row["plane"], float(row["certainty"])) for row in rows)


def _bins(file: Path) -> tuple[tuple[Bin, ...], tuple[Bin, ...]]:
    found: dict[str, list[Bin]] = {"before": [], "after": []}
    for row in _rows(file, "state", "certainty", "right", "frames"):
        if int(row["frames"]):
            found[row["state"]].append(Bin(float(row["certainty"]), float(row["right"]), int(row["frames"])))
    return tuple(found["before"]), tuple(found["after"])


def _gallery(file: Path) -> tuple[Example, ...]:
    if not file.is_file():
        return ()
    try:
        return TypeAdapter(tuple[Example, ...]).validate_json(_content(file))
    except ValidationError as error:
        raise ValueError(f"{file.name} is no gallery") from error


def _points(file: Path) -> tuple[Point, ...]:
    return tuple(
        Point(
            row["file"],
            row["label"],
            (float(row["untrained_x"]), float(row["untrained_y"])),
            (float(row["trained_x"]), float(row["trained_y"])),
        )
        for row in _rows(file, "file", "label", "untrained_x", "untrained_y", "trained_x", "trained_y")
    )
