"""uiac-desktop export: exams and folder in, one line out; wrong words and a stop are said, and nothing is half done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nas.data.folder import scan
from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop import cli, paths
from uiac_desktop.exam import export as exporting
from uiac_desktop.exam.exported_sets import exported_sets
from uiac_desktop.exam.store import ExamStore

Opened = Callable[[], ExamStore]


@pytest.fixture
def place(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path / "keys")
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path / "data")
    (tmp_path / "data").mkdir()
    with opened() as store:
        for seed in (0, 30):
            exam = store.begin_exam("Ann", "Screening")
            for number, plane in enumerate(("FCH", "TV")):
                store.keep(exam.id, new_frame(plane, seed + number))
    return ["--store", str(tmp_path / "store")]


def test_that_chosen_exams_are_added_and_a_second_time_nothing(
    place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "set"
    assert cli.run(["export", "2", str(root), *place]) == cli.DONE
    assert capsys.readouterr().out == f"2 frames added to {root}: FCH 1, TV 1\n"
    assert cli.run(["export", "all", str(root), *place]) == cli.DONE
    said = capsys.readouterr()
    assert said.out == f"2 frames added to {root}: FCH 1, TV 1\n"
    assert said.err == "note: 2 frames in the data set already\n"
    assert len(scan(root).images) == 4
    assert exported_sets().folders() == (root,)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["1"], "An exam and a folder are needed."),
        (["first", "DIR"], "first is no number of an exam."),
        (["77", "DIR"], "Exam 77 is not in the exam store."),
        (["1", ""], "The folder has no name."),
        (["1", "DIR", "--every", "0"], "Every how many frames must be 1 or more."),
        (["1", "DIR", "--range", "9-2"], "A range of frames ends before it begins."),
        (["1", "DIR", "--doubtful", "--nonsense"], "nonsense"),
    ],
)
def test_that_wrong_words_are_two_lines_and_leave_nothing(
    place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    told = [str(tmp_path / "set") if word == "DIR" else word for word in words]
    assert cli.run(["export", *told, *place]) == cli.UNUSABLE
    error, advice = capsys.readouterr().err.strip().splitlines()
    assert says in error
    assert advice.startswith("advice: ")
    assert not (tmp_path / "set").exists()


def test_that_ctrl_c_leaves_no_set_and_the_same_command_goes_on(
    place: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "set"
    write = exporting.ExportFolder.write

    def interrupted(folder: exporting.ExportFolder, stem: str, pixels) -> None:
        write(folder, stem, pixels)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(exporting.ExportFolder, "write", interrupted)
        assert cli.run(["export", "all", str(root), *place]) == cli.STOPPED
    assert not (root / "labels.csv").exists()
    assert cli.run(["export", "all", str(root), *place]) == cli.DONE
    assert len(scan(root).images) == 4
