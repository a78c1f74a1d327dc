"""Masks are remembered by scanner and size, in a file that names no scanner and survives being broken."""

from pathlib import Path

import pytest

from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.book import PrivacyBook, PrivacyBookError, scanner_key
from uiac_desktop.sources.privacy.setting import PrivacySetting

EPIPHAN = scanner_key("device", "Epiphan DVI2USB 3.0")
SETTING = PrivacySetting(1280, 720, Region(72, 70, 881, 620), (Region(790, 72, 163, 132),))


def test_that_a_mask_is_found_again_for_its_scanner_and_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "masks.json"
    PrivacyBook(path).remember(EPIPHAN, SETTING)
    book = PrivacyBook(path)
    assert book.problem is None
    assert book.recall(EPIPHAN, 1280, 720) == SETTING
    assert book.recall(EPIPHAN, 1920, 1080) is None
    assert book.recall(scanner_key("device", "Other"), 1280, 720) is None
    assert book.recall(scanner_key("screen", "Epiphan DVI2USB 3.0"), 1280, 720) is None
    assert book.sizes(EPIPHAN) == ((1280, 720),)


def test_that_the_file_names_no_scanner_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    book = PrivacyBook(tmp_path / "masks.json")
    book.remember(EPIPHAN, SETTING)
    assert "Epiphan" not in book.path.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["masks.json"]


def test_that_a_newer_mask_replaces_and_forgetting_takes_away(tmp_path: Path) -> None:
    book = PrivacyBook(tmp_path / "masks.json")
    book.remember(EPIPHAN, SETTING)
    newer = PrivacySetting(1280, 720, Region(0, 0, 100, 100))
    book.remember(EPIPHAN, newer)
    assert PrivacyBook(book.path).recall(EPIPHAN, 1280, 720) == newer
    book.forget(EPIPHAN, 1280, 720)
    assert PrivacyBook(book.path).recall(EPIPHAN, 1280, 720) is None


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"version": 2}', '{"masks": [{"scanner": "x", "width": 0, "height": 1}]}', "\x00\xff"]
)
def test_that_a_broken_file_is_kept_aside_and_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "masks.json"
    path.write_bytes(text.encode("latin-1"))
    book = PrivacyBook(path)
    assert book.problem is not None
    assert "masks-broken.json" in book.problem
    assert book.recall(EPIPHAN, 1280, 720) is None
    assert (tmp_path / "masks-broken.json").read_bytes() == text.encode("latin-1")
    book.remember(EPIPHAN, SETTING)
    assert PrivacyBook(path).recall(EPIPHAN, 1280, 720) == SETTING


def test_that_a_mask_that_cannot_be_saved_holds_and_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    book = PrivacyBook(tmp_path / "masks.json")
    book.path = blocked / "masks.json"
    with pytest.raises(PrivacyBookError) as error:
        book.remember(EPIPHAN, SETTING)
    assert error.value.advice
    assert book.recall(EPIPHAN, 1280, 720) == SETTING
