"""uiac-desktop simulate writes a data set, or a clip with its truth."""

from pathlib import Path

import pytest
from PIL import Image

from tests.uiac_desktop.cli.small import rows_of
from uiac_desktop import cli
from uiac_desktop.sources.open import open_source


def test_that_simulate_writes_a_labelled_data_set_and_counts_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "data"
    words = ["--per-class", "1", "--subjects", "1", "--size", "64", "--seed", "5", "--counts"]
    assert cli.run(["simulate", str(root), *words]) == 0
    assert "12 of 12 frames\n" in capsys.readouterr().out
    rows = rows_of(root / "labels.csv")
    assert len(rows) == 12 == len(list(root.rglob("*.png")))
    assert {row["label"] for row in rows} >= {"ACS", "BSC", "none"}
    with Image.open(root / rows[0]["file"]) as picture:
        assert picture.height == 64


def test_that_simulate_writes_a_clip_with_its_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from uiac_desktop.phantom import clip as clips

    whole = clips.write_clip
    monkeypatch.setattr(clips, "write_clip", lambda *given, **named: whole(*given, **named, seconds=0.3))
    file = tmp_path / "scan.mp4"
    assert cli.run(["simulate", "--clip", str(file), "--size", "96"]) == 0
    truth = rows_of(tmp_path / "scan.mp4.csv")
    assert [row["frame"] for row in truth] == [str(number) for number in range(9)]
    with open_source(str(file)) as source:
        assert (source.info.width, source.info.height, len(list(source))) == (128, 96, 9)
