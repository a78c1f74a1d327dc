"""uiac-nas search from outside: quick help, wrong use, events as lines, stop and resume, a full memory explained."""

import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from nas.cli import main
from nas.config.search import SearchConfig, search_preset
from nas.events import EpochSearched, RunStarted, RunStopped, SearchFinished, from_line
from nas.genotype import load
from nas.rundir import RunFolder
from tests.nas.started import Started, limited, without_pictures

SMALL = [
    "--channels", "4", "--blocks", "4", "--size", "16", "--batch", "12", "--epochs", "2", "--left-out", "0",
    "--threads", "1", "--device", "cpu", "--order", "1",
]  # fmt: skip
TINY = ["--channels", "2", "--blocks", "1", *SMALL[4:]]
MEBIBYTE = 2**20


def test_that_a_search_writes_a_genotype_and_events_as_lines(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", str(small_set), "--out", str(tmp_path / "run"), *SMALL, "--events"]) == 0
    events = [from_line(line) for line in capsys.readouterr().out.splitlines()]
    assert [event.epoch for event in events if isinstance(event, EpochSearched)] == [0, 1]
    assert isinstance(events[-1], SearchFinished)
    assert load(tmp_path / "run") == events[-1].genotype


@pytest.mark.usefixtures("bare")
def test_that_a_stop_ends_with_3_and_resume_refuses_another_rate(
    small_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    monkeypatch.setattr(RunFolder, "stop_requested", property(lambda run: run.config_file.exists()))
    assert main(["search", str(small_set), "--out", str(folder), *SMALL]) == 3
    monkeypatch.undo()
    assert isinstance(from_line((folder / "events.jsonl").read_text().splitlines()[-1]), RunStopped)
    assert main(["search", str(small_set), "--out", str(folder), "--resume", "--lr-w", "0.5"]) == 2
    assert "lr_w = 0.0125, and 0.5" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["absent", "--out", "x"], "no folder absent"),
        (["absent", "--out", "x", "--order", "3"], "order"),
        (["absent", "--out", "x", "--channels", "6", "--partial", "4"], "multiple of partial"),
        (["absent", "--out", "x", "--epochs", "2", "--warmup-epochs", "2"], "warmup_epochs"),
        (["absent", "--out", "x", "--preset", "fast"], "preset"),
        (["absent", "--out", "x", "--resume"], "no run in x"),
        (["absent", "--out", ""], "empty"),
    ],
)
def test_that_wrong_use_is_two_lines_and_exit_2(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["search", *words]) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert says in lines[0]
    assert lines[1].startswith("advice: ")


def test_that_the_paper_preset_is_the_paper() -> None:
    paper = search_preset("paper")
    assert (paper.epochs, paper.blocks, paper.reductions, paper.lr_w, paper.lr_lambda) == (50, 8, (2, 5), 0.0125, 1e-3)
    assert (paper.order, paper.step_order, paper.halves, paper.partial) == (2, "paper", "random", 1)
    assert (paper.warmup_epochs, paper.beta_decay, paper.stop_skips, paper.keep_skips, paper.keep_pools) == (
        0,
        0,
        0,
        8,
        8,
    )
    assert SearchConfig(blocks=20).reductions == (6, 13)


@pytest.mark.skipif(sys.platform != "linux", reason="this limit is a Linux thing")
def test_that_a_full_memory_is_answered_with_batch_and_mode(small_set: Path, tmp_path: Path) -> None:
    words = [*SMALL, "--size", "256", "--channels", "16", "--batch", "12"]
    run = ["search", str(small_set), "--out", str(tmp_path / "run"), *words]
    code, _, errors = Started(run, partial(limited, "RLIMIT_AS", 400 * MEBIBYTE)).ended()
    assert code == 2, errors
    assert "--memory lean" in errors
    assert "--batch " in errors


@pytest.mark.skipif(sys.platform != "linux", reason="this limit is a Linux thing")
def test_that_a_full_disk_ends_a_search_with_one_line(small_set: Path, tmp_path: Path) -> None:
    run = ["search", str(small_set), "--out", str(tmp_path / "run"), *TINY, "--epochs", "2"]
    code, _, errors = Started(run, partial(limited, "RLIMIT_FSIZE", 12_000)).ended()
    assert code == 2, errors
    assert "error: The disk is full, so the run cannot save its state.\nadvice: " in errors
    assert not (tmp_path / "run" / "lock").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
def test_that_sigterm_keeps_the_state_of_a_search_which_then_goes_on(small_set: Path, tmp_path: Path) -> None:
    words = ["search", str(small_set), "--out", str(tmp_path / "run"), *TINY, "--epochs", "40", "--events"]
    run = Started(words, without_pictures)
    run.wait_for(EpochSearched)
    run.send(signal.SIGTERM)
    code, rest, errors = run.ended()
    assert code == 3, errors
    assert isinstance(from_line(rest.splitlines()[-1]), RunStopped)
    assert not (tmp_path / "run" / "lock").exists()
    again = Started([*words[:4], "--resume", "--minutes", "1e-6", "--events"], without_pictures)
    told = [*again.events()]
    assert again.ended()[0] == 0
    searched = [event.epoch for event in RunFolder(tmp_path / "run").events() if isinstance(event, EpochSearched)]
    assert searched == [*range(len(searched))]  # each once
    started = next(event for event in told if isinstance(event, RunStarted))
    assert started.resumed_at == len(searched) >= 1
    assert isinstance(told[-1], SearchFinished)
