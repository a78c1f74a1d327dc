"""Figures are written whole, or refused with a reason."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nas.calibration import expected_calibration_error, softmax
from nas.errors import NasError
from nas.figures import glyphs
from nas.figures.canvas import new_figure, write_figure
from nas.figures.confusion import draw_confusion, shares
from nas.figures.curves import draw_curves
from nas.figures.glyphs import NOTE
from nas.figures.reliability import Reliability, draw_reliability, reliability_table
from nas.planes import PLANES


def test_that_rows_of_a_confusion_matrix_become_shares_and_an_empty_row_stays_empty() -> None:
    table = shares([[3, 1], [0, 0]])
    assert np.array_equal(table, [[0.75, 0.25], [0, 0]])


def test_that_the_diagonal_of_a_perfect_matrix_is_bright_and_the_rest_is_dark(tmp_path: Path) -> None:
    draw_confusion(np.eye(4, dtype=int) * 5, list("ABCD"), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    bright = (np.abs(pixels.astype(int) - [253, 231, 55]) < 12).all(axis=1).mean()
    dark = (np.abs(pixels.astype(int) - [0, 34, 78]) < 12).all(axis=1).mean()
    assert dark == pytest.approx(3 * bright, rel=0.35)
    assert bright > 0.02


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_that_curves_are_drawn_in_every_format(tmp_path: Path, ending: str) -> None:
    draw_curves([2, 1, 0.5], [2, 1.5, 1.6], [0.2, 0.5, 0.4], 1, tmp_path / f"curves{ending}")
    assert [path.name for path in tmp_path.iterdir()] == [f"curves{ending}"]


def test_that_a_name_without_an_ending_becomes_two_undated_files_that_are_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        draw_confusion(np.eye(11, dtype=int) * 5, PLANES, tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {"one.png", "one.pdf", "two.png", "two.pdf"}
    for ending in ("png", "pdf"):
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    pdf = (tmp_path / "one.pdf").read_bytes()
    assert b"/FontFile2" in pdf, "fonts are embedded as TrueType"
    assert b"CreationDate" not in pdf


def test_that_reliability_shows_both_temperatures_with_their_errors_and_frames(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    targets = np.append(rng.integers(0, 3, 200), [-1] * 20)
    logits = rng.normal(size=(220, 3)) + 2 * np.eye(3)[np.maximum(targets, 0)]
    before, after = (Reliability.of(logits, targets, temperature) for temperature in (1.0, 0.5))
    for state, temperature in ((before, 1.0), (after, 0.5)):
        certainty = softmax(logits[:200], temperature).max(axis=1)
        right = logits[:200].argmax(axis=1) == targets[:200]
        assert state.error == pytest.approx(expected_calibration_error(certainty, right))
        assert state.count.sum() == 200
    draw_reliability(before, after, tmp_path / "reliability.svg")
    drawn = (tmp_path / "reliability.svg").read_text(encoding="utf-8")
    for words in ("before calibration (T = 1.00)", "after calibration (T = 0.50)"):
        assert f"<!-- {words}" in drawn
    for state in (before, after):
        assert f"ECE {100 * state.error:.1f} %" in drawn
    rows = list(csv.DictReader(reliability_table(before, after).splitlines()))
    assert len(rows) == 2 * 15
    assert sum(int(row["frames"]) for row in rows if row["state"] == "after") == 200


def test_that_another_ending_and_a_place_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NasError, match="no kind of figure"):
        write_figure(new_figure(1, 1), tmp_path / "a.doc")
    (tmp_path / "file").write_text("x")
    with pytest.raises(NasError, match="cannot be written"):
        write_figure(new_figure(1, 1), tmp_path / "file" / "a.png")


def test_that_long_names_and_names_with_dollars_are_written_as_they_are(tmp_path: Path) -> None:
    names = ("$\\frac$", "Left ventricular outflow tract")
    draw_confusion(np.eye(2, dtype=int), names, tmp_path / "confusion.svg")
    drawn = (tmp_path / "confusion.svg").read_text(encoding="utf-8")
    for words in (r"$\frac$ (1)", "Left ventricula… (1)"):
        assert f"<!-- {words} -->" in drawn


def test_that_signs_come_from_another_font_where_the_usual_one_lacks_them(tmp_path: Path) -> None:
    draw_confusion(np.eye(2, dtype=int), ("Ⓐ plane", "TV"), tmp_path / "a.svg")  # STIX, which matplotlib brings, has it
    draw_confusion(np.eye(2, dtype=int), ("Ⓐ plane", "TV"), tmp_path / "a")
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<!-- Ⓐ plane (1) -->" in drawn
    assert NOTE not in drawn
    assert b"STIX" in (tmp_path / "a.pdf").read_bytes()


def test_that_chinese_names_of_classes_are_written_whole_on_every_computer(tmp_path: Path) -> None:
    draw_confusion(np.eye(2, dtype=int), ("四腔心", "左室流出道"), tmp_path / "a.svg")
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<!-- 左室流出道 (1) -->" in drawn
    assert NOTE not in drawn
    shipped = Path(glyphs.__file__).parents[2] / "resources" / "fonts" / "NotoSansSC-GB2312.ttf"
    assert shipped in glyphs._shipped(), "whatever else is installed"


def test_that_signs_that_no_font_has_are_boxes_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nas.figures.glyphs._installed", dict)
    glyphs._fonts_with.cache_clear()
    draw_confusion(np.eye(2, dtype=int), ("四腔心", "TV"), tmp_path / "a.svg")
    draw_confusion(np.eye(2, dtype=int), ("FCH", "TV"), tmp_path / "b.svg")
    glyphs._fonts_with.cache_clear()
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<!-- □□□ (1) -->" in drawn
    assert NOTE in drawn
    assert NOTE not in (tmp_path / "b.svg").read_text(encoding="utf-8")
