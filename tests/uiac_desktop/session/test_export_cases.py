"""Public fault cases of exports: clashing and odd names, sets of others with odd tables and with broken stills."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from nas.data.folder import scan
from nas.still import read_still
from tests.uiac_desktop.exam.exported import an_exam, rows_of
from tests.uiac_desktop.sources.conftest import Case, case, caselib
from uiac_desktop.exam.clip_labels import LabelSpan
from uiac_desktop.exam.export import export
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.session.review.clip_digest import digest_of
from uiac_desktop.session.review.reviewed_clip import ReviewedClip, lent

__all__ = ["case", "caselib"]

Cases = Callable[[str], Case]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExamStore]:
    with open_store(tmp_path / "store", key_file=tmp_path / "keys" / "site.key") as store:
        yield store


def _export_all(store: ExamStore, path: Path, frames: int, root: Path) -> str:
    """Label every frame of a file, export it into a set, and return the code of the clip there."""
    content = digest_of(path)
    review = store.reviews.review_of(content)
    store.reviews.add_act(review, datetime.now(UTC), "Ann", "labelled", (LabelSpan(0, frames - 1, "FCH"),))
    with ExitStack() as stack:
        done = export(store, [], root, foreign=[lent(ReviewedClip(path.name, path), "", store, stack)])
    assert done.frames + done.present == frames, "what holds the same is the same clip, whatever its name"
    return store.pseudonyms.of_clip(content)


@pytest.mark.parametrize("number", ["C08", "C20"])
def test_that_clips_of_odd_and_clashing_names_are_exported_whole_each_under_its_own_code(
    store: ExamStore, case: Cases, caselib: ModuleType, tmp_path: Path, number: str
) -> None:
    folder, manifest = case(number)
    root = tmp_path / "数据集 四腔心"
    entries = [entry for entry in manifest["files"] if entry["kind"] == "video"]
    if number == "C08":
        entries = [*entries[:1], *[entry for entry in entries if set(entry["path"]) & set("%#[")][:2], *entries[-1:]]
    numbers: dict[str, list[int]] = {}
    for entry in entries:
        expect = entry["expect"]
        code = _export_all(store, folder / entry["path"], expect["frame_count"], root)
        numbers.setdefault(code, expect["indices"])
    rows = rows_of(root)
    assert len({row["file"] for row in rows}) == len(rows) == sum(map(len, numbers.values()))
    for row in rows:
        shown = caselib.read_index(read_still(root / row["file"]))
        assert shown == numbers[row["clip"]][int(row["frame"])]
    written = (root / "labels.csv").read_text("utf-8-sig")
    assert not any(Path(entry["path"]).stem in written for entry in entries)


@pytest.mark.parametrize(
    "table", ["utf8.csv", "utf8_bom.csv", "gbk.csv", "utf16_excel.txt", "semicolon_crlf.csv", "messy.csv"]
)
def test_that_a_set_with_a_table_of_another_program_is_added_to_and_keeps_its_labels(
    store: ExamStore, case: Cases, tmp_path: Path, table: str
) -> None:
    folder, manifest = case("E06")
    expect = next(entry["expect"] for entry in manifest["files"] if entry["path"] == table)
    root = tmp_path / "set"
    shutil.copytree(folder / "stills", root / "stills")
    shutil.copyfile(folder / table, root / "labels.csv")
    before = scan(root)
    assert set(before.counts) == set(expect["labels"])
    done = export(store, [an_exam(store, "ACS 四腔心")], root)
    assert done.planes == {"ACS": 1, "四腔心": 1}
    after = {image.path: image.label for image in scan(root).images}
    assert {path: after[path] for path in (image.path for image in before.images)} == {
        image.path: image.label for image in before.images
    }
    assert len(after) == len(before.images) + 2
    assert len(rows_of(root)) == expect["rows"] + 2


def test_that_a_set_with_broken_stills_is_added_to_and_they_are_still_told(
    store: ExamStore, case: Cases, tmp_path: Path
) -> None:
    folder, _ = case("E01")
    root = tmp_path / "set"
    shutil.copytree(folder, root, ignore=shutil.ignore_patterns("manifest.json"))
    there = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = export(store, [an_exam(store, "LVOT LVOT")], root)
    assert done.planes == {"LVOT": 2}
    assert {path: (root / path).read_bytes() for path in there} == there
    assert len(list((root / "LVOT").iterdir())) == len([path for path in there if path.parts[0] == "LVOT"]) + 2
