"""Two processes train as one with two ghost batches; one writes, a stop of any stops all, an error of one ends all."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nas.cli import main
from nas.events import EpochDone, RunFailed, RunStopped, from_line
from nas.rundir import RunFolder
from tests.nas.training.conftest import last_state, lasting_events
from tests.nas.training.test_cli import SMALL

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="torchrun's signals are a Unix thing")
WITHOUT_PICTURES = """
import sys
import nas.train.finish
from nas.cli import main
nas.train.finish.draw_run = lambda *_: None
sys.exit(main(sys.argv[1:]))
"""
BROKEN_ON_THE_SECOND = """
import sys
from nas.cli import main
from nas.errors import RunError
from nas.processes import processes
import nas.train.engine
if not processes().leads:
    def step(*_):
        raise RunError("The second card is gone.", "Look at its cable.")
    nas.train.engine.Engine.step = step
sys.exit(main(sys.argv[1:]))
"""


def two_processes(*program: str) -> list[subprocess.Popen[str]]:
    """Start a program twice as torchrun does, without torchrun's own process."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    shared = {"TORCHELASTIC_RUN_ID": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2"}
    shared |= {"LOCAL_WORLD_SIZE": "2", "GROUP_RANK": "0"}
    return [
        subprocess.Popen(
            [sys.executable, *program],
            env={**os.environ, **shared, "RANK": number, "LOCAL_RANK": number},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in ("0", "1")
    ]


@pytest.mark.usefixtures("no_pictures")
def test_that_two_processes_under_torchrun_equal_one_with_two_ghost_batches(small_set: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(WITHOUT_PICTURES)
    words = ["train", str(small_set), *SMALL, "--epochs", "2", "--ema", "0.9", "--shift", "1", "--drop-path", "0.1"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", str(tmp_path / "program.py")]
    done = subprocess.run(
        [*torchrun, *words, "--out", str(tmp_path / "two"), "--events"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert main([*words, "--out", str(tmp_path / "one"), "--ghost-batches", "2"]) == 0
    left, right = last_state(tmp_path / "one"), last_state(tmp_path / "two")
    assert left.keys() == right.keys()
    for name, tensor in left.items():
        assert torch.allclose(tensor.double(), right[name].double(), rtol=1e-4, atol=1e-5), name
    ours, theirs = (lasting_events(tmp_path / name) for name in ("one", "two"))
    assert [event["type"] for event in theirs] == ["run_started", "epoch_done", "epoch_done", "run_finished"]
    for one, two in zip(ours[1:3], theirs[1:3], strict=True):
        assert two["train_loss"] == pytest.approx(one["train_loss"], rel=1e-4)
        assert two["top1"] == one["top1"]
    assert [json.loads(line)["type"] for line in done.stdout.splitlines()][-1] == "run_finished"
    assert len(done.stdout.splitlines()) == len((tmp_path / "two" / "events.jsonl").read_text().splitlines())


def test_that_a_stop_asked_of_the_second_process_stops_both_with_the_state_kept(
    small_set: Path, tmp_path: Path
) -> None:
    first, second = two_processes(
        "-m", "nas", "train", str(small_set), "--out", str(tmp_path / "run"), *SMALL, "--epochs", "4000", "--events"
    )
    assert first.stdout is not None
    for line in first.stdout:
        if isinstance(from_line(line), EpochDone):
            break
    second.send_signal(signal.SIGTERM)
    told, errors = first.communicate(timeout=60)
    silent, _ = second.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (3, 3), errors
    assert isinstance(from_line(told.splitlines()[-1]), RunStopped)
    assert silent == ""
    assert not (tmp_path / "run" / "lock").exists()
    assert last_state(tmp_path / "run")


def test_that_an_error_of_one_process_ends_both_with_one_message(small_set: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    first, second = two_processes(
        "-c", BROKEN_ON_THE_SECOND, "train", str(small_set), "--out", str(run), *SMALL, "--epochs", "2", "--events"
    )
    said = [process.communicate(timeout=60)[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (2, 2)
    assert [text.count("error: ") for text in said] == [1, 0]
    assert "error: The second card is gone.\nadvice: Look at its cable." in said[0]
    last = [*RunFolder(run).events()][-1]
    assert isinstance(last, RunFailed)
    assert last.message == "The second card is gone."


def test_that_too_many_processes_for_a_batch_are_refused(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", str(small_set), "--out", str(tmp_path / "run"), *SMALL, "--ghost-batches", "9"]
    assert main(words) == 2
    assert "16 frames cannot be normalised in 9 parts" in capsys.readouterr().err


def test_that_a_command_for_one_process_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"TORCHELASTIC_RUN_ID": "1", "RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert main(["inspect", "absent"]) == 2
    assert "inspect works in one process" in capsys.readouterr().err
