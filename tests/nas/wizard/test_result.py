"""A result and a comparison are read back from their files as they were written, and damage is said."""

import csv
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from nas.config.train import TrainConfig, preset
from nas.errors import RunError
from nas.wizard.result.comparison import network_name, read_comparison
from nas.wizard.result.pack import pack
from nas.wizard.result.record import read_result
from nas.wizard.state import GenotypeChoice, WizardState
from nas.wizard.train.rivals import compare_request, own_model, rivals, standings
from tests.nas.wizard.told_training import PLANES, compared, comparison_folder, events_of, run_folder


def test_that_the_matrix_counts_every_frame_as_the_table_of_predictions_has_it(tmp_path: Path) -> None:
    folder = run_folder(tmp_path) / "evaluation"
    result = read_result(folder)
    assert result is not None
    assert result.labels == (*PLANES, "none")
    with (folder / "predictions.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    for number, truth in enumerate(result.labels):
        for column, answer in enumerate(result.labels):
            mine = [row["file"] for row in rows if row["label"] == truth and row["plane"] == answer]
            assert result.matrix()[number][column] == len(mine)
            assert sorted(frame.file for frame in result.frames(truth, answer)) == sorted(mine)
    sure = [frame.certainty for frame in result.frames("AALA", "ADALA")]
    assert len(sure) == 5
    assert sure == sorted(sure, reverse=True)
    assert result.prediction(rows[0]["file"]).label == rows[0]["label"]


def test_that_calibration_points_and_gallery_are_those_of_the_files(tmp_path: Path) -> None:
    result = read_result(run_folder(tmp_path) / "evaluation")
    assert sum(one.frames for one in result.before) == sum(one.frames for one in result.after) == result.figures.n
    assert len(result.points) == result.figures.n + result.figures.n_none
    assert {example.plane for example in result.gallery} == set(PLANES)
    assert len(result.gallery[0].map) == len(result.gallery[0].map[0]) == 16
    names = {file.name for file in result.files()}
    assert {"metrics.json", "predictions.csv", "reliability.csv", "tsne.csv", "gallery.json"} <= names


def test_that_a_training_without_evaluation_has_figures_and_no_frames(tmp_path: Path) -> None:
    result = read_result(run_folder(tmp_path, evaluated=False))
    assert result.predictions == ()
    assert result.labels == PLANES
    assert result.matrix() == result.figures.confusion
    assert read_result(tmp_path / "nothing") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metrics.json", "{"),
        ("metrics.json", "[]"),
        ("predictions.csv", "file,label,plane,certainty\na,FCH,FCH"),
        ("predictions.csv", "file,label\na,FCH"),
        ("figures/gallery.json", "{}"),
        ("figures/tsne.csv", "file,label,untrained_x,untrained_y,trained_x,trained_y\na,FCH,1,2,x,4"),
        ("figures/reliability.csv", "state,temperature,from,to,certainty,right,frames\nnow,1,0,1,0.5,0.5,3"),
    ],
)
def test_that_a_damaged_file_is_said(tmp_path: Path, name: str, text: str) -> None:
    folder = run_folder(tmp_path) / "evaluation"
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match="damaged"):
        read_result(folder)


def test_that_a_comparison_has_its_rows_names_and_verdict(tmp_path: Path) -> None:
    folder = comparison_folder(tmp_path)
    found = read_comparison(folder)
    assert [row.name for row in found.rows] == ["ResNet18", "UIAC (paper's block)"]
    assert found.own.model == "uiac"
    assert found.seeds == 2
    assert "ResNet18 has the highest top-1" in found.verdict
    assert found.best_other("ACS", "uiac") == found.rows[0].per_plane["ACS"]
    assert found.best_other("ACS", "resnet18") == found.rows[1].per_plane["ACS"]
    assert read_comparison(tmp_path) is None
    (folder / "comparison.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RunError):
        read_comparison(folder)


def test_that_networks_are_called_as_people_call_them() -> None:
    said = [network_name(name) for name in ("vgg13_bn", "densenet121", "resnet18", "alexnet", "uiac:mine", "random")]
    assert said == ["VGG13-bn", "DenseNet121", "ResNet18", "AlexNet", "UIAC (this search)", "Random block"]


def test_that_a_network_that_cannot_take_the_frames_says_why() -> None:
    state = WizardState(genotype=GenotypeChoice("known", "uiac"), train=TrainConfig(size=64))
    assert not any(rival.unfit for rival in rivals(state))
    small = replace(state, train=TrainConfig(size=32))
    assert {rival.model: rival.unfit for rival in rivals(small) if rival.unfit} == {
        "alexnet": "needs frames of 63 pixels"
    }


def test_that_every_network_of_the_paper_can_be_compared_under_quick() -> None:
    state = WizardState(genotype=GenotypeChoice("known", "uiac"), train=preset("quick"))
    assert not any(rival.unfit for rival in rivals(state))
    assert [rival.model for rival in rivals(state) if rival.note == "whole frames from the start"] == ["alexnet"]


def test_that_the_blocks_of_a_search_take_part_under_their_file(tmp_path: Path) -> None:
    state = WizardState(genotype=GenotypeChoice("file", path=tmp_path / "found.json"))
    assert own_model(state) == f"uiac:{tmp_path / 'found.json'}"
    assert rivals(state)[0].name == "UIAC (this search)"
    words = compare_request(("uiac", "resnet18"), 3).words
    assert words == ("--seeds", "3", "--genotype", "uiac", "--choice", "macro_f1")


def test_that_a_comparison_tells_how_far_each_network_is(tmp_path: Path) -> None:
    folder = comparison_folder(tmp_path)
    judged = [number for number, event in enumerate(events_of("compare")) if event.type == "model_judged"]
    waiting = standings(compared(folder, 2, "running"))
    assert {one.state for one in waiting.values()} <= {"waiting", "training"}
    half = standings(compared(folder, judged[1] + 1, "running"))
    assert {(one.state, one.share) for one in half.values()} == {("waiting", 0.5)}
    done = standings(compared(folder, 10_000))
    assert {(one.state, one.share) for one in done.values()} == {("done", 1.0)}
    assert standings(None) == {}


def test_that_everything_is_packed_into_one_file(tmp_path: Path) -> None:
    run, other = run_folder(tmp_path), comparison_folder(tmp_path)
    target = tmp_path / "all.zip"
    count = pack(run, read_result(run / "evaluation"), read_comparison(other), target)
    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        assert archive.read("evaluation/predictions.csv") == (run / "evaluation" / "predictions.csv").read_bytes()
    assert len(names) == count
    assert {"run/model/README.md", "run/config.json", "evaluation/figures/tsne.csv"} <= names
    assert "comparison/comparison.json" in names
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(RunError):
        pack(run, None, None, tmp_path / "absent" / "all.zip")


def test_that_files_of_a_pc_whose_clock_had_stopped_are_packed(tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    os.utime(run / "metrics.json", (0, 0))
    pack(run, read_result(run / "evaluation"), None, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "run/metrics.json" in archive.namelist()


@pytest.mark.parametrize("name", ["predictions.csv", "figures/tsne.csv", "figures/reliability.csv"])
def test_that_a_table_with_a_stray_quote_is_said_to_be_damaged(tmp_path: Path, name: str) -> None:
    folder = run_folder(tmp_path) / "evaluation"
    head, _, rows = (folder / name).read_text(encoding="utf-8-sig").partition("\n")
    (folder / name).write_text(f'{head}\n"{rows * 200}', encoding="utf-8")
    with pytest.raises(RunError, match="damaged"):
        read_result(folder)
