"""Figures are written whole, or refused with a reason."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nas.errors import NasError
from nas.figures.canvas import new_figure, write_figure
from nas.figures.confusion import draw_confusion, shares
from nas.figures.curves import draw_curves


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


def test_that_another_ending_and_a_place_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NasError, match="no kind of figure"):
        write_figure(new_figure(1, 1), tmp_path / "a.doc")
    (tmp_path / "file").write_text("x")
    with pytest.raises(NasError, match="cannot be written"):
        write_figure(new_figure(1, 1), tmp_path / "file" / "a.png")
