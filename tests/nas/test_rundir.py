"""A run folder has one owner, is never half written, and says clearly what stands in the way."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from nas.errors import RunError
from nas.events import Notice
from nas.run_lock import is_held
from nas.rundir import RunFolder, write_atomic

HOLDER = """
import sys
from pathlib import Path
from nas.rundir import RunFolder
with RunFolder(Path(sys.argv[1])) as run:
    run.write_json(run.config_file, {})
    print("held", flush=True)
    sys.stdin.read()
"""
FILLS_THE_DISK = """
import resource, signal, sys
from pathlib import Path
from nas.errors import RunError
from nas.rundir import RunFolder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with RunFolder(Path(sys.argv[1])) as run:
    run.write_json(run.config_file, {"kept": True})
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        run.write_json(run.config_file, "x" * 5000)
    except RunError as error:
        print(error.message)
"""


def test_that_a_folder_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunError, match="Another process") as caught, RunFolder(run, resume=True):
            pass
        assert "stop" in caught.value.advice
        holder.kill()
    with RunFolder(run, resume=True):
        assert json.loads((run / "lock").read_text())["pid"]
    assert not (run / "lock").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems write the start of a process down once")
def test_that_a_folder_stays_held_when_the_clock_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RunFolder(tmp_path) as run:
        monkeypatch.setattr(psutil, "boot_time", lambda: 0.0)
        monkeypatch.setattr(psutil.Process, "create_time", lambda _: 0.0)
        assert is_held(run.lock_file)


def test_that_a_lock_of_another_computer_is_respected(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(json.dumps({"host": "another", "pid": 1, "started": 0.0}))
    with pytest.raises(RunError, match="Another process") as caught, RunFolder(tmp_path):
        pass
    assert "another computer" in caught.value.advice
    assert "named lock" in caught.value.advice


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"SLURM_RESTART_COUNT": "1"}, False),
        ({}, True),
        ({"SLURM_RESTART_COUNT": "1", "SLURM_JOB_ID": "8"}, True),
        ({"SLURM_RESTART_COUNT": "1", "SLURM_CLUSTER_NAME": "two"}, True),
    ],
    ids=["the job, started anew elsewhere", "another step of the job", "another job", "a job of another cluster"],
)
def test_that_a_lock_of_another_computer_yields_to_the_job_that_slurm_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], held: bool
) -> None:
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.setenv("SLURM_CLUSTER_NAME", "one")
    with RunFolder(tmp_path) as run:
        left = json.loads(run.lock_file.read_text())
    (tmp_path / "lock").write_text(json.dumps({**left, "host": "another"}))
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    assert is_held(tmp_path / "lock") is held


def test_that_a_run_is_neither_overwritten_nor_resumed_from_nothing(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no run"), RunFolder(tmp_path / "absent", resume=True):
        pass
    assert not (tmp_path / "absent").exists()
    with RunFolder(tmp_path) as run:
        run.write_json(run.config_file, {})
    with pytest.raises(RunError, match="already holds a run"), RunFolder(tmp_path):
        pass
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="is a file"), RunFolder(tmp_path / "file"):
        pass


def test_that_a_run_that_never_began_leaves_nothing_and_one_that_began_all(tmp_path: Path) -> None:
    run = tmp_path / "run"
    for begins in (False, True):
        with pytest.raises(RunError), RunFolder(run) as folder:
            folder.append(Notice(level="note", message="on the way"))
            if begins:
                folder.write_json(folder.config_file, {})
            raise RunError("The data are of no use.", "Take others.")
        assert sorted(path.name for path in tmp_path.rglob("*")) == (
            ["checkpoints", "config.json", "events.jsonl", "run"] if begins else []
        )


def test_that_a_folder_without_a_run_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("absent", "file"):
        with pytest.raises(RunError, match=f"no run in {name}"):
            RunFolder(tmp_path / name).read_config()
    (tmp_path / "config.json").write_text("[" * 100_000)
    with pytest.raises(RunError, match=f"config.json of {tmp_path.name} cannot be read"):
        RunFolder(tmp_path).read_config()


def test_that_events_are_readable_at_once_and_after_a_cut(tmp_path: Path) -> None:
    first, second = Notice(level="note", message="first"), Notice(level="warning", message="second")
    with RunFolder(tmp_path) as run:
        run.append(first)
        assert list(run.events()) == [first]
        run.write_json(run.config_file, {})
    with run.events_file.open("a") as log:
        log.write('{"time": 1, "type": "not')
    with RunFolder(tmp_path, resume=True) as run:
        run.append(second)
        assert list(run.events()) == [first, second]


def test_that_a_stop_left_from_before_does_not_stop_the_next_run(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as run:
        run.write_json(run.config_file, {})
        run.stop_file.touch()
        assert run.stop_requested
    with RunFolder(tmp_path, resume=True) as run:
        assert not run.stop_requested


def test_that_a_failed_write_leaves_the_file_of_before_and_nothing_beside(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"before")
    with pytest.raises(TypeError):
        write_atomic(tmp_path / "a", "text")  # type: ignore[arg-type]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"before")]


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a Unix thing")
def test_that_a_full_disk_is_said_and_what_was_saved_stays(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILLS_THE_DISK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "The disk is full, so the run cannot save its state.\n"
    assert json.loads((tmp_path / "config.json").read_text()) == {"kept": True}
