"""Figures of an evaluation against independent counts, and what it leaves on disk."""

import csv
import json
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.metrics import cohen_kappa_score, f1_score

from nas.calibration import fit_none_threshold, fit_temperature, softmax
from nas.cli import main
from nas.config.train import TrainConfig
from nas.data.folder import scan
from nas.data.split import split
from nas.errors import DataError
from nas.evaluate.bootstrap import intervals
from nas.evaluate.evaluation import Figures, evaluate
from nas.evaluate.metrics import NO_PLANE, Metrics, measure
from nas.evaluate.recalibration import with_section
from nas.events import Event, Notice, Progress
from nas.genotype import Genotype
from nas.model import load_model, load_weights
from nas.preprocess import preprocess
from nas.rundir import RunFolder
from nas.still import read_still
from nas.train.run import train
from tests.drained import drained

Small = Callable[..., TrainConfig]
WriteSet = Callable[..., Path]


@pytest.fixture(scope="module")
def model(small_set: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained model of the small set."""
    folder = tmp_path_factory.mktemp("run")
    config = TrainConfig(
        channels=4, blocks=3, reduce_at=(1, 2), size=16, batch=16, lr=0.1, cutout=2, cosine_length=6, epochs=6,
        threads=1, precision="fp32", validation=0.25, device="cpu", none_as_background=0.5,
    )  # fmt: skip
    with RunFolder(folder) as run:
        for _ in train(small_set, run, config):
            pass
    return folder / "model"


def judging(model: Path, data: Path, out: Path, figures: Figures = "none") -> Generator[Event, None, Metrics]:
    return evaluate(model, data, out, device="cpu", batch=7, threads=1, figures=figures)


def test_that_figures_are_those_of_a_small_table_done_by_hand() -> None:
    # truth A A A B B C C C, answers A A B B B C A C: recall 2/3, 1, 2/3; precision 2/3, 2/3, 1.
    truth = np.array([0, 0, 0, 1, 1, 2, 2, 2, NO_PLANE])
    answers = np.array([0, 0, 1, 1, 1, 2, 0, 2, 1])
    logits = np.eye(3)[answers] * 3.0
    logits[-1] = 0
    metrics = measure(logits, truth, ("A", "B", "C"), none_threshold=0.5)
    assert metrics.top1 == pytest.approx(6 / 8)
    assert metrics.macro_f1 == pytest.approx((2 / 3 + 4 / 5 + 4 / 5) / 3)
    chance = (3 * 3 + 2 * 3 + 3 * 2) / 64
    assert metrics.kappa == pytest.approx((6 / 8 - chance) / (1 - chance))
    assert metrics.per_plane == pytest.approx({"A": 2 / 3, "B": 1.0, "C": 2 / 3})
    assert metrics.confusion == ((2, 1, 0), (0, 2, 0), (1, 0, 2))
    assert (metrics.n, metrics.n_none) == (8, 1)
    assert (metrics.planes_called_none, metrics.none_called_plane) == (0.0, 0.0)
    sure = float(softmax(np.array([[3.0, 0, 0]]))[0, 0])
    assert metrics.ece == pytest.approx(abs(sure - 6 / 8))


def test_that_planes_without_frames_do_not_count_and_answers_of_them_are_mistakes() -> None:
    truth, answers = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    metrics = measure(np.eye(3)[answers], truth, ("A", "B", "C"))
    assert metrics.macro_f1 == pytest.approx((2 / 3 + 1) / 2)
    assert set(metrics.per_plane) == {"A", "B"}


def test_that_intervals_resample_whole_women_and_agree_with_a_direct_loop() -> None:
    rng = np.random.default_rng(0)
    women = [f"s{index // 10}" for index in range(200)]
    truth = rng.integers(0, 3, 200)
    wrong = np.repeat(rng.random(20) < 0.4, 10) & (rng.random(200) < 0.8)
    answers = np.where(wrong, (truth + 1) % 3, truth)
    found = intervals(truth, answers, women, 3, resamples=2000)
    names = np.array(women)
    series: dict[str, list[float]] = {"top1": [], "macro_f1": [], "kappa": []}
    for _ in range(250):
        chosen = np.concatenate([np.flatnonzero(names == woman) for woman in rng.choice(np.unique(names), 20)])
        t, a = truth[chosen], answers[chosen]
        series["top1"].append(float((t == a).mean()))
        series["macro_f1"].append(f1_score(t, a, average="macro"))
        series["kappa"].append(cohen_kappa_score(t, a))
    for name, values in series.items():
        assert found[name] == pytest.approx((np.quantile(values, 0.025), np.quantile(values, 0.975)), abs=0.04), name
    by_frame = intervals(truth, answers, [""] * 200, 3)
    assert by_frame["top1"][1] - by_frame["top1"][0] < 0.7 * (found["top1"][1] - found["top1"][0])


def test_that_an_evaluation_leaves_figures_predictions_and_pictures_that_agree(
    model: Path, write_set: WriteSet, tmp_path: Path
) -> None:
    data = write_set(frames=20, subjects=5, seed=9, nones=10)
    events, metrics = drained(judging(model, data, tmp_path, "all"))
    assert metrics.macro_f1 > 0.8
    assert not [event for event in events if isinstance(event, Notice)]
    assert (metrics.n, metrics.n_subjects, metrics.n_none) == (60, 5, 10)
    assert metrics.interval["top1"][0] <= metrics.top1 <= metrics.interval["top1"][1]
    assert Metrics.model_validate_json((tmp_path / "metrics.json").read_text()) == metrics
    with (tmp_path / "predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    config, network = load_model(model)
    assert [row["file"] for row in rows] == [image.path for image in scan(data).images]
    for row in rows:
        frame = preprocess(read_still(data / row["file"]), config.preprocess)
        with torch.inference_mode():
            logits = network(torch.from_numpy(frame)[None]).logits.numpy()
        chances = softmax(logits, config.temperature)[0]
        assert [float(row[f"p_{name}"]) for name in config.classes] == pytest.approx(chances, abs=1e-4)
        if abs(chances.max() - config.none_threshold) > 1e-4:
            sure = chances.max() >= config.none_threshold
            assert row["plane"] == (config.classes[chances.argmax()] if sure else "none")
    planes = [row for row in rows if row["label"] != "none"]
    best = [max(config.classes, key=lambda name, row=row: float(row[f"p_{name}"])) for row in planes]
    assert metrics.top1 == pytest.approx(
        np.mean([row["label"] == name for row, name in zip(planes, best, strict=True)])
    )
    with (tmp_path / "confusion.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert [row[0] for row in table] == ["truth", *metrics.classes]
    assert sum(int(cell) for row in table[1:] for cell in row[1:]) == 60
    names = ("blocks", "confusion", "gallery", "recall", "reliability", "tsne")
    for name in names:
        with Image.open(tmp_path / "figures" / f"{name}.png") as picture:
            assert min(picture.size) > 300
        assert (tmp_path / "figures" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    numbers = {"blocks.json", "gallery.json", "recall.csv", "reliability.csv", "tsne.csv"}
    drawn = {path.name for path in (tmp_path / "figures").iterdir()}
    assert drawn == {f"{name}.{ending}" for name in names for ending in ("png", "pdf")} | numbers
    assert Genotype.model_validate_json((tmp_path / "figures" / "blocks.json").read_text()) == config.network.genotype
    check_numbers(tmp_path / "figures", rows, metrics)
    assert {path.name for path in tmp_path.iterdir()} == {"metrics.json", "predictions.csv", "confusion.csv", "figures"}


def check_numbers(figures: Path, rows: list[dict[str, str]], metrics: Metrics) -> None:
    """Check the numbers beside the figures against the predictions."""
    with (figures / "recall.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["plane"]: float(row["recall"]) for row in csv.DictReader(file)} == pytest.approx(metrics.per_plane)
    with (figures / "tsne.csv").open(encoding="utf-8-sig", newline="") as file:
        points = [(row["file"], row["label"]) for row in csv.DictReader(file)]
    assert points == [(row["file"], row["label"]) for row in rows]
    with (figures / "reliability.csv").open(encoding="utf-8-sig", newline="") as file:
        bins = list(csv.DictReader(file))
    for state, error in (("before", metrics.ece_uncalibrated), ("after", metrics.ece)):
        filled = [row for row in bins if row["state"] == state and row["frames"] != "0"]
        assert sum(int(row["frames"]) for row in filled) == metrics.n
        gaps = sum(int(row["frames"]) * abs(float(row["certainty"]) - float(row["right"])) for row in filled)
        assert gaps / metrics.n == pytest.approx(error, abs=1e-5)
    by_file = {row["file"]: row for row in rows}
    for example in json.loads((figures / "gallery.json").read_text()):
        row = by_file[example["file"]]
        chances = {name: float(row[f"p_{name}"]) for name in metrics.classes}
        assert example["plane"] == row["label"]
        assert example["answer"] == max(chances, key=chances.__getitem__)
        assert example["certainty"] == pytest.approx(max(chances.values()), abs=1e-5)


def test_that_a_stop_leaves_whole_files_alone_and_a_run_without_figures_no_older_ones(
    model: Path, write_set: WriteSet, tmp_path: Path
) -> None:
    data, figures = write_set(frames=4, subjects=2, seed=3), tmp_path / "figures"
    going = judging(model, data, tmp_path, "all")
    phases = []
    for event in going:
        assert not list(tmp_path.rglob("*.part"))
        if isinstance(event, Progress):
            phases.append(event.phase)
        if (figures / "recall.png").exists():
            break
    going.close()
    assert list(dict.fromkeys(phases)) == ["reading", "validating", "drawing"]
    assert {path.name for path in tmp_path.iterdir()} == {"metrics.json", "predictions.csv", "confusion.csv", "figures"}
    for name in ("confusion", "recall"):
        with Image.open(figures / f"{name}.png") as picture:
            picture.load()
        assert (figures / f"{name}.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    drained(judging(model, data, tmp_path, "none"))
    assert not list(figures.iterdir())


@pytest.mark.parametrize(("subjects", "words"), [(1, "of one woman"), (0, "12 of 12 frames have no subject")])
def test_that_intervals_which_say_little_are_named(
    model: Path, write_set: WriteSet, tmp_path: Path, subjects: int, words: str
) -> None:
    data = write_set(frames=4, subjects=subjects or 1, seed=4)
    if not subjects:
        (data / "labels.csv").unlink()
    events, metrics = drained(judging(model, data, tmp_path))
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert words in notice.message
    assert bool(metrics.interval) == (subjects == 0)


def test_that_a_run_is_judged_on_the_frames_that_it_held_out_and_on_no_changed_set(
    model: Path, small_set: Path, write_set: WriteSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", str(model), str(small_set), "--out", str(tmp_path), "--held-out-of", str(model.parent),
             "--threads", "1", "--device", "cpu", "--figures", "none", "--resamples", "0", "--events"]  # fmt: skip
    assert main(words) == 0
    assert {json.loads(line)["type"] for line in capsys.readouterr().out.splitlines()} == {"progress"}
    metrics = Metrics.model_validate_json((tmp_path / "metrics.json").read_text())
    during = Metrics.model_validate_json((model.parent / "metrics.json").read_text())
    assert (metrics.n, metrics.n_none, metrics.n_subjects) == (during.n, during.n_none, during.n_subjects)
    assert metrics.confusion == during.confusion
    with (tmp_path / "predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        judged = {row["file"] for row in csv.DictReader(file)}
    data = scan(small_set)
    kept = split(data, 0.25, "subject", 0).held_out
    assert judged == {data.images[position].path for position in kept}
    assert main([*words[:2], str(write_set(seed=3)), *words[3:]]) != 0
    assert "not the one that the run learned from" in capsys.readouterr().err


def test_that_planes_that_the_model_does_not_know_are_refused(model: Path, write_set: WriteSet, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"does not know LVOT; it knows ACS, FCH, TV"):
        drained(judging(model, write_set(frames=4, planes=("FCH", "LVOT")), tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_that_a_set_of_fewer_planes_and_no_none_can_be_judged(
    model: Path, write_set: WriteSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_set(frames=6, planes=("FCH", "TV"), subjects=3)
    words = ["--out", str(tmp_path / "new"), "--device", "cpu", "--figures", "none"]
    assert main(["evaluate", str(model), str(data), *words]) == 0
    assert not (tmp_path / "new" / "figures").exists()
    metrics = json.loads((tmp_path / "new" / "metrics.json").read_text())
    assert metrics["none_called_plane"] is None
    assert set(metrics["per_plane"]) == {"FCH", "TV"}
    text = capsys.readouterr().out
    assert f"macro-F1             {100 * metrics['macro_f1']:5.1f} %" in text


def test_that_calibrating_refits_certainty_on_other_women_and_leaves_the_weights(
    model: Path, write_set: WriteSet, tmp_path: Path
) -> None:
    folder, others = tmp_path / "model", write_set(frames=24, subjects=6, seed=7, nones=12)
    shutil.copytree(model, folder)
    assert main(["calibrate", str(folder), str(others), "--device", "cpu", "--threads", "1"]) == 0
    before, network = load_model(model)
    after, _ = load_model(folder)
    images = scan(others).images
    with torch.inference_mode():
        pixels = np.stack([preprocess(read_still(others / image.path), before.preprocess) for image in images])
        logits = network(torch.from_numpy(pixels)).logits.numpy()
    targets = np.array([before.classes.index(i.label) if i.label != "none" else NO_PLANE for i in images])
    temperature = fit_temperature(logits[targets >= 0], targets[targets >= 0])
    certainty = softmax(logits, temperature).max(axis=1)
    threshold = fit_none_threshold(certainty[targets >= 0], certainty[targets < 0])
    assert after.temperature == pytest.approx(temperature, rel=1e-3)
    assert after.none_threshold == pytest.approx(threshold.value, rel=1e-3)
    assert after.figures["top1"] == pytest.approx((logits.argmax(1) == targets)[targets >= 0].mean(), abs=1e-6)
    old, new = load_weights(model), load_weights(folder)
    assert all(np.array_equal(old[name], new[name]) for name in old)
    assert "## Calibrated on other women" in (folder / "README.md").read_text(encoding="utf-8")


def test_that_a_second_calibration_takes_the_place_of_the_first_in_the_card(model: Path) -> None:
    config, _ = load_model(model)
    metrics = measure(np.eye(3)[[0, 1, 2]] * 3.0, np.array([0, 1, 2]), config.planes)
    once = with_section("# Card\n\n## Limits\n\nIt has limits.\n", config, metrics)
    assert with_section(once, config, metrics) == once
    assert once.endswith("## Limits\n\nIt has limits.\n")
    assert "100.0 %" in once


def test_that_a_refused_calibration_leaves_the_model_as_it_was(
    model: Path, write_set: WriteSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    foreign = write_set(frames=2, subjects=2, planes=("FCH", "XYZ"))
    assert main(["calibrate", str(folder), str(foreign), "--device", "cpu"]) == 2
    said = capsys.readouterr().err
    assert "error: The model does not know XYZ" in said
    assert "advice:" in said
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {p.name: p.read_bytes() for p in model.iterdir()}


@pytest.mark.parametrize(
    "words", [["evaluate", "m", "d", "--out", "o", "--batch", "0"], ["calibrate", "m", "d", "--threads", "-5"]]
)
def test_that_numbers_out_of_range_are_refused_by_name(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert f"error: {words[-2].strip('-')}: must be at least" in said
    assert "pydantic" not in said
