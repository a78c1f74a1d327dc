"""What a search will take is told without keeping anything; its blocks can be derived anew with a limit of skips."""

from pathlib import Path

import numpy as np
import pytest

from nas.cli import main
from nas.events import ArchitectureSnapshot, BlockCounts, Estimate, from_line, to_line
from nas.genotype import OPERATIONS, load
from nas.space.derivation import derive_block, family_counts
from tests.nas.searching.test_cli import TINY


def test_that_an_estimate_tells_time_and_memory_and_keeps_nothing(
    small_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["search", str(small_set), *TINY, "--estimate-only", "--events"]) == 0
    last = from_line(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(last, Estimate)
    assert last.total_s > 0
    assert last.batch == 12
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--estimate-only", "--out", "x"], "keeps nothing"),
        ([], "no folder"),
    ],
)
def test_that_an_estimate_has_no_folder_and_a_search_has_one(
    words: list[str], says: str, small_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", str(small_set), *TINY, *words]) == 2
    assert says in capsys.readouterr().err


@pytest.fixture
def collapsed(tmp_path: Path) -> Path:
    """A run whose lambda prefers skips on every edge, then on none."""
    run = tmp_path / "run"
    run.mkdir()
    lines = [snapshot(epoch, prefers) for epoch, prefers in ((0, "sep_conv_3x3"), (1, "skip_connect"))]
    (run / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run


def snapshot(epoch: int, prefers: str, informative: bool = True) -> str:
    matrix = np.random.default_rng(epoch).normal(0, 0.1, (14, 8))
    matrix[:, OPERATIONS.index(prefers)] += 3
    matrix *= informative
    genotype = derive_block(matrix).edges
    counts = BlockCounts(**{name: family_counts(genotype)[name] for name in ("skip", "pool", "convolution")})
    return to_line(
        ArchitectureSnapshot(
            epoch=epoch, normal=matrix.tolist(), reduce=matrix.tolist(), normal_entropy=1, reduce_entropy=1,
            genotype={"normal": genotype, "reduce": genotype}, normal_counts=counts, reduce_counts=counts,
            informative=informative, skips_capped=0,
        )
    )  # fmt: skip


def test_that_skips_above_the_limit_give_way_in_both_blocks(collapsed: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "made" / "two.json"
    assert main(["derive", str(collapsed), "--out", str(out), "--most-skips", "2"]) == 0
    genotype = load(out)
    assert [family_counts(edges)["skip"] for _, edges, _ in genotype.blocks()] == [2, 2]
    assert "2 skips; 6 skips and 0 pools gave way" in capsys.readouterr().out
    assert main(["derive", str(collapsed), "--out", str(out)]) == 0
    assert family_counts(load(out).normal)["skip"] == 8


def test_that_an_earlier_epoch_can_be_derived(collapsed: Path, tmp_path: Path) -> None:
    out = tmp_path / "first.json"
    assert main(["derive", str(collapsed), "--out", str(out), "--epoch", "1"]) == 0
    assert {edge.operation for edge in load(out).normal} == {"sep_conv_3x3"}


def test_that_blocks_of_an_epoch_in_which_lambda_prefers_nothing_are_called_so(tmp_path: Path, capsys) -> None:
    (tmp_path / "events.jsonl").write_text(
        "\n".join([snapshot(0, "none", informative=False), snapshot(1, "skip_connect")]) + "\n", encoding="utf-8"
    )
    words = ["derive", str(tmp_path), "--out", str(tmp_path / "x.json"), "--epoch"]
    for epoch, warned in (("1", True), ("2", False)):
        assert main([*words, epoch]) == 0
        assert ("lambda prefers nothing yet after epoch 1" in capsys.readouterr().out) == warned


@pytest.mark.parametrize(
    ("words", "says"),
    [(["--epoch", "9"], "no epoch 9"), (["--most-skips", "9"], "--most-skips is 9")],
)
def test_that_what_cannot_be_derived_is_said(
    words: list[str], says: str, collapsed: Path, tmp_path: Path, capsys
) -> None:
    assert main(["derive", str(collapsed), "--out", str(tmp_path / "x.json"), *words]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "x.json").exists()


def test_that_a_folder_without_a_search_is_said(tmp_path: Path, capsys) -> None:
    assert main(["derive", str(tmp_path), "--out", str(tmp_path / "x.json")]) == 2
    assert "tells of no epoch" in capsys.readouterr().err
