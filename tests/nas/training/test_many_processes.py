"""Two processes run as one with two ghost batches; one writes, a stop of any stops all, an error of one ends all."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from nas.cli import main
from nas.errors import RunError
from nas.events import EpochDone, EpochSearched, RunFailed, RunStopped, from_line
from nas.processes import processes
from nas.rundir import RunFolder
from tests.nas.started import Started, told_by_torchrun, two_started, without_pictures
from tests.nas.training.conftest import last_state, lasting_events
from tests.nas.training.test_cli import SMALL

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="torchrun's signals are a Unix thing")
SEARCH = [
    *("--channels", "2", "--blocks", "2", "--size", "16", "--batch", "12", "--threads", "1", "--device", "cpu"),
    *("--epochs", "2", "--beta-decay", "1", "--shift", "1", "--left-out", "0.5"),
]
WORDS = {"train": [*SMALL, "--ema", "0.9", "--shift", "1", "--drop-path", "0.1"], "search": [*SEARCH, "--order", "1"]}
UNDER_TORCHRUN = """
import json, os
from dataclasses import asdict
from nas.processes import processes
said = json.dumps({"told": sorted(os.environ), **asdict(processes())}) + chr(10)
os.write(1, said.encode())  # in one piece, since both write to one pipe
"""


def broken_on_the_second() -> None:
    """Let the steps of the second process fail."""
    without_pictures()
    if processes().leads:
        return

    def step(*_: Any) -> None:
        raise RunError("The second card is gone.", "Look at its cable.")

    from nas.search.engine import SearchEngine
    from nas.train.engine import Engine

    for engine in (Engine, SearchEngine):
        engine.step = step


def own_lambda_on_the_second() -> None:
    """Let the second process come to a lambda that differs in a single bit."""
    without_pictures()
    if processes().leads:
        return
    from nas.search.engine import SearchEngine

    taken = SearchEngine.step

    def step(self: SearchEngine, *given: Any) -> Any:
        done = taken(self, *given)
        with torch.no_grad():
            self.architecture.reduce.view(-1)[3].nextafter_(torch.tensor(9.0))
        return done

    SearchEngine.step = step


def slow_to_save_on_the_first() -> None:
    """Let the first process, when it is stopped, save only once a file named go lies in the folder GO_IN."""
    without_pictures()
    if not processes().leads:
        return
    from nas.checkpoint import CheckpointFolder

    saved, here = CheckpointFolder.save, Path(os.environ["GO_IN"])

    def save(self: CheckpointFolder, *given: Any) -> None:
        if sys.exc_info()[0] is GeneratorExit:
            (here / "saving").touch()
            until((here / "go").exists)
        saved(self, *given)

    CheckpointFolder.save = save  # type: ignore[method-assign]


def until(holds: Callable[[], bool]) -> None:
    """Wait, a minute at most, until something holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def both_end(words: list[str], before: Any = without_pictures) -> list[tuple[int, str, str]]:
    """Run a command as two processes to their end; return how each ended and what it said."""
    return [started.ended() for started in two_started(words, before)]


def assert_near(one: Path, two: Path) -> None:
    """Check that two runs came to the same state and told the same but for rounding."""
    left, right = last_state(one), last_state(two)
    assert left.keys() == right.keys()
    for name, tensor in left.items():
        assert torch.allclose(tensor.double(), right[name].double(), rtol=1e-4, atol=1e-5), name
    ours, theirs = (
        [event for event in lasting_events(run) if event["type"] in ("epoch_done", "epoch_searched")]
        for run in (one, two)
    )
    assert [event["epoch"] for event in theirs] == [0, 1]
    for mine, other in zip(ours, theirs, strict=True):
        assert other["train_loss"] == pytest.approx(mine["train_loss"], rel=1e-4)
        assert other["validation_loss"] == pytest.approx(mine["validation_loss"], rel=1e-3)
        assert (other["train_top1"], other["top1"]) == (mine["train_top1"], mine["top1"])
        if "lambda_loss" in mine:
            assert other["lambda_loss"] == pytest.approx(mine["lambda_loss"], rel=1e-4)


def one_process(words: list[str], out: Path) -> Path:
    """Run a command as one process with two ghost batches; return its folder."""
    code, _, errors = Started([*words, "--out", str(out), "--ghost-batches", "2"], without_pictures).ended()
    assert code == 0, errors
    return out


@pytest.mark.timeout(300)  # three interpreters, one of which loads torch
def test_that_torchrun_tells_each_process_which_it_is(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(UNDER_TORCHRUN)
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", str(tmp_path / "program.py")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = sorted((json.loads(line) for line in done.stdout.splitlines()), key=lambda one: one["number"])
    assert [one["number"] for one in said] == [0, 1]
    for one in said:
        assert (one["count"], one["nodes"], one["launcher"]) == (2, 1, "torchrun")
        assert told_by_torchrun(0, 0).keys() <= set(one["told"])


def test_that_two_processes_search_as_one_with_two_ghost_batches_in_second_order(
    small_set: Path, tmp_path: Path
) -> None:
    words = ["search", str(small_set), *SEARCH]
    (first, told, errors), (second, silent, _) = both_end([*words, "--out", str(tmp_path / "two"), "--events"])
    assert (first, second, silent) == (0, 0, ""), errors
    one = one_process(words, tmp_path / "one")
    assert_near(one, tmp_path / "two")
    assert (one / "genotype.json").read_bytes() == (tmp_path / "two" / "genotype.json").read_bytes()
    assert [json.loads(line)["type"] for line in told.splitlines()][-1] == "search_finished"
    assert len(told.splitlines()) == len((tmp_path / "two" / "events.jsonl").read_text().splitlines())


def test_that_two_processes_search_in_first_order_and_go_on_after_the_time_limit(
    small_set: Path, tmp_path: Path
) -> None:
    words = ["search", str(small_set), *WORDS["search"]]
    two = [*words, "--out", str(tmp_path / "two"), "--minutes", "1e-6"]
    assert [code for code, _, _ in both_end(two)] == [0, 0]
    assert (tmp_path / "two" / "genotypes" / "epoch-001.json").is_file()
    assert not (tmp_path / "two" / "genotypes" / "epoch-002.json").exists()
    go_on = ["search", str(small_set), "--out", str(tmp_path / "two"), "--resume", "--minutes", "60"]
    assert [code for code, _, _ in both_end(go_on)] == [0, 0]
    assert_near(one_process(words, tmp_path / "one"), tmp_path / "two")


def test_that_two_processes_train_as_one_with_two_ghost_batches(small_set: Path, tmp_path: Path) -> None:
    words = ["train", str(small_set), *WORDS["train"], "--epochs", "2"]
    (first, told, errors), (second, silent, _) = both_end([*words, "--out", str(tmp_path / "two"), "--events"])
    assert (first, second, silent) == (0, 0, ""), errors
    assert_near(one_process(words, tmp_path / "one"), tmp_path / "two")
    assert [json.loads(line)["type"] for line in told.splitlines()][-1] == "run_finished"
    assert len(told.splitlines()) == len((tmp_path / "two" / "events.jsonl").read_text().splitlines())


@pytest.mark.parametrize("kind", ["train", "search"])
def test_that_a_stop_asked_of_the_second_process_stops_both_with_the_state_kept(
    small_set: Path, tmp_path: Path, kind: str
) -> None:
    words = [kind, str(small_set), "--out", str(tmp_path / "run"), *WORDS[kind], "--epochs", "4000", "--events"]
    first, second = two_started(words, without_pictures)
    first.wait_for(EpochDone if kind == "train" else EpochSearched)
    second.send(signal.SIGTERM)
    code, told, errors = first.ended()
    assert code == 3, errors
    assert isinstance(from_line(told.splitlines()[-1]), RunStopped)
    assert second.ended()[:2] == (3, "")
    assert not (tmp_path / "run" / "lock").exists()
    assert last_state(tmp_path / "run")


def test_that_no_process_ends_before_the_first_has_saved(small_set: Path, tmp_path: Path) -> None:
    """Slurm may be set to kill the other processes of a run as soon as one has ended with an exit code."""
    run = tmp_path / "run"
    words = ["search", str(small_set), "--out", str(run), *WORDS["search"], "--epochs", "4000", "--events"]

    def told_by(number: int, port: int) -> dict[str, str]:
        return {**told_by_torchrun(number, port), "GO_IN": str(tmp_path)}

    first, second = two_started(words, slow_to_save_on_the_first, told_by)
    first.wait_for(EpochSearched)
    second.send(signal.SIGTERM)
    until((tmp_path / "saving").exists)
    assert not second.ended_within(1.0)
    (tmp_path / "go").touch()
    assert [process.ended()[0] for process in (first, second)] == [3, 3]
    assert last_state(run)


@pytest.mark.parametrize("kind", ["train", "search"])
def test_that_an_error_of_one_process_ends_both_with_one_message(small_set: Path, tmp_path: Path, kind: str) -> None:
    run = tmp_path / "run"
    words = [kind, str(small_set), "--out", str(run), *WORDS[kind], "--epochs", "2", "--events"]
    ends = both_end(words, broken_on_the_second)
    assert [code for code, _, _ in ends] == [2, 2]
    said = [errors for _, _, errors in ends]
    assert [text.count("error: ") for text in said] == [1, 0]
    assert "error: The second card is gone.\nadvice: Look at its cable." in said[0]
    last = [*RunFolder(run).events()][-1]
    assert isinstance(last, RunFailed)
    assert last.message == "The second card is gone."


def test_that_processes_that_come_to_another_lambda_are_found_out_in_the_same_epoch(
    small_set: Path, tmp_path: Path
) -> None:
    words = ["search", str(small_set), "--out", str(tmp_path / "run"), *WORDS["search"]]
    ends = both_end(words, own_lambda_on_the_second)
    assert [code for code, _, _ in ends] == [2, 2]
    assert "no longer have the same weights and lambda" in ends[0][2]
    assert not [event for event in RunFolder(tmp_path / "run").events() if isinstance(event, EpochSearched)]


@pytest.mark.parametrize(("kind", "frames"), [("train", 16), ("search", 12)])
def test_that_too_many_parts_for_a_batch_are_refused(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, frames: int
) -> None:
    words = [kind, str(small_set), "--out", str(tmp_path / "run"), *WORDS[kind], "--ghost-batches", "9"]
    assert main(words) == 2
    assert f"{frames} frames cannot be normalised in 9 parts" in capsys.readouterr().err


def test_that_a_command_for_one_process_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"TORCHELASTIC_RUN_ID": "1", "RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert main(["inspect", "absent"]) == 2
    assert "inspect works in one process" in capsys.readouterr().err
