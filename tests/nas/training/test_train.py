"""Training learns, stops, resumes exactly, refuses what does not fit, and leaves a model that loads."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from nas.config.train import TrainConfig
from nas.errors import DataError, RunError
from nas.events import EpochDone, Event, Notice, RunFinished, RunStarted
from nas.model import load_model
from nas.rundir import RunFolder
from nas.train.run import train
from tests.nas.training.conftest import last_state, lasting_events, stop_after

Small = Callable[..., TrainConfig]
WriteSet = Callable[..., Path]


def run_to_end(root: Path, folder: Path, config: TrainConfig, resume: bool = False, **changes: object) -> list[Event]:
    with RunFolder(folder, resume) as run:
        return [*told(run, train(root, run, config, dict(changes)))]


def told(run: RunFolder, events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        run.append(event)
        yield event


def epochs_of(events: list[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


@pytest.fixture
def tell_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nas.train.training.TELL_S", 0.0)


def test_that_a_small_network_learns_and_leaves_a_whole_model(small_set: Path, tmp_path: Path, small: Small) -> None:
    config = small(epochs=12, cosine_length=12, none_as_background=0.5, ema=0.9, trained_on="simulated", name="Small")
    events = run_to_end(small_set, tmp_path / "run", config)
    started = next(event for event in events if isinstance(event, RunStarted))
    assert started.classes == ("ACS", "FCH", "TV")
    assert (started.train_frames, started.none_frames, started.validation_frames) == (72, 12, 28)
    assert started.split_by == "subject"
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.macro_f1 > 0.9
    model, network = load_model(tmp_path / "run" / "model")
    assert (model.name, model.simulated_only, model.classes) == ("Small", True, ("ACS", "FCH", "TV"))
    assert model.temperature == pytest.approx(finished.temperature)
    assert not network.training
    card = (tmp_path / "run" / "model" / "README.md").read_text(encoding="utf-8")
    assert "simulated images only" in card
    assert "24 other frames from 2 subjects" in card
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert set(metrics) >= {"top1", "macro_f1", "kappa", "ece", "per_plane", "n", "n_subjects"}
    assert (metrics["n"], metrics["n_subjects"], metrics["n_none"]) == (24, 2, 4)
    assert metrics["planes_called_none"] + metrics["none_called_plane"] < 0.5
    drawn = {path.name for path in (tmp_path / "run" / "figures").iterdir()}
    names = ("confusion", "recall", "reliability", "curves")
    assert drawn == {f"{name}.{ending}" for name in names for ending in ("png", "pdf")} | {"reliability.csv"}


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize(
    "changes",
    [
        {",s0-": ",sim-0-"},
        {"file,label,subject": "file,source,subject", ",FCH,": ",simulated,", ",TV,": ",simulated,"},
    ],
)
def test_that_a_model_of_simulated_frames_says_so_by_itself(
    write_set: WriteSet, tmp_path: Path, small: Small, changes: dict[str, str]
) -> None:
    root = write_set(frames=8, subjects=4, planes=("FCH", "TV"))
    labels = root / "labels.csv"
    text = labels.read_text(encoding="utf-8-sig")
    for before, after in changes.items():
        text = text.replace(before, after)
    labels.write_text(text, encoding="utf-8")
    run_to_end(root, tmp_path / "run", small(epochs=1))
    model, _ = load_model(tmp_path / "run" / "model")
    assert (model.trained_on, model.simulated_only) == ("simulated scan", True)


def test_that_no_path_of_this_computer_stands_in_the_run(small_set: Path, tmp_path: Path, small: Small) -> None:
    from nas.genotype import DARTS_V1

    (tmp_path / "Jane Doe.json").write_text(DARTS_V1.to_json())
    config = small(epochs=1, genotype=str(tmp_path / "Jane Doe.json"))
    run_to_end(small_set, tmp_path / "run", config)
    for file in (tmp_path / "run").rglob("*"):
        if file.suffix in (".json", ".jsonl", ".md"):
            assert str(tmp_path) not in file.read_text(encoding="utf-8"), file.name
            assert str(small_set) not in file.read_text(encoding="utf-8"), file.name


@pytest.mark.usefixtures("tell_every_step", "no_pictures")
@pytest.mark.parametrize("steps", [3, 7])
def test_that_a_stopped_run_goes_on_exactly(small_set: Path, tmp_path: Path, small: Small, steps: int) -> None:
    config = small(
        epochs=3, ema=0.9, drop_path=0.2, shift=2, flip=True, none_as_background=0.3, small_epochs=1, lr=0.02
    )
    run_to_end(small_set, tmp_path / "whole", config)
    stop_after(train, small_set, tmp_path / "parts", config, steps)
    run_to_end(small_set, tmp_path / "parts", config, resume=True)
    assert lasting_events(tmp_path / "parts") == lasting_events(tmp_path / "whole")
    left, right = (last_state(tmp_path / name) for name in ("whole", "parts"))
    assert {name.split(".")[0] for name in left} == {"network", "average", "momentum"}
    assert left.keys() == right.keys()
    for name, tensor in left.items():
        assert torch.equal(tensor, right[name]), name


@pytest.mark.usefixtures("no_pictures")
def test_that_a_run_goes_on_past_the_end_of_its_cosine_with_drop_path(
    write_set: WriteSet, tmp_path: Path, small: Small
) -> None:
    config = small(epochs=4, cosine_length=2, drop_path=0.9)
    assert isinstance(run_to_end(write_set(frames=8), tmp_path / "run", config)[-1], RunFinished)


@pytest.mark.usefixtures("no_pictures")
def test_that_a_run_that_ended_leaves_its_model_as_people_left_it_when_it_is_gone_on_with(
    small_set: Path, tmp_path: Path, small: Small
) -> None:
    run_to_end(small_set, tmp_path, small(epochs=2))
    card = tmp_path / "model" / "README.md"
    written = card.read_text(encoding="utf-8")
    card.write_text(written + "Week 22, scanner A.", encoding="utf-8")
    assert isinstance(run_to_end(small_set, tmp_path, small(epochs=2), resume=True)[-1], RunFinished)
    assert card.read_text(encoding="utf-8").endswith("scanner A.")
    run_to_end(small_set, tmp_path, small(epochs=2), resume=True, name="Heart")
    assert load_model(tmp_path / "model")[0].name == "Heart"
    (tmp_path / "model" / "model.safetensors").write_bytes(b"cut")
    run_to_end(small_set, tmp_path, small(epochs=2), resume=True)
    assert load_model(tmp_path / "model")[0].name == "uiac"


@pytest.mark.usefixtures("tell_every_step", "no_pictures")
def test_that_what_is_done_again_is_told_once(small_set: Path, tmp_path: Path, small: Small) -> None:
    config = small(epochs=3, lr=0.02)
    run_to_end(small_set, tmp_path / "whole", config)
    run_to_end(small_set, tmp_path / "parts", config)
    for file in sorted((tmp_path / "parts" / "checkpoints").glob("0*"))[-2:]:
        file.unlink()  # the run is now one that was killed in its last epoch, with that epoch's events told
    assert max((tmp_path / "parts" / "checkpoints").glob("0*.json")).stem == "000000008"
    run_to_end(small_set, tmp_path / "parts", config, resume=True)
    assert lasting_events(tmp_path / "parts") == lasting_events(tmp_path / "whole")
    assert len(lasting_events(tmp_path / "whole")) == 5
    assert (tmp_path / "parts" / "metrics.json").read_bytes() == (tmp_path / "whole" / "metrics.json").read_bytes()


def test_that_five_and_five_epochs_equal_ten(small_set: Path, tmp_path: Path, small: Small) -> None:
    config = small(epochs=4, cosine_length=4, lr=0.02)
    whole = epochs_of(run_to_end(small_set, tmp_path / "whole", config))
    run_to_end(small_set, tmp_path / "parts", config.model_copy(update={"epochs": 2}))
    more = epochs_of(run_to_end(small_set, tmp_path / "parts", config, resume=True, epochs=4))
    assert [event.epoch for event in more] == [2, 3]
    assert [event.train_loss for event in more] == pytest.approx([event.train_loss for event in whole[2:]], abs=1e-6)


def test_that_a_damaged_checkpoint_falls_back_to_the_one_before(small_set: Path, tmp_path: Path, small: Small) -> None:
    run_to_end(small_set, tmp_path, small(epochs=2))
    newest = max((tmp_path / "checkpoints").glob("0*.safetensors"))
    newest.write_bytes(newest.read_bytes()[:-100])
    events = run_to_end(small_set, tmp_path, small(), resume=True, epochs=3)
    assert any(isinstance(event, Notice) and "Damaged" in event.message for event in events)
    assert [event.epoch for event in epochs_of(events)] == [1, 2]


def test_that_resume_refuses_other_planes_with_both_lists(
    small_set: Path, write_set: WriteSet, tmp_path: Path, small: Small
) -> None:
    run_to_end(small_set, tmp_path, small(epochs=1))
    other = write_set(planes=("FCH", "TV", "LVOT"))
    with pytest.raises(RunError, match="ACS, FCH, TV; the data set has FCH, LVOT, TV"):
        run_to_end(other, tmp_path, small(), resume=True)
    with pytest.raises(RunError, match="images are not those"):
        run_to_end(write_set(seed=5), tmp_path, small(), resume=True)


def test_that_resume_refuses_another_learning_rate_and_allows_more_epochs(
    small_set: Path, tmp_path: Path, small: Small
) -> None:
    run_to_end(small_set, tmp_path, small(epochs=1))
    with pytest.raises(RunError, match=r"lr = 0.1, and 0.5"):
        run_to_end(small_set, tmp_path, small(), resume=True, lr=0.5)
    with pytest.raises(RunError, match="another genotype"):
        run_to_end(small_set, tmp_path, small(), resume=True, genotype="darts_v1")


def test_that_a_loss_that_explodes_ends_the_run_in_its_epoch_and_keeps_the_last_good_state(
    small_set: Path, tmp_path: Path, small: Small
) -> None:
    with pytest.raises(RunError, match=r"infinite in epoch [12]\b") as caught:
        run_to_end(small_set, tmp_path, small(lr=1e6, grad_clip=0))
    assert "--lr 500000" in caught.value.advice
    for file in (tmp_path / "checkpoints").glob("*.safetensors"):
        assert all(torch.isfinite(tensor).all() for tensor in load_file(file).values() if tensor.is_floating_point())


def test_that_the_early_stop_ends_a_run_that_no_longer_improves(small_set: Path, tmp_path: Path, small: Small) -> None:
    config = small(lr=1e-7, lr_min=0, stop_after=1, patience=1, epochs=50, cosine_length=1, momentum=0)
    finished = run_to_end(small_set, tmp_path, config)[-1]
    assert isinstance(finished, RunFinished)
    assert finished.reason == "early_stop"
    assert finished.epochs_done < 50


def test_that_the_time_limit_ends_a_run(small_set: Path, tmp_path: Path, small: Small) -> None:
    finished = run_to_end(small_set, tmp_path, small(minutes=1e-5))[-1]
    assert isinstance(finished, RunFinished)
    assert (finished.reason, finished.epochs_done) == ("time", 1)


def test_that_one_plane_is_refused_before_anything_is_written(
    write_set: WriteSet, tmp_path: Path, small: Small
) -> None:
    with pytest.raises(DataError, match="at least two"):
        run_to_end(write_set(planes=("FCH",)), tmp_path, small())
    assert not (tmp_path / "config.json").exists()


def test_that_honest_and_leaking_splits_tell_apart_what_cannot_be_learned(
    case_files: Callable[[str], tuple[Path, dict[str, object]]], tmp_path: Path, small: Small
) -> None:
    folder, _ = case_files("e04_leakage")
    config = small(epochs=10, cosine_length=10, cutout=0, lr=0.05, validation=0.3)
    events = run_to_end(folder / "pool", tmp_path / "honest", config.model_copy(update={"split": "subject"}))
    honest = epochs_of(events)[-1].top1
    leaking = epochs_of(run_to_end(folder / "pool", tmp_path / "leak", config.model_copy(update={"split": "random"})))[
        -1
    ]
    assert any(isinstance(event, Notice) and "file names" in event.message for event in events)
    assert 0.2 <= honest <= 0.8
    assert leaking.top1 > 0.9


def test_that_frames_of_none_lower_the_certainty_only_where_they_are_taught(
    write_set: WriteSet, tmp_path: Path, small: Small
) -> None:
    root = write_set(nones=64)
    gaps = {}
    for weight in (0.0, 1.0):
        folder = tmp_path / f"{weight}"
        config = small(epochs=10, cosine_length=10, none_as_background=weight)
        run_to_end(root, folder, config)
        gaps[weight] = json.loads((folder / "metrics.json").read_text())
    errors = {weight: max(m["planes_called_none"], m["none_called_plane"]) for weight, m in gaps.items()}
    assert errors[1.0] < 0.15
    assert errors[1.0] <= errors[0.0]


def test_that_equal_seeds_give_equal_runs_and_others_do_not(small_set: Path, tmp_path: Path, small: Small) -> None:
    losses = [
        epochs_of(run_to_end(small_set, tmp_path / str(number), small(epochs=1, seed=seed)))[0].train_loss
        for number, seed in enumerate((1, 1, 2))
    ]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


def test_that_bf16_on_a_cpu_without_it_is_warned_of(
    small_set: Path, tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warnings(name: str, precision: str) -> list[str]:
        events = run_to_end(small_set, tmp_path / name, small(epochs=1, precision=precision))
        return [event.message for event in events if isinstance(event, Notice) and "bf16" in event.message]

    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx2": True})
    assert len(warnings("without", "bf16")) == 1
    assert warnings("auto", "auto") == []
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx512_bf16": True})
    assert warnings("with", "bf16") == []


def test_that_bf16_and_colour_train_too(small_set: Path, tmp_path: Path, small: Small) -> None:
    events = run_to_end(small_set, tmp_path, small(epochs=1, precision="bf16", colour="rgb", fit="letterbox"))
    assert np.isfinite(epochs_of(events)[0].train_loss)
    model, _ = load_model(tmp_path / "model")
    assert (model.preprocess.colour, model.preprocess.fit, model.network.input_channels) == ("rgb", "letterbox", 3)


def test_that_the_paper_way_of_choosing_is_named_in_the_card(small_set: Path, tmp_path: Path, small: Small) -> None:
    events = run_to_end(small_set, tmp_path, small(epochs=1, split="random", choice="choice_on_test"))
    assert any(isinstance(event, Notice) and "random over images" in event.message for event in events)
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert re.search("on the test frames themselves", card)
    assert "split is by image" in card


def test_that_the_card_of_a_departments_own_planes_names_them_and_counts_rightly(
    write_set: WriteSet, tmp_path: Path, small: Small
) -> None:
    root = write_set(frames=16, subjects=2, planes=("A2C", "A4C", "PLAX"), nones=4)
    run_to_end(root, tmp_path, small(epochs=1, validation=0.5))
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "Names the plane, one of A2C, A4C and PLAX, in a frame of 16x16 pixels" in card
    assert "fetal" not in card
    assert "gestational" not in card
    assert "24 frames of 3 planes from 1 subject. Judged on 24 other frames from 1 subject;" in card
    assert "; 1 epoch." in card
