"""Stills as a source: order, sizes, and what cannot be read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.uiac_desktop.sources.numbered import number_of, numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.images import FOLDER_FPS, natural_order
from uiac_desktop.sources.open import open_source


def _save(path: Path, number: int, width: int = 96, height: int = 64) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(numbered(number, width, height)).save(path)
    return path


def test_that_a_folder_is_shown_in_the_order_in_which_people_count(tmp_path: Path) -> None:
    for number, name in enumerate(["a2.png", "A10.png", "a11b1.png", "a11b02.png", "b.png"]):
        _save(tmp_path / name, number)
    with open_source(str(tmp_path)) as source:
        assert [number_of(frame.pixels) for frame in source] == [0, 1, 2, 3, 4]
        assert source.info.kind == "images"
        assert source.info.fps == FOLDER_FPS


def test_that_natural_order_is_total_also_for_odd_digits() -> None:
    names = ["", "x", "²", "10", "2", "2a", "a2", "é1"]
    assert sorted(names, key=natural_order) == sorted(sorted(names, reverse=True), key=natural_order)


def test_that_stills_follow_each_other_at_the_stated_rate(tmp_path: Path) -> None:
    for number in range(4):
        _save(tmp_path / f"{number}.png", number)
    with open_source(str(tmp_path)) as source:
        assert [frame.time_s for frame in source] == [0, 0.1, 0.2, 0.3]
        assert source.info.duration_s == pytest.approx(0.4)


def test_that_each_still_keeps_its_own_size(tmp_path: Path) -> None:
    _save(tmp_path / "1.png", 1, 96, 64)
    _save(tmp_path / "2.png", 2, 121, 77)
    with open_source(str(tmp_path)) as source:
        assert [frame.pixels.shape for frame in source] == [(64, 96), (77, 121)]
        assert (source.info.width, source.info.height) == (96, 64)


def test_that_hidden_litter_and_other_files_are_passed_by(tmp_path: Path) -> None:
    _save(tmp_path / "1.png", 1)
    for litter in ("._1.png", ".hidden.png", "~$2.png", "Thumbs.db", "notes.txt"):
        (tmp_path / litter).write_bytes(b"litter")
    (tmp_path / "folder.png").mkdir()
    with open_source(str(tmp_path)) as source:
        assert source.info.frames == 1
        assert source.warnings == ()


def test_that_unreadable_stills_are_named_and_left_out(tmp_path: Path) -> None:
    for number in range(5):
        _save(tmp_path / f"{number}.png", number)
    (tmp_path / "1.png").write_bytes((tmp_path / "1.png").read_bytes()[:60])
    (tmp_path / "3.png").write_bytes(b"")
    with open_source(str(tmp_path)) as source:
        assert source.info.frames == 3
        assert [number_of(frame.pixels) for frame in source] == [0, 2, 4]
        assert len(source.warnings) == 2
        assert "1.png" in source.warnings[0]
        assert "3.png" in source.warnings[1]


def test_that_many_unreadable_stills_do_not_flood_the_messages(tmp_path: Path) -> None:
    _save(tmp_path / "000.png", 7)
    for number in range(1, 60):
        (tmp_path / f"{number:03}.png").write_bytes(b"")
    with open_source(str(tmp_path)) as source:
        assert sum(1 for _ in source) == 1
        assert len(source.warnings) <= 21
        assert "39" in source.warnings[-1]


def test_that_a_folder_whose_stills_are_all_unreadable_says_so(tmp_path: Path) -> None:
    for name in ("a.png", "b.jpg"):
        (tmp_path / name).write_bytes(b"no picture")
    with pytest.raises(SourceError, match="none of its pictures can be read"):
        open_source(str(tmp_path))


def test_that_a_single_still_has_neither_rate_nor_duration(tmp_path: Path) -> None:
    with open_source(str(_save(tmp_path / "one.png", 5))) as source:
        assert (source.info.fps, source.info.duration_s, source.info.frames) == (None, None, 1)
        frame = source.read()
        assert frame is not None
        np.testing.assert_array_equal(frame.pixels, numbered(5))


def test_that_a_cut_still_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    Image.fromarray(numbered(5, 640, 480)).save(path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(SourceError, match=r"cut\.jpg is damaged") as error:
        open_source(str(path))
    assert error.value.advice
