"""Protocols: built in, the department's files, what is refused and what is left out and said."""

import json
from pathlib import Path

import pytest

from nas.planes import PLANES
from uiac_desktop.exam.protocol import (
    BUILT_IN,
    EXTENDED,
    SCREENING,
    Protocol,
    ProtocolError,
    ProtocolFolder,
    write_protocol,
)


@pytest.fixture
def folder(tmp_path: Path) -> ProtocolFolder:
    return ProtocolFolder(tmp_path / "protocols")


def test_that_screening_has_six_planes_and_extended_eleven() -> None:
    assert SCREENING.planes == ("ACS", "FCH", "LVOT", "RVOT", "TV", "TVT")
    assert EXTENDED.planes == PLANES


def test_that_an_empty_folder_gives_the_built_in_ones(folder: ProtocolFolder) -> None:
    assert folder.protocols() == (BUILT_IN, ())


def test_that_a_saved_protocol_comes_back_and_can_be_deleted(folder: ProtocolFolder) -> None:
    mine = Protocol("Röntgen 心脏", ("FCH", "TVT", "OWN"))
    folder.save(mine)
    assert folder.protocols() == ((*BUILT_IN, mine), ())
    folder.delete(mine.name)
    assert folder.protocols() == (BUILT_IN, ())
    folder.delete("never there")


def test_that_saving_again_replaces_also_where_letter_case_differs(folder: ProtocolFolder) -> None:
    folder.save(Protocol("Heart", ("FCH",)))
    folder.save(Protocol("HEART", ("FCH", "TV")))
    protocols, left_out = folder.protocols()
    assert protocols[2:] == (Protocol("HEART", ("FCH", "TV")),)
    assert left_out == ()
    assert len(list(folder.folder.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "planes", "part"),
    [
        ("", ("FCH",), "name"),
        ("two\nlines", ("FCH",), "name"),
        ("x" * 61, ("FCH",), "name"),
        ("Empty", (), "0 planes"),
        ("Twice", ("FCH", "FCH"), "FCH twice"),
        ("None", ("none",), "named none"),
    ],
)
def test_that_a_protocol_that_means_nothing_is_refused(name: str, planes: tuple[str, ...], part: str) -> None:
    with pytest.raises(ProtocolError, match=part):
        Protocol(name, planes)


def test_that_a_built_in_protocol_is_neither_replaced_nor_deleted(folder: ProtocolFolder) -> None:
    with pytest.raises(ProtocolError, match="built in"):
        folder.save(Protocol("screening", ("FCH",)))
    with pytest.raises(ProtocolError, match="built in"):
        folder.delete("Extended")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "name": "A", "planes": ["FCH"]}',
        '{"format": 1, "name": "A", "planes": []}',
        '{"format": 1, "name": "A", "planes": ["FCH", "FCH"]}',
        '{"format": 1, "name": "A", "planes": ["FCH"], "more": 1}',
        " " * 70_000,
    ],
)
def test_that_a_bad_file_is_said_left_out_and_left_as_it_is(folder: ProtocolFolder, text: str) -> None:
    folder.save(Protocol("Good", ("FCH",)))
    bad = folder.folder / "bad.json"
    bad.write_text(text, encoding="utf-8")
    protocols, left_out = folder.protocols()
    assert [protocol.name for protocol in protocols] == ["Screening", "Extended", "Good"]
    assert len(left_out) == 1
    assert left_out[0].startswith("bad.json")
    assert bad.read_text(encoding="utf-8") == text


def test_that_two_files_of_one_name_are_said(folder: ProtocolFolder) -> None:
    folder.save(Protocol("Good", ("FCH",)))
    write_protocol(folder.folder / "z.json", Protocol("good", ("TV",)))
    protocols, left_out = folder.protocols()
    assert len(protocols) == 3
    assert left_out == ("z.json was left out: there is a protocol good already.",)


def test_that_an_exported_protocol_can_be_taken_in_elsewhere(folder: ProtocolFolder, tmp_path: Path) -> None:
    mine = Protocol("Outflow", ("LVOT", "RVOT"))
    write_protocol(tmp_path / "out.json", mine)
    assert json.loads((tmp_path / "out.json").read_text()) == {
        "format": 1,
        "name": "Outflow",
        "planes": ["LVOT", "RVOT"],
    }
    assert folder.take_in(tmp_path / "out.json") == mine
    assert folder.protocols()[0][-1] == mine
    with pytest.raises(ProtocolError, match="cannot be read"):
        folder.take_in(tmp_path / "absent.json")


def test_that_a_folder_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProtocolError, match="cannot be written"):
        write_protocol(tmp_path / "file" / "a.json", SCREENING)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
