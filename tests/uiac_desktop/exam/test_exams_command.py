"""uiac-desktop exams lists what is kept, finds by words, and says what is wrong with a store."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop import cli, paths
from uiac_desktop.exam.store import DATABASE_FILE, ExamStore
from uiac_desktop.settings import Settings, SettingsFile

Opened = Callable[[], ExamStore]


def test_that_an_empty_store_says_how_it_fills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path / "data")
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path / "config")
    assert cli.run(["exams"]) == cli.DONE
    assert capsys.readouterr().out == "No exams yet. Keep a frame in Scan, and its exam appears here.\n"
    assert cli.run(["exams", "--bin"]) == cli.DONE
    assert capsys.readouterr().out == "The bin is empty.\n"
    assert cli.run(["exams", "--json"]) == cli.DONE
    assert json.loads(capsys.readouterr().out) == []
    assert cli.run(["exams", "RVOT", "2024"]) == cli.DONE
    assert capsys.readouterr().out == 'No exam matches "RVOT 2024".\n'


def test_that_exams_are_listed_for_people_and_as_json(
    opened: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened() as store:
        first = store.begin_exam("Ann Bo", "Screening")
        store.set_best(store.relabel(store.keep(first.id, new_frame("FCH")).id, "TV", "Bea").id, "Bea")
        store.set_best(store.keep(first.id, new_frame("ACS")).id)
        store.end_exam(first.id)
        second = store.begin_exam("李明", "Extended")
        (store.media.folder / f"{second.id:06d}").mkdir()
        (store.media.folder / f"{second.id:06d}" / "whole.png").write_bytes(bytes(200_000))
    place = ["--store", str(tmp_path / "store")]
    assert cli.run(["exams", *place]) == cli.DONE
    said = capsys.readouterr()
    head, newest, oldest = said.out.splitlines()
    assert head.split() == ["exam", "began", "subject", "who", "protocol", "frames", "clips", "planes"]
    assert newest.split()[3:] == [second.subject, "李明", "Extended", "0", "0"]
    assert newest.index("Extended") + len("李明") == oldest.index("Screening"), "Chinese signs are two letters wide"
    assert oldest.split()[3:] == [first.subject, "Ann", "Bo", "Screening", "2", "0", "ACS", "TV"]
    assert said.err.startswith("note: 0.2 MB of files that belong to no listed frame or clip")
    assert cli.run(["exams", "TV", "ann", "--json", *place]) == cli.DONE
    (line,) = json.loads(capsys.readouterr().out)
    assert line["subject"] == first.subject
    assert line["started_at"] == first.started_at.isoformat()
    assert (line["frames"], line["planes"], line["corrected"], line["binned_at"]) == (2, ["ACS", "TV"], 1, None)
    assert (line["exported_at"], line["changed_since_export"]) == (None, False)


def test_that_the_store_of_the_settings_is_listed(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path)
    with opened() as store:
        subject = store.begin_exam("Ann", "Screening").subject
    SettingsFile().save(Settings(store=str(tmp_path / "store")))
    assert cli.run(["exams"]) == cli.DONE
    assert subject in capsys.readouterr().out


@pytest.mark.parametrize("words", [["exams"], ["export", "all", "set"]])
@pytest.mark.parametrize("place", ["mistyped", "clips", "~nobody of this name"])
def test_that_a_store_that_is_not_there_is_said_and_not_made(
    words: list[str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clips").mkdir()
    assert cli.run([*words, "--store", place]) == cli.UNUSABLE
    error, advice = capsys.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert advice.startswith("advice: ")
    assert [path.name for path in tmp_path.rglob("*")] == ["clips"]


@pytest.mark.logs
def test_that_a_home_that_cannot_be_written_is_two_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").write_text("a file in the way")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home" / variable))
    assert cli.run(["exams"]) == cli.UNUSABLE
    error, advice = capsys.readouterr().err.splitlines()
    assert error.startswith("error: The exam store")
    assert advice.startswith("advice: ")


def test_that_a_broken_store_is_said_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / DATABASE_FILE).write_text("This is no database. " * 100)
    assert cli.run(["exams", "--store", str(tmp_path)]) == cli.UNUSABLE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: The exam store is damaged.\nadvice: Nothing was changed.")
    assert "Traceback" not in said.err
