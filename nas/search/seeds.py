"""Several searches that differ by their seed alone, side by side: how much of what they found is more than chance.

Differences between ways of searching are often smaller than those between seeds; one search alone tells neither.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import fmean, stdev
from typing import Literal

from pydantic import ValidationError

from nas.errors import RunError
from nas.genotype import Edge, Genotype
from nas.rundir import RunFolder, disk_errors, write_atomic
from nas.search.outcome import RESULT_FILE, SearchResult
from nas.search.record import SearchRecord, read_search_record
from nas.space.derivation import family_counts

_OWN = frozenset({"seed", "name", "minutes", "device", "threads", "checkpoint_seconds", "checkpoint_steps"})
_EDGES = 8


@dataclass(frozen=True, slots=True)
class Searched:
    """One finished search: its seed and what it found."""

    seed: int
    result: SearchResult


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike the blocks of several seeds are.

    Attributes
    ----------
    edges
        Mean share of a block's eight edges (operation and node) that two seeds have in common (fraction).
    operations
        The same for operations alone, wherever they lie.
    """

    edges: float
    operations: float


def read_searches(folders: Sequence[Path]) -> tuple[Searched, ...]:
    """Return finished searches in the order of their seeds.

    Raises
    ------
    RunError
        Fewer than two, one is no finished search, two have the same seed, or they differ in more than the seed.
    """
    if len(folders) < 2:
        raise RunError("One search has nothing to be compared with.", "Name the folders of at least two.")
    found: dict[int, Searched] = {}
    first: SearchRecord | None = None
    for path in folders:
        record = read_search_record(RunFolder(path, resume=True))
        first = first or record
        _refuse_other(first, record, path.name)
        if record.config.seed in found:
            raise RunError(f"Seed {record.config.seed} is there twice.", "Name one search for each seed.")
        found[record.config.seed] = Searched(record.config.seed, _result(path))
    return tuple(found[seed] for seed in sorted(found))


def agreement(genotypes: Sequence[Genotype], block: Literal["normal", "reduce"]) -> Agreement:
    """Return how alike one of the two blocks is over all pairs of seeds."""
    blocks: list[tuple[Edge, ...]] = [getattr(genotype, block) for genotype in genotypes]
    pairs = list(combinations(blocks, 2))
    return Agreement(
        fmean(_common(_placed(one), _placed(other)) for one, other in pairs),
        fmean(_common([edge.operation for edge in one], [edge.operation for edge in other]) for one, other in pairs),
    )


def write_seeds(searches: Sequence[Searched], out: Path) -> str:
    """Write report.md and seeds.csv into a folder; return the report.

    Raises
    ------
    RunError
        The disk refuses.
    """
    report = _report(searches)
    with disk_errors():
        out.mkdir(parents=True, exist_ok=True)
        write_atomic(out / "report.md", report.encode())
        write_atomic(out / "seeds.csv", _table(searches).encode("utf-8-sig"))
    return report


def _result(path: Path) -> SearchResult:
    try:
        return SearchResult.model_validate_json((path / RESULT_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise RunError(
            f"{path.name} is no finished search: it has no whole {RESULT_FILE}.", "Go on with it by --resume first."
        ) from error


def _refuse_other(first: SearchRecord, other: SearchRecord, name: str) -> None:
    one, two = first.config.model_dump(), other.config.model_dump()
    differing = [field for field in one if field not in _OWN and one[field] != two[field]]
    if first.data_fingerprint != other.data_fingerprint:
        differing.append("the images")
    if differing:
        raise RunError(
            f"{name} differs from the others in {', '.join(differing)}, so seeds are not all that differs.",
            "Name searches of one data set that were started with the same flags, --seed aside.",
        )


def _placed(block: Sequence[Edge]) -> list[tuple[int, str, int]]:
    """Return each edge with the node that it leads to."""
    return [(number // 2, edge.operation, edge.node) for number, edge in enumerate(block)]


def _common(one: Sequence[object], other: Sequence[object]) -> float:
    return (Counter(one) & Counter(other)).total() / _EDGES


def _rows(searches: Sequence[Searched]) -> list[list[str]]:
    rows = []
    for search in searches:
        genotype, result = search.result.genotype, search.result
        counts = [
            "/".join(str(family_counts(block)[family]) for family in ("convolution", "pool", "skip"))
            for block in (genotype.normal, genotype.reduce)
        ]
        figures = [f"{100 * result.top1:.2f}", f"{result.best_epoch + 1}", f"{result.epochs_done}", result.reason]
        rows.append([str(search.seed), *figures, *counts, f"{result.parameters / 1e6:.3f}", f"{result.seconds:.0f}"])
    return rows


_COLUMNS = (
    "seed", "top-1 on D_val %", "epoch chosen", "epochs done", "ended by", "standard: convolutions/pools/skips",
    "reduction: convolutions/pools/skips", "parameters M", "s",
)  # fmt: skip


def _table(searches: Sequence[Searched]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_COLUMNS, "genotype"])
    for row, search in zip(_rows(searches), searches, strict=True):
        writer.writerow([*row, json.dumps(search.result.genotype.model_dump(mode="json"))])
    return text.getvalue()


def _report(searches: Sequence[Searched]) -> str:
    genotypes = [search.result.genotype for search in searches]
    tops = [100 * search.result.top1 for search in searches]
    alike = {name: agreement(genotypes, name) for name in ("normal", "reduce")}
    lines = [
        f"# {len(searches)} seeds of one search\n",
        "Research use only; not for diagnosis.\n",
        (
            f"Top-1 of the search network on D_val: {fmean(tops):.2f} ± {stdev(tops):.2f} % (mean ± sd over seeds)."
            f" {searches[0].result.selection}\n"
        ),
        f"| {' | '.join(_COLUMNS)} |",
        f"| {' | '.join('---' for _ in _COLUMNS)} |",
        *(f"| {' | '.join(row)} |" for row in _rows(searches)),
        "\n## How alike the blocks are\n",
        "| block | same edges % | same operations % |",
        "| --- | ---: | ---: |",
    ]
    for name, word in (("normal", "standard"), ("reduce", "reduction")):
        lines.append(f"| {word} | {100 * alike[name].edges:.0f} | {100 * alike[name].operations:.0f} |")
    lines.append(
        "\nMeans over all pairs of seeds; an edge is an operation, where it starts and the node it leads to.\n"
    )
    lines.extend(f"## Seed {search.seed}\n\n```json\n{search.result.genotype.to_json()}```\n" for search in searches)
    return "\n".join(lines)
