"""A terminal without the letters of a name: the command says the name with escapes and does its work."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nas.cli import main

NAME = "四腔心"


@pytest.fixture
def named_set(tmp_path: Path) -> Path:
    """Return a data set whose planes have names that no Western terminal can write."""
    dice = np.random.default_rng(3)
    for plane in (NAME, "三血管"):
        for number in range(3):
            file = tmp_path / "set" / plane / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(dice.integers(0, 256, (24, 18), np.uint8)).save(file)
    return tmp_path / "set"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "utf-8"])
@pytest.mark.parametrize("words", [("inspect",), ("inspect", "--json")])
def test_that_a_set_with_chinese_planes_is_inspected_on_every_terminal(
    named_set: Path, encoding: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main([words[0], str(named_set), *words[1:]]) == 0
    terminal.seek(0)
    said = terminal.read()
    assert NAME.encode(encoding, "backslashreplace").decode(encoding) in said
