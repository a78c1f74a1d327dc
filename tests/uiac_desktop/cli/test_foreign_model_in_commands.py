"""Foreign classifiers from the command line: classify labels with them, and says what they lack."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.uiac_desktop.inference.foreign import write_foreign
from uiac_desktop.app.checks import check_options
from uiac_desktop.app.options import read_options
from uiac_desktop.cli import run
from uiac_desktop.errors import DesktopError


@pytest.fixture
def still(tmp_path: Path) -> Path:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (60, 80), np.uint8)).save(tmp_path / "still.png")
    return tmp_path / "still.png"


def test_that_classify_labels_with_a_foreign_model(tmp_path: Path, still: Path, capsys: pytest.CaptureFixture) -> None:
    folder = write_foreign(tmp_path / "far", temperature=None)
    maps = tmp_path / "maps"
    out = tmp_path / "table.csv"
    assert run(["classify", str(still), "--model", str(folder), "--out", str(out), "--maps", str(maps)]) == 0
    with out.open(encoding="utf-8-sig") as table:
        row = next(csv.DictReader(table))
    assert sum(float(row[f"p_{code}"]) for code in ("ACS", "FCH", "LVOT")) == pytest.approx(1, abs=1e-4)
    assert len(list(maps.glob("*.png"))) == 1
    assert "not calibrated" in capsys.readouterr().err


def test_that_maps_of_a_model_without_maps_are_refused(
    tmp_path: Path, still: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = write_foreign(tmp_path / "far", maps=None)
    assert run(["classify", str(still), "--model", str(folder), "--maps", str(tmp_path / "maps")]) == 2
    assert "has no maps" in capsys.readouterr().err


def test_that_the_window_takes_a_foreign_model_by_its_folder(tmp_path: Path) -> None:
    folder = write_foreign(tmp_path / "far")
    check_options(read_options(["--model", str(folder)]))
    (folder / "net.onnx").unlink()
    with pytest.raises(DesktopError, match=r"no net\.onnx"):
        check_options(read_options(["--model", str(folder)]))
