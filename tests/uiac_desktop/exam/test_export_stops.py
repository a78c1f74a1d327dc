"""An export survives stops, kills, a full disk and damaged pictures, and goes on where it ended."""

import errno
import os
from pathlib import Path

import pytest

from nas.data.folder import scan
from tests.uiac_desktop.exam.exported import an_exam
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam import export_folder
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_folder import WAITING
from uiac_desktop.exam.store import ExamStore


def test_that_a_stopped_export_leaves_the_set_as_it_was_and_goes_on(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store, "FCH FCH TV TV TV TV")
    root = tmp_path / "set"
    steps: list[int] = []
    done = export(store, [exam], root, tell=lambda _step, n, _all: steps.append(n), goes_on=lambda: len(steps) < 3)
    assert (done.stopped, done.frames) == (True, 0)
    waiting = root / WAITING
    assert [path.name for path in root.iterdir()] == [WAITING]
    assert len(list(waiting.glob("*.png"))) == 3
    first = {path.name: path.stat().st_mtime_ns for path in waiting.glob("*.png")}
    seen = []
    done = export(store, [exam], root, tell=lambda step, n, all_: seen.append((step, n, all_)))
    assert done.frames == 6
    assert seen[-1] == ("writing", 6, 6)
    moved = {path.name: path.stat().st_mtime_ns for path in root.rglob("*.png")}
    assert first.items() <= moved.items(), "what was written is not written again"
    assert not waiting.exists()


def test_that_a_kill_between_rows_and_pictures_is_put_right_by_the_next_export(
    store: ExamStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = an_exam(store)
    root = tmp_path / "set"

    class Killed(BaseException):
        pass

    moved = []
    replace_file = os.replace

    def move(source: Path, target: Path) -> None:
        if target.parent.name in ("FCH", "TV"):
            if len(moved) == 2:
                raise Killed
            moved.append(target)
        replace_file(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(export_folder.os, "replace", move)
        with pytest.raises(Killed):
            export(store, [exam], root)
    assert len(scan(root).missing) == 2
    done = export(store, [exam], root)
    assert (done.frames, done.present) == (0, 4)
    assert len(scan(root).images) == 4
    assert not scan(root).missing
    assert not (root / WAITING).exists()


def test_that_a_full_disk_leaves_the_set_as_it_was(
    store: ExamStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam, other = an_exam(store), an_exam(store, seed=40)
    root = tmp_path / "set"
    export(store, [exam], root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def no_room(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(export_folder, "write_atomic", no_room)
        with pytest.raises(DesktopError, match="disk is full"):
            export(store, [other], root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert export(store, [other], root).frames == 4


def test_that_two_exports_into_one_folder_wait_for_each_other(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    with (
        export_folder.ExportFolder(tmp_path / "set"),
        pytest.raises(DesktopError, match="Another export"),
    ):
        export(store, [exam], tmp_path / "set")
    assert export(store, [exam], tmp_path / "set").frames == 4


def test_that_a_frame_whose_picture_is_damaged_is_left_out_and_told(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    store.media.path(store.frames(exam)[1].media).write_bytes(b"no picture")
    done = export(store, [exam], tmp_path / "set")
    assert (done.frames, done.damaged) == (3, 1)
    assert done.left_out == ("1 frame left out: the picture cannot be read",)
