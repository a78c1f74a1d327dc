"""Tables to the letter: Markdown, CSV and LaTeX of a comparison whose figures are known."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from nas.compare.entrants import Entrant
from nas.compare.outcome import Outcome, Spread, outcome
from nas.compare.parts import HeldBack
from nas.compare.record import CompareRecord, Failure, RunResult
from nas.compare.report import command, report, write_report
from nas.compare.rows import MODEL_COLUMNS, model_table, model_values, pair_table, percent, plane_table, seed_table
from nas.compare.speed import Speed
from nas.compare.tables import Table, as_csv
from nas.config.train import TrainConfig
from nas.data.rows import Rows
from nas.learning.device import place

TRUTH = (0, 1, 0, 1)


def result(
    model: str, seed: int, answers: tuple[int, ...], reason: str = "epochs", parameters: int = 6_509_123
) -> RunResult:
    right = sum(answer == truth for answer, truth in zip(answers, TRUTH, strict=True)) / 4
    return RunResult(
        model=model, seed=seed, parameters=parameters, epochs=30, best_epoch=28, reason=reason, seconds=100.0 + seed,
        top1=right, macro_f1=right - 0.01, kappa=2 * right - 1, per_plane={"FCH": right, "TV": 0.5}, answers=answers,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Outcome:
    names = ("random", "vgg13_bn", "alexnet")
    record = CompareRecord(
        config=TrainConfig(seed=5, minutes=4, precision="fp32", reduce_at=(5, 10), flip=True, device="cpu"),
        entrants=tuple(Entrant(name=name) for name in names), seeds=2, test_share=0.25, classes=("FCH", "TV"),
        learning="a", judging="b",
    )  # fmt: skip
    results = [
        result("random", 5, (0, 0, 0, 0), parameters=312_400), result("random", 6, (0, 0, 1, 0), parameters=412_600),
        result("vgg13_bn", 5, (0, 1, 0, 1), "time"),
    ]  # fmt: skip
    failures = [
        Failure(model="vgg13_bn", seed=6, message="Full.", advice="Use --batch 48."),
        Failure(model="alexnet", seed=5, message="Too small.", advice="Larger."),
        Failure(model="alexnet", seed=6, message="Too small.", advice="Larger."),
    ]
    held_back = HeldBack(
        Rows(np.zeros((4, 8, 8), np.uint8), np.arange(4), torch.device("cpu")),
        np.array(TRUTH),
        ("s1", "s1", "s2", "s2"),
    )
    speeds = {"random": Speed(one=50.4, many=800.2), "vgg13_bn": Speed(one=20.0, many=99.6)}
    return outcome(record, results, failures, held_back, speeds, place("cpu", "fp32", threads=1))


MODELS_MARKDOWN = """\
| model | top-1 % | macro-F1 % | kappa % | parameters M | rounds | training s | frames/s, 1 | frames/s, 96 | note |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| vgg13_bn | 100.00 | 99.00 | 100.00 | 6.51 | 30 | 105 | 20 | 100 | 1 of 2 failed: Full; 1 of 1 ended by the clock |
| random | 37.50 ± 17.68 | 36.50 ± 17.68 | -25.00 ± 35.36 | 0.312 to 0.413 | 30 | 106 | 50 | 800 |  |
| alexnet | – | – | – | – | – | – | – | – | 2 of 2 failed: Too small |"""

MODELS_LATEX = r"""\begin{tabular}{lrrrrrrrrr}
\hline
model & top-1 \% & macro-F1 \% & kappa \% & parameters M & rounds & training s & frames/s, 1 & frames/s, 96 & note \\
\hline
vgg13\_bn & 100.00 & 99.00 & 100.00 & 6.51 & 30 & 105 & 20 & 100 & 1 of 2 failed: Full; 1 of 1 ended by the clock \\
random & 37.50 $\pm$ 17.68 & 36.50 $\pm$ 17.68 & -25.00 $\pm$ 35.36 & 0.312 to 0.413 & 30 & 106 & 50 & 800 &  \\
alexnet & -- & -- & -- & -- & -- & -- & -- & -- & 2 of 2 failed: Too small \\
\hline
\end{tabular}
"""


@pytest.mark.parametrize("nought", [0.0, -0.0, -2e-16, -1e-6])
def test_that_nought_has_no_sign_in_the_tables(nought: float) -> None:
    assert percent(Spread(mean=nought, sd=None)) == "0.00"
    assert percent(Spread(mean=-0.0001, sd=0.0)) == "-0.01 ± 0.00"


def test_that_the_table_of_models_is_written_to_the_letter(found: Outcome) -> None:
    assert model_table(found).markdown() == MODELS_MARKDOWN
    assert model_table(found).latex() == MODELS_LATEX


def test_that_the_numbers_of_the_table_are_fractions_and_empty_where_there_are_none(found: Outcome) -> None:
    rows = [*csv.DictReader(io.StringIO(as_csv(MODEL_COLUMNS, model_values(found))))]
    assert [row["model"] for row in rows] == ["vgg13_bn", "random", "alexnet"]
    assert (rows[0]["runs"], rows[0]["top1_mean"], rows[0]["top1_sd"]) == ("1", "1.0", "")
    assert (rows[1]["top1_mean"], float(rows[1]["top1_sd"])) == ("0.375", pytest.approx(0.25 / 2**0.5))
    assert (rows[1]["parameters_min"], rows[1]["parameters_max"]) == ("312400", "412600")
    assert (rows[1]["frames_per_s_1"], rows[1]["frames_per_s_96"]) == ("50.4", "800.2")
    assert {rows[2][name] for name in MODEL_COLUMNS[2:-1]} == {""}
    assert (rows[2]["runs"], rows[2]["note"]) == ("0", "2 of 2 failed: Too small")


def test_that_seeds_planes_and_pairs_have_tables_of_their_own(found: Outcome) -> None:
    assert seed_table(found).rows[2] == (
        "vgg13_bn", "5", "100.00", "99.00", "100.00", "6.51", "30", "29", "105", "time",
    )  # fmt: skip
    assert plane_table(found) == Table(
        ("plane", "vgg13_bn", "random"), (("FCH", "100.00", "37.50 ± 17.68"), ("TV", "50.00", "50.00 ± 0.00"))
    )
    # random is right on half of s1 twice, on half of s2 once and on none of s2 once: 1/2 and 1/4
    assert found.subject_accuracy == {"vgg13_bn": (1.0, 1.0), "random": (0.5, 0.25)}
    assert pair_table(found).header[0] == "vgg13_bn against"
    assert pair_table(found).rows == (("random", "62.50", "50.00 to 75.00", "p = 0.500", "p = 0.500"),)


def test_that_a_single_seed_has_no_deviation() -> None:
    assert Spread.of([0.5]) == Spread(mean=0.5, sd=None)
    assert Spread.of([0.5, 0.7]).sd == pytest.approx(0.02**0.5)


def test_that_the_report_tells_verdict_recipe_failures_and_limits(found: Outcome) -> None:
    text = report(found, "Learned from 12 images.")
    assert text.splitlines()[2] == f"**{found.verdict}**"
    assert found.verdict.startswith("Nothing is settled: 2 test subjects are too few")
    assert command(found) == (
        "uiac-nas compare DATA --out OUT --models random vgg13_bn alexnet --seeds 2 --seed 5 --test-share 0.25 --flip"
        " --reduce-at 5 10 --minutes 4.0 --precision fp32"
    )
    for words in (
        command(found),
        MODELS_MARKDOWN,
        "Learned from 12 images.",
        "The recipe is the same for every model",
        "- alexnet, seed 6: Too small. Larger.",
        "The best model was found on the same test frames",
        "ended by the clock",
        "![Accuracy by plane](per_plane.png)",
    ):
        assert words in text


def test_that_a_report_is_whole_on_disk(found: Outcome, tmp_path: Path) -> None:
    write_report(tmp_path, found, "Learned from 12 images.")
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.md", "comparison.json", "table.csv", "table.tex", "per_seed.csv", "per_seed.tex", "per_plane.csv",
        "per_plane.tex", "per_plane.png", "per_plane.pdf",
    }  # fmt: skip
    assert (tmp_path / "per_plane.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "per_plane.pdf").read_bytes().startswith(b"%PDF")
    written = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert written["best"] == "vgg13_bn"
    assert "answers" not in written["results"][0]
    assert (tmp_path / "table.csv").read_text(encoding="utf-8-sig").startswith("model,runs,top1_mean")


def test_that_signs_of_markdown_and_latex_stay_texts() -> None:
    table = Table(("a|b", "c_d"), (("1&2", "{50 %}"),))
    assert table.markdown() == "| a\\|b | c_d |\n| --- | ---: |\n| 1&2 | {50 %} |"
    assert table.latex() == (
        "\\begin{tabular}{lr}\n\\hline\na|b & c\\_d \\\\\n\\hline\n1\\&2 & \\{50 \\%\\} \\\\\n\\hline\n\\end{tabular}\n"
    )
