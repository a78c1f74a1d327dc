"""Label files of every spreadsheet give the same rows, or are refused; never wrong letters."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nas.data.labels import near_equal, read_labels
from nas.errors import DataError

CaseFiles = Callable[[str], tuple[Path, dict[str, Any]]]
ROWS = [
    (f"still_{number:02d}.png", label)
    for number, label in enumerate(["4CH", "LVOT", "四腔心", "3VT", "4CH", "LVOT", "四腔心", "3VT"])
]
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters='",;\\')
)


@pytest.mark.parametrize(
    "name", ["utf8.csv", "utf8_bom.csv", "gbk.csv", "utf16_excel.txt", "semicolon_crlf.csv", "messy.csv"]
)
def test_that_every_spreadsheet_gives_the_same_rows(case_files: CaseFiles, name: str) -> None:
    folder, _ = case_files("e06_label_files")
    rows, _ = read_labels(folder / name)
    assert [(row.file, row.label) for row in rows] == ROWS


def test_that_backslashes_become_slashes(case_files: CaseFiles) -> None:
    folder, _ = case_files("e06_label_files")
    rows, _ = read_labels(folder / "paths.csv")
    assert rows[0].file == "C:/data/stills/still_00.png"


def test_that_near_equal_names_are_found_together(case_files: CaseFiles) -> None:
    folder, _ = case_files("e06_label_files")
    rows, _ = read_labels(folder / "variants.csv")
    groups = near_equal(row.label for row in rows)
    assert {frozenset(group) for group in groups} == {
        frozenset({"4ch", "4CH"}),
        frozenset({"LVOT", "lvot", "ＬＶＯＴ"}),
        frozenset({"3VT", "3vt"}),
    }


@pytest.mark.parametrize(
    "data",
    [
        "file,label\na.png,Hämatom\n".encode("latin-1"),
        b"\xff\xfefile,label\n\x00",
        b"",
        b"name;plane\na.png;FCH\n",
        "file,label\na.png,FCH\n".encode("utf-16-le"),
    ],
)
def test_that_a_file_that_cannot_be_read_for_certain_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "labels.csv").write_bytes(data)
    with pytest.raises(DataError) as caught:
        read_labels(tmp_path / "labels.csv")
    assert caught.value.advice


@given(st.lists(st.tuples(NAMES.filter(bool), NAMES.filter(bool)), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_that_what_a_spreadsheet_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("labels") / "labels.csv"
    lines = [f"file{delimiter}label", *(f"dir/{file}.png{delimiter}{label}" for file, label in rows)]
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    assert [(row.file, row.label) for row in read_labels(path)[0]] == [
        (f"dir/{file}.png", label) for file, label in rows
    ]
