"""A comparison's report read back as rows of a table like the paper's Table 4, without loading the engine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from nas.errors import RunError
from nas.wizard.presence import is_file

COMPARISON_FILE: Final = "comparison.json"
REPORT_FILES: Final = (
    "report.md", "table.csv", "table.tex", "per_seed.csv", "per_seed.tex", "per_plane.csv", "per_plane.tex",
    "per_plane.png", "per_plane.pdf", COMPARISON_FILE,
)  # fmt: skip
_LARGEST: Final = 2**26
_NAMES: Final = {
    "uiac": "UIAC (paper's block)",
    "darts_v1": "DARTS v1",
    "darts_v2": "DARTS v2",
    "random": "Random block",
    "alexnet": "AlexNet",
}


class Spread(BaseModel):
    """Mean over seeds and standard deviation, None for a single seed; fractions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    mean: float
    sd: float | None = None


class _Speed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    one: float


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str
    top1: Spread
    macro_f1: Spread
    kappa: Spread
    per_plane: dict[str, Spread]
    parameters: tuple[int, int]
    speed: _Speed


class _Failure(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str
    message: str


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    seeds: tuple[int, ...]
    test_frames: int
    test_subjects: int
    device: str
    rows: tuple[_Row, ...]
    failures: tuple[_Failure, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One network of a comparison.

    Attributes
    ----------
    model
        As the comparison calls it.
    name
        As people do.
    ours
        Whether it is the network of a search.
    top1, macro_f1, kappa
        Over seeds (fractions).
    per_plane
        Mean recall of each plane.
    parameters
        Weights without the auxiliary head.
    rate
        Frames a second, one by one.
    """

    model: str
    name: str
    ours: bool
    top1: Spread
    macro_f1: Spread
    kappa: Spread
    per_plane: dict[str, float]
    parameters: int
    rate: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A finished comparison: rows, the best first; what it settles; which networks failed and why."""

    folder: Path
    rows: tuple[Compared, ...]
    seeds: int
    frames: int
    subjects: int
    device: str
    verdict: str
    failed: tuple[str, ...]

    def best_other(self, plane: str, model: str) -> float | None:
        """Return the highest recall of a plane among the networks but one."""
        others = [row.per_plane[plane] for row in self.rows if row.model != model and plane in row.per_plane]
        return max(others, default=None)

    @property
    def own(self) -> Compared | None:
        """The network of a search; where none took part, the best of the UIAC networks."""
        found = [row for row in self.rows if row.ours] or [row for row in self.rows if row.model == "uiac"]
        return found[0] if found else None

    def files(self) -> tuple[Path, ...]:
        """Return the files of the report."""
        return tuple(self.folder / name for name in REPORT_FILES if (self.folder / name).is_file())


def network_name(model: str) -> str:
    """Return what people call a network of a comparison, such as ``VGG13-bn`` for ``vgg13_bn``."""
    if model.startswith("uiac:"):
        return "UIAC (this search)"
    for start, word in (("resnet", "ResNet"), ("densenet", "DenseNet"), ("vgg", "VGG")):
        if model.startswith(start):
            return word + model.removeprefix(start).replace("_", "-")
    return _NAMES.get(model, model)


def with_names(text: str, models: Iterable[str]) -> str:
    """Return a text of a comparison with the names that people use in place of its own."""
    for model in models:
        text = re.sub(rf"(?<![\w:]){re.escape(model)}(?![\w:])", network_name(model), text)
    return text


def read_comparison(folder: Path) -> Comparison | None:
    """Return the comparison in a run's folder; None where it has not ended yet.

    Raises
    ------
    RunError
        Its file is damaged.
    """
    file = folder / COMPARISON_FILE
    if not is_file(file):
        return None
    try:
        if file.stat().st_size > _LARGEST:
            raise RunError(f"{COMPARISON_FILE} is too large to be ours.", "Compare once more in another folder.")
        found = _File.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise RunError("The comparison is damaged or cannot be read.", "Compare once more.") from error
    rows = tuple(
        Compared(
            model=row.model,
            name=network_name(row.model),
            ours=row.model.startswith("uiac:"),
            top1=row.top1,
            macro_f1=row.macro_f1,
            kappa=row.kappa,
            per_plane={plane: spread.mean for plane, spread in row.per_plane.items()},
            parameters=row.parameters[1],
            rate=row.speed.one,
        )
        for row in found.rows
    )
    verdict = with_names(found.verdict, (row.model for row in rows))
    failed = tuple(f"{network_name(one.model)}: {one.message}" for one in found.failures)
    return Comparison(
        folder, rows, len(found.seeds), found.test_frames, found.test_subjects, found.device, verdict, failed
    )
