"""A comparison from end to end: one split and recipe for all, resume after a stop, failures told, the rest done."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from nas.baselines.names import SMALLEST
from nas.cli import main
from nas.compare.parts import parts
from nas.compare.record import RESULT_FILE
from nas.compare.running import compare
from nas.config.train import TrainConfig
from nas.data.folder import scan
from nas.data.store import fingerprint
from nas.errors import DataError
from nas.events import CompareDone, EpochDone, ModelJudged, ModelStarted, RunStarted, RunStopped, from_line
from nas.genotype import DARTS_V1, parse
from nas.genotype.chance import random_genotype
from nas.learning.reading import preprocess_spec
from nas.rundir import RunFolder

WriteSet = Callable[..., Path]
Small = Callable[..., TrainConfig]
SMALL = [
    *("--channels", "4", "--blocks", "3", "--reduce-at", "1", "2", "--size", "16", "--cutout", "2"),
    *("--batch", "16", "--lr", "0.05", "--epochs", "1", "--cosine-length", "1", "--validation", "0.25"),
    *("--threads", "1", "--precision", "fp32", "--device", "cpu"),
]


@pytest.fixture(scope="module", autouse=True)
def _no_pictures() -> Iterator[None]:
    """Leave out what most of a tiny run's time would go to; tests of training and of tables look at the pictures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nas.train.finish.draw_run", lambda *_: None)
        patch.setattr("nas.compare.report.draw_plane_accuracy", lambda *_: None)
        yield


@pytest.fixture(scope="module")
def compared(small_set: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a comparison of a genotype in a file and one by chance, two seeds."""
    folder = tmp_path_factory.mktemp("compare")
    (folder / "found.json").write_text(DARTS_V1.to_json())
    assert main(words_of(small_set, folder)) == 0
    return folder / "out"


def words_of(root: Path, folder: Path) -> list[str]:
    models = f"uiac:{folder / 'found.json'}", "random"
    return ["compare", str(root), "--out", str(folder / "out"), "--models", *models, "--seeds", "2", *SMALL]


def configs(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.name: json.loads((path / "config.json").read_text()) for path in sorted((folder / "runs").iterdir())}


def test_that_all_models_of_a_seed_share_everything_but_their_network(
    compared: Path, small_set: Path, small: Small
) -> None:
    found = configs(compared)
    assert list(found) == ["random-0", "random-1", "uiac-found-0", "uiac-found-1"]
    own = {"genotype", "name"}
    for seed in (0, 1):
        left, right = (
            {name: value for name, value in found[f"{model}-{seed}"]["config"].items() if name not in own}
            for model in ("random", "uiac-found")
        )
        assert left == right
        assert left["seed"] == seed
        assert parse(json.dumps(found[f"random-{seed}"]["genotype"])) == random_genotype(seed)
        assert parse(json.dumps(found[f"uiac-found-{seed}"]["genotype"])) == DARTS_V1
    pool = parts(small_set, None, 0.25, small(), 2).pool
    assert {run["data_fingerprint"] for run in found.values()} == {fingerprint(pool, preprocess_spec(small()))}


def test_that_test_subjects_are_held_back_first_and_never_learned_from(small_set: Path, small: Small) -> None:
    made = parts(small_set, None, 0.25, small(), 2)
    assert len(made.test.subjects) == 2
    assert len(made.pool.subjects) == 6
    assert not set(made.pool.subjects) & set(made.test.subjects)
    assert {image.label for image in made.test.images} == {"ACS", "FCH", "TV"}
    assert made.by == "subject"
    assert made.notices == ()


def test_that_events_and_report_tell_every_model(compared: Path) -> None:
    events = [*RunFolder(compared).events()]
    order = [(event.model, event.seed) for event in events if isinstance(event, ModelStarted)]
    assert order == [("uiac:found", 0), ("random", 0), ("uiac:found", 1), ("random", 1)]
    judged = [event for event in events if isinstance(event, ModelJudged)]
    assert [(event.model, event.seed) for event in judged] == order
    assert len([event for event in events if isinstance(event, RunStarted)]) == 4
    done = events[-1]
    assert isinstance(done, CompareDone)
    assert (done.runs, done.failed) == (4, 0)
    assert "Nothing is settled: 2 test subjects are too few, since the test of 1 pair needs 6" in done.verdict
    assert done.verdict in (compared / "report.md").read_text(encoding="utf-8")
    result = json.loads((compared / "runs" / "uiac-found-1" / RESULT_FILE).read_text())
    assert len(result["answers"]) == 24
    assert (result["top1"], result["seed"], result["epochs"]) == (judged[2].top1, 1, 1)


def test_that_no_path_of_this_computer_stands_in_a_comparison(compared: Path, small_set: Path) -> None:
    for file in compared.rglob("*"):
        if file.suffix in (".json", ".jsonl", ".md", ".csv", ".tex"):
            text = file.read_text(encoding="utf-8")
            assert str(compared.parent) not in text, file.name
            assert str(small_set) not in text, file.name


def without_clock(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    for part in (*found["rows"], *found["results"]):
        for name in ("seconds", "speed"):
            part.pop(name, None)
    return found


def test_that_a_stopped_comparison_goes_on_to_the_same_report(
    compared: Path, small_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "found.json").write_text(DARTS_V1.to_json())
    out = tmp_path / "out"
    second = property(lambda run: sum(isinstance(event, EpochDone) for event in run.events()) == 2)
    monkeypatch.setattr(RunFolder, "stop_requested", second)
    assert main(words_of(small_set, tmp_path)) == 3
    assert isinstance([*RunFolder(out).events()][-1], RunStopped)
    assert isinstance([*RunFolder(out / "runs" / "random-0").events()][-1], RunStopped)
    assert sorted(path.parent.name for path in out.rglob(RESULT_FILE)) == ["uiac-found-0"]
    monkeypatch.undo()
    assert main(["compare", str(small_set), "--out", str(out), "--resume", "--lr", "0.1"]) == 2
    assert "lr = 0.05, and 0.1 is asked for" in capsys.readouterr().err
    assert main(["compare", str(small_set), "--out", str(out), "--resume", "--models", "random"]) == 2
    assert "models = uiac:found random, and random is asked for" in capsys.readouterr().err
    assert main(["compare", str(small_set), "--out", str(out), "--resume", "--events"]) == 0
    lines = [from_line(line) for line in capsys.readouterr().out.splitlines()]
    taken_up = next(event for event in lines if isinstance(event, RunStarted))
    assert taken_up.resumed_at == 1
    assert without_clock(out) == without_clock(compared)


def test_that_a_model_that_fails_is_told_in_its_row_and_tried_again_on_resume(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["compare", str(small_set), "--out", str(tmp_path), "--models", "random", "darts_v1", "--seeds", "1"]
    with RunFolder(tmp_path / "runs" / "random-0"):  # another process that holds the folder of this run
        assert main([*words, *SMALL]) == 0
    assert "random, seed 0: Another process is working in random-0" in capsys.readouterr().err
    found = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert [row["model"] for row in found["rows"]] == ["darts_v1"]
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "1 of 1 failed: Another process is working in random-0 |" in report
    assert main(["compare", str(small_set), "--out", str(tmp_path), "--resume"]) == 0
    again = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert {row["model"] for row in again["rows"]} == {"random", "darts_v1"}
    assert again["failures"] == []


def test_that_a_baseline_is_compared_under_the_same_recipe(small_set: Path, tmp_path: Path) -> None:
    words = ["compare", str(small_set), "--out", str(tmp_path), "--models", "resnet18", "--seeds", "1", *SMALL]
    assert main([*words, "--size", "32", "--minutes-each", "5"]) == 0
    found = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert found["config"]["minutes"] == 5
    assert found["rows"][0]["parameters"] == [11_178_051 - 2 * 64 * 49] * 2
    assert found["verdict"] == "Only resnet18 was judged, so there is nothing to compare it with."
    record = configs(tmp_path)["resnet18-0"]
    assert (record["baseline"], record["config"]["minutes"]) == ("resnet18", 5)
    assert [path.name for path in (tmp_path / "runs" / "resnet18-0" / "checkpoints").glob("*.safetensors")] == [
        "best.safetensors"
    ]


def test_that_a_network_that_takes_no_small_frames_is_compared_though_those_of_the_others_grow(
    small_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SMALLEST, "resnet18", 31)  # AlexNet has twenty times the weights
    words = ["compare", str(small_set), "--out", str(tmp_path), "--models", "resnet18", "darts_v1", "--seeds", "1"]
    assert main([*words, *SMALL, "--size", "32", "--small-epochs", "1"]) == 0
    found = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert {row["model"] for row in found["rows"]} == {"resnet18", "darts_v1"}
    assert {name: run["config"]["small_epochs"] for name, run in configs(tmp_path).items()} == {
        "resnet18-0": 0,
        "darts_v1-0": 1,
    }
    said = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "One difference: resnet18 cannot take the small frames" in said


@pytest.mark.skipif(sys.platform != "linux", reason="this limit is a Linux thing")
def test_that_a_model_too_large_for_the_memory_is_told_and_the_rest_goes_on(
    small_set: Path, tmp_path: Path, small: Small
) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    little = psutil.Process().memory_info().vms + 300 * 2**20, before[1]
    with RunFolder(tmp_path) as folder:
        try:
            for event in compare(small_set, folder, small(size=32, epochs=1), ("vgg11", "darts_v1"), seeds=1):
                if isinstance(event, ModelStarted):
                    resource.setrlimit(resource.RLIMIT_AS, little if event.model == "vgg11" else before)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
    found = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert [(failure["model"], failure["message"]) for failure in found["failures"]] == [
        ("vgg11", "The computer's memory is full at batch 16.")
    ]
    assert [row["model"] for row in found["rows"]] == ["darts_v1"]


def test_that_a_comparison_is_refused_to_many_processes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"TORCHELASTIC_RUN_ID": "1", "RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert main(["compare", "absent", "--out", "x", "--models", "uiac"]) == 2
    assert "without torchrun" in capsys.readouterr().err


def test_that_a_test_folder_judges_instead_of_subjects_held_back(
    small_set: Path, write_set: WriteSet, small: Small
) -> None:
    other = write_set(frames=8, seed=5)
    made = parts(small_set, other, 0.25, small(), 1)
    assert made.pool == scan(small_set)
    assert (len(made.test.images), made.by, made.notices) == (24, "folder given", ())
    again = parts(small_set, small_set, 0.25, small(), 1)
    assert "8 subjects have the same name in both sets" in again.notices[0].message
    with pytest.raises(DataError, match="The test set has LVOT; the models learn ACS, FCH, TV"):
        parts(small_set, write_set(planes=("FCH", "LVOT")), 0.25, small(), 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "No model is named"),
        (["--models", "uiac", "--seeds", "0"], "seeds: from 1 to 100"),
        (["--models", "uiac", "--test-share", "0.9"], "test_share: it lies between"),
        (["--models", "uiac", "--minutes-each", "-1"], "minutes: must be at least 0"),
        (["--models", "uiac", "--preset", "paper"], "the epoch cannot be chosen on them"),
        (["--models", "uiac", "--genotype", "darts_v1"], "--genotype names one model"),
        (["--models", "alexnet", "--size", "32"], "alexnet cannot take frames of 32 pixels"),
        (["--models", "uiac", "--resume"], "There is no run"),
    ],
)
def test_that_wrong_use_is_refused_before_any_run(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert main(["compare", str(small_set), "--out", str(tmp_path / "out"), *words]) == 2
    error, advice = capsys.readouterr().err.strip().splitlines()[-2:]
    assert says in error
    assert advice.startswith("advice: ")
    assert not (tmp_path / "out" / "runs").exists()
