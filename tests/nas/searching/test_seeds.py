"""Searches that differ by their seed alone stand side by side; others are refused by what differs."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from nas.cli import main
from nas.config.search import SearchConfig
from nas.genotype import DARTS_V1, DARTS_V2, Genotype
from nas.search.outcome import SearchResult
from nas.search.record import SearchRecord
from nas.search.seeds import agreement


def finished(folder: Path, genotype: Genotype, seed: int, top1: float = 0.5, **changes: Any) -> Path:
    """Write what a finished search leaves."""
    folder.mkdir()
    record = SearchRecord(
        config=SearchConfig(seed=seed, **changes), classes=("FCH", "TV"), images=8, data_fingerprint="a"
    )
    result = SearchResult(
        genotype=genotype, best_epoch=3, epochs_done=5, reason="epochs", top1=top1, selection="It flatters.",
        guards=(), warnings=(), seconds=61.4, parameters=6_509_000,
    )  # fmt: skip
    (folder / "config.json").write_text(record.model_dump_json())
    (folder / "search_result.json").write_text(result.model_dump_json())
    return folder


def test_that_the_table_has_a_row_a_seed_and_says_how_alike_the_blocks_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [
        finished(tmp_path / "b", DARTS_V2, 7, 0.6, name="second"),
        finished(tmp_path / "a", DARTS_V1, 3, 0.5),
        finished(tmp_path / "c", DARTS_V2, 9, 0.7),
    ]
    assert main(["seeds", *map(str, runs), "--out", str(tmp_path / "out")]) == 0
    report = (tmp_path / "out" / "report.md").read_text()
    assert capsys.readouterr().out == report
    assert "60.00 ± 10.00 %" in report
    assert "It flatters." in report
    assert report.index("## Seed 3") < report.index("## Seed 7") < report.index("## Seed 9")
    assert DARTS_V1.to_json() in report
    rows = list(csv.DictReader((tmp_path / "out" / "seeds.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["seed"], row["top-1 on D_val %"], row["epoch chosen"]) for row in rows] == [
        ("3", "50.00", "4"), ("7", "60.00", "4"), ("9", "70.00", "4"),
    ]  # fmt: skip
    assert Genotype.model_validate(json.loads(rows[1]["genotype"])) == DARTS_V2


def test_that_equal_blocks_agree_wholly_and_moved_edges_by_their_operations_alone() -> None:
    whole = agreement([DARTS_V2, DARTS_V2], "normal")
    assert (whole.edges, whole.operations) == (1, 1)
    edges = DARTS_V2.normal
    turned = DARTS_V2.model_copy(update={"normal": (*edges[2:], *edges[:2])})
    moved = agreement([DARTS_V2, turned], "normal")
    assert moved.operations == 1
    assert moved.edges < 1


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ({"seed": 1, "epochs": 9}, "differs from the others in epochs"),
        ({"seed": 0}, "Seed 0 is there twice"),
        (None, "has nothing to be compared with"),
    ],
)
def test_that_what_is_no_sweep_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], second: dict[str, Any] | None, says: str
) -> None:
    runs = [finished(tmp_path / "a", DARTS_V1, 0)]
    if second is not None:
        runs.append(finished(tmp_path / "b", DARTS_V2, **second))
    assert main(["seeds", *map(str, runs), "--out", str(tmp_path / "out")]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_that_a_search_under_way_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [finished(tmp_path / name, DARTS_V1, seed) for seed, name in enumerate("ab")]
    (runs[1] / "search_result.json").unlink()
    assert main(["seeds", *map(str, runs), "--out", str(tmp_path / "out")]) == 2
    assert "b is no finished search" in capsys.readouterr().err
