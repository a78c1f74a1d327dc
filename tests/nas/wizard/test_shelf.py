"""The shelf remembers what logs do not say, takes runs from elsewhere, and gives back what was deleted."""

import json
import os
import socket
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from nas.errors import RunError
from nas.process_start import process_start
from nas.wizard.runs.shelf import Shelf
from tests.patience import PATIENCE_MS

AT = datetime(2026, 11, 26, 13, 10)  # noqa: DTZ001 - a name of a folder, not a time


def test_that_runs_of_one_minute_have_folders_of_their_own(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "runs")
    names = [shelf.new_folder("search", AT).name for _ in range(3)]
    assert names == ["search_2026-11-26_1310", "search_2026-11-26_1310_2", "search_2026-11-26_1310_3"]


def test_that_the_book_outlives_the_window(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "runs")
    folder = shelf.new_folder("train", AT)
    shelf.note(folder, data=str(tmp_path / "data"), waiting=("train", "x"))
    again = Shelf(tmp_path / "runs")
    assert again.entry(folder).data == str(tmp_path / "data")
    assert again.waiting == ((folder, again.entry(folder)),)
    again.note(folder, waiting=())
    assert Shelf(tmp_path / "runs").waiting == ()


def test_that_a_folder_that_may_not_be_written_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    shelf = Shelf(tmp_path / "runs")
    for deed in (lambda: shelf.new_folder("train", AT), lambda: shelf.note(tmp_path / "run", data="a")):
        with pytest.raises(RunError, match="Permission denied") as raised:
            deed()
        assert "write access" in raised.value.advice


def test_that_a_damaged_book_does_not_hide_the_runs_and_is_put_aside(tmp_path: Path) -> None:
    folder = Shelf(tmp_path / "runs").new_folder("train", AT)
    (tmp_path / "runs" / "shelf.json").write_text("{")
    shelf = Shelf(tmp_path / "runs")
    assert shelf.folders == (folder,)
    shelf.note(folder, data="a")
    assert (tmp_path / "runs" / "shelf.unreadable.json").read_text() == "{"
    assert shelf.entry(folder).data == "a"


_WRITER = """
import sys
from pathlib import Path
from nas.wizard.runs.shelf import Shelf
from tests.patience import PATIENCE_MS
shelf, name = Shelf(Path(sys.argv[1])), sys.argv[2]
for number in range(20):
    shelf.note(shelf.root / f"{name}{number}", data=name)
"""


def test_that_two_programs_write_into_one_book_and_lose_nothing(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    here = Shelf(root)
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(root), name]) for name in "ab"]
    assert [writer.wait(PATIENCE_MS / 1000) for writer in writers] == [0, 0]
    told = {(name, number): here.entry(root / f"{name}{number}").data for name in "ab" for number in range(20)}
    assert told == {key: key[0] for key in told}
    assert sorted(path.name for path in root.iterdir()) == ["shelf.json"]


def test_that_a_deleted_run_comes_back_with_what_the_book_said(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "runs")
    folder = shelf.new_folder("train", AT)
    (folder / "config.json").write_text("{}")
    shelf.note(folder, data=str(tmp_path / "data"))
    shelf.delete(folder)
    assert (shelf.folders, shelf.deleted, folder.exists()) == ((), folder.name, False)
    assert shelf.undo_delete() == folder
    assert (folder / "config.json").read_text() == "{}"
    assert shelf.entry(folder).data == str(tmp_path / "data")
    assert shelf.undo_delete() is None


def test_that_a_run_that_could_not_be_brought_back_is_offered_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "runs")
    folder = shelf.new_folder("train", AT)
    (folder / "config.json").write_text("{}")
    shelf.delete(folder)
    (shelf.new_folder("train", AT) / "config.json").write_text("[]")
    with pytest.raises(RunError, match="cannot be brought back"):
        shelf.undo_delete()
    assert shelf.deleted == folder.name
    folder.rename(tmp_path / "runs" / "other")
    assert shelf.undo_delete() == folder


def test_that_a_run_that_goes_on_is_not_deleted(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "runs")
    folder = shelf.new_folder("train", AT)
    me = {"host": socket.gethostname(), "pid": os.getpid(), "started": process_start(os.getpid())}
    (folder / "lock").write_text(json.dumps(me))
    with pytest.raises(RunError, match="goes on"):
        shelf.delete(folder)
    assert folder.exists()


def test_that_a_run_from_elsewhere_is_watched_and_never_moved(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "runs")
    elsewhere = tmp_path / "shared" / "run"
    elsewhere.mkdir(parents=True)
    with pytest.raises(RunError, match="no run"):
        shelf.take(elsewhere)
    (elsewhere / "config.json").write_text("{}")
    shelf.take(elsewhere)
    shelf.take(elsewhere)
    assert Shelf(tmp_path / "runs").folders == (elsewhere,)
    shelf.delete(elsewhere)
    assert elsewhere.exists()
    assert shelf.folders == ()
    shelf.undo_delete()
    assert shelf.folders == (elsewhere,)


def test_that_the_bin_is_emptied_after_a_month_and_not_before(tmp_path: Path) -> None:
    bin_ = tmp_path / "runs" / ".bin"
    now = int(datetime.now().timestamp())  # noqa: DTZ005
    old, young = bin_ / f"{(now - 31 * 86400) * 10**9}_old", bin_ / f"{now * 10**9}_young"
    for place in (old, young):
        place.mkdir(parents=True)
    Shelf(tmp_path / "runs")
    assert (old.exists(), young.exists()) == (False, True)
