"""The command line: quick help, one line an error, events as JSON, stop and resume from outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from nas.cli import main
from nas.events import EpochDone, RunFailed, RunFinished, RunStopped, from_line
from nas.rundir import RunFolder
from tests.nas.started import Started, limited

WriteSet = Callable[..., Path]
SMALL = [
    "--channels",
    "4",
    "--blocks",
    "3",
    "--reduce-at",
    "1",
    "2",
    "--size",
    "16",
    "--batch",
    "16",
    "--lr",
    "0.05",
    "--cutout",
    "2",
    "--threads",
    "1",
    "--precision",
    "fp32",
    "--validation",
    "0.25",
    "--device",
    "cpu",
]


def uiac_nas(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "nas", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"], ["describe", "uiac"]])
def test_that_help_and_describe_load_no_torch(words: list[str]) -> None:
    done = uiac_nas(*words)
    assert done.returncode == 0
    assert done.stdout
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "nas" in loaded
    assert not loaded & {"torch", "sklearn", "lightning_fabric", "PySide6"}


def test_that_train_help_names_every_field_with_unit_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["train", "--help"])
    assert stop.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for flag in ("--genotype", "--none-as-background", "--small-epochs", "--resume", "--events", "--preset"):
        assert flag in text
    assert "1e-07 to 1e+07" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonsense"], "no command"),
        (["train", "absent", "--out", "x"], "no folder absent"),
        (["train", "absent"], "out"),
        (["train", "absent", "--out", "x", "--batch", "0"], "batch"),
        (["train", "absent", "--out", "x", "--batch", "many"], "--batch: 'many' is no whole number."),
        (["train", "absent", "--out", "x", "--nonsense"], "error: Unrecognized options: --nonsense."),
        (["train", "absent", "--out", "x", "--config", "absent.toml"], "absent.toml"),
        (["train", "absent", "--out", "x", "--config"], "config"),
        (["train", "absent", "--out", "x", "--resume"], "no run in x"),
        (["train", "absent", "--out", "x", "--genotype", "unknown"], "unknown"),
        (["inspect", "absent"], "no folder absent"),
        (["inspect", "absent", "--threads", "-4"], "threads"),
        (["inspect"], "error: uiac-nas inspect needs the path of a folder or a file."),
        (["train", "data", "--out", "data"], "would lie in the data set"),
        (["search", "data", "--out", "data/FCH/run"], "would lie in the data set"),
        (["compare", "data", "--out", "./data/../data/c", "--models", "uiac"], "would lie in the data set"),
        (["evaluate", "model", "data", "--out", "data/e"], "would lie in the data set"),
        (["describe", "x" * 300], "cannot be used: File name too long."),
        (["evaluate", "absent", "absent", "--out", "x"], "model folder"),
        (["describe", "absent.json"], "absent.json"),
        (["describe", "supernet", "--figure", "x.png"], "supernet"),
    ],
)
def test_that_wrong_use_is_two_lines_and_exit_2(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    error, advice = capsys.readouterr().err.strip().splitlines()[-2:]
    assert error.startswith("error: ")
    assert says in error
    assert advice.startswith("advice: ")


@pytest.mark.parametrize("command", ["train", "search"])
def test_that_a_run_that_is_refused_leaves_its_folder_free(
    command: str,
    small_set: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    out = tmp_path / "run"
    assert main([command, str(small_set), "--out", str(out), "--device", "cuda"]) == 2
    assert "no usable GPU" in capsys.readouterr().err
    assert not out.exists()
    torn = tmp_path / "torn"
    for plane in ("FCH", "TV"):
        (torn / plane).mkdir(parents=True)
        for number in range(4):
            (torn / plane / f"{number}.png").write_bytes(b"no picture")
    for _ in range(2):
        assert main([command, str(torn), "--out", str(out), "--device", "cpu"]) == 2
        assert "Not one image" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_that_wrong_use_is_said_alike_on_every_terminal(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    words = [sys.executable, "-m", "nas", "inspect", "absent", "--colour"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stderr == "error: Unrecognized options: --colour.\nadvice: Run `uiac-nas inspect --help`.\n"


def test_that_inspect_prints_json_and_tells_by_its_exit_code(
    small_set: Path, write_set: WriteSet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(small_set), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["classes"] == {"ACS": 32, "FCH": 32, "TV": 32, "none": 16}
    assert (found["subjects"], found["split_by"], found["usable"]) == (8, "subject", True)
    assert main(["inspect", str(write_set(planes=("FCH",)))]) == 2
    assert "at least two" in capsys.readouterr().out


def test_that_flags_go_before_the_file_and_the_file_before_the_preset(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.toml").write_text("momentum = 0.5\nseed = 3\nshift = 1.0\n")
    words = ["--preset", "quick", "--config", str(tmp_path / "a.toml"), "--seed", "4", "--epochs", "1"]
    out = tmp_path / "run"
    assert main(["train", str(small_set), "--out", str(out), *SMALL, *words, "--events"]) == 0
    config = json.loads((out / "config.json").read_text())["config"]
    assert (config["seed"], config["momentum"], config["shift"], config["nesterov"]) == (4, 0.5, 1.0, True)
    lines = capsys.readouterr().out.splitlines()
    assert isinstance(from_line(lines[-1]), RunFinished)
    assert (out / "events.jsonl").read_text().splitlines() == lines


def test_that_a_stop_file_stops_with_exit_3_and_resume_goes_on(
    small_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(RunFolder, "stop_requested", property(lambda run: any(map(_is_epoch, run.events()))))
    words = ["train", str(small_set), "--out", str(tmp_path), *SMALL, "--epochs", "3"]
    assert main(words) == 3
    assert isinstance([*RunFolder(tmp_path).events()][-1], RunStopped)
    monkeypatch.undo()
    assert main(["train", str(small_set), "--out", str(tmp_path), "--resume", "--device", "cpu"]) == 0
    assert "on from epoch 2" in capsys.readouterr().err
    assert [event.epoch for event in RunFolder(tmp_path).events() if isinstance(event, EpochDone)] == [0, 1, 2]


def _is_epoch(event: object) -> bool:
    return isinstance(event, EpochDone)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
def test_that_sigterm_keeps_the_state_and_a_kill_at_any_moment_leaves_a_whole_one(
    small_set: Path, tmp_path: Path
) -> None:
    begin = ["train", str(small_set), "--out", str(tmp_path), *SMALL, "--epochs", "4000", "--events"]
    begin += ["--checkpoint-seconds", "0"]
    resume = ["train", str(small_set), "--out", str(tmp_path), "--resume", "--epochs", "4000", "--events"]
    for words, number, code in ((begin, signal.SIGKILL, -signal.SIGKILL), (resume, signal.SIGTERM, 3)):
        run = Started(words)
        run.wait_for(EpochDone)
        run.send(number)
        ended, rest, errors = run.ended()
        assert ended == code, errors
    assert isinstance(from_line(rest.splitlines()[-1]), RunStopped)
    epochs = [event.epoch for event in RunFolder(tmp_path).events() if isinstance(event, EpochDone)]
    assert epochs == [*range(max(len(epochs), 1))]  # each once, as if nothing had happened
    assert not [path for path in (tmp_path / "checkpoints").iterdir() if path.name.endswith(".part")]


@pytest.mark.skipif(sys.platform != "linux", reason="these limits are a Linux thing")
@pytest.mark.parametrize(
    ("limit", "value", "words", "says"),
    [
        ("RLIMIT_FSIZE", 60_000, [], "The disk is full"),
        ("RLIMIT_FSIZE", 10_000, [], "The disk is full"),
        (
            "RLIMIT_AS",
            400_000_000,
            ["--channels", "128", "--size", "256", "--batch", "64"],
            "memory is full at batch 64",
        ),
    ],
    ids=["disk full at the checkpoint", "disk full at the store", "memory full"],
)
def test_that_a_full_disk_and_a_full_memory_are_one_clear_line(
    small_set: Path, tmp_path: Path, limit: str, value: int, words: list[str], says: str
) -> None:
    run = ["train", str(small_set), "--out", str(tmp_path / "run"), *SMALL, "--epochs", "2", *words]
    code, _, errors = Started(run, partial(limited, limit, value)).ended()
    assert code == 2, errors
    assert says in errors
    assert "Traceback" not in errors
    assert errors.strip().splitlines()[-1].startswith("advice: ")


def test_that_a_data_folder_that_is_away_is_said_in_the_log_and_nothing_is_lost(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nas.train.finish.draw_run", lambda *_: None)
    data, run = tmp_path / "data", RunFolder(tmp_path / "run")
    shutil.copytree(small_set, data)
    words = ["train", str(data), "--out", str(run.path)]
    assert main([*words, *SMALL, "--epochs", "2", "--minutes", "1e-6"]) == 0
    data.rename(tmp_path / "away")
    assert main([*words, "--resume", "--minutes", "5"]) == 2
    assert "There is no folder data." in capsys.readouterr().err
    last = from_line(run.events_file.read_text(encoding="utf-8").splitlines()[-1])
    assert isinstance(last, RunFailed)
    (tmp_path / "away").rename(data)
    assert main([*words, "--resume", "--minutes", "5"]) == 0
    last = from_line(run.events_file.read_text(encoding="utf-8").splitlines()[-1])
    assert isinstance(last, RunFinished)
    assert last.epochs_done == 2


def test_that_describe_prints_numbers_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["describe", "darts_v2", "--channels", "36", "--classes", "10", "--reduce-at", "6", "13", "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["parameters"] == 3_349_342
    assert main(["describe", "uiac", "--figure", str(tmp_path / "blocks.png")]) == 0
    assert (tmp_path / "blocks.png").read_bytes().startswith(b"\x89PNG")
    assert "parameters" in capsys.readouterr().out
