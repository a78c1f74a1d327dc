"""A search learns, writes its blocks every epoch, and explains what does not fit."""

import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nas.config.search import SearchConfig
from nas.errors import DataError, NasError, RunError
from nas.events import (
    ArchitectureSnapshot,
    EpochSearched,
    Estimate,
    Event,
    Notice,
    RunStarted,
    SearchFinished,
    from_line,
)
from nas.genotype import Genotype, load
from nas.rundir import RunFolder
from nas.search.run import search
from nas.search.standing import Standing
from nas.space.derivation import derive_block
from tests.nas.searching.conftest import WITH_STATE, of, run_to_end

Small = Callable[..., SearchConfig]
WriteSet = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("bare")
CLOCK = {"time", "seconds", "rate", "eta_s", "memory_mb"}


def results(events: list[Event]) -> list[dict[str, Any]]:
    """Return what epochs say, clock times aside."""
    kept = [event for event in events if isinstance(event, EpochSearched | ArchitectureSnapshot)]
    return [event.model_dump(exclude=CLOCK) for event in kept]


@pytest.fixture(scope="module")
def whole(small_set: Path, small: Small, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """One search of three epochs, the first of them warm-up, with everything that has a state; timed and drawn."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    return folder, run_to_end(small_set, folder, small(**WITH_STATE))


def test_that_a_search_leaves_blocks_of_every_epoch_and_a_report(whole: tuple[Path, list[Event]]) -> None:
    folder, events = whole
    started = of(RunStarted, events)[0]
    assert (started.kind, started.train_frames, started.validation_frames) == ("search", 12, 12)
    assert started.split_by == "subject"
    epochs, snapshots = of(EpochSearched, events), of(ArchitectureSnapshot, events)
    assert [event.epoch for event in epochs] == [event.epoch for event in snapshots] == [0, 1, 2]
    assert [event.lambda_loss is None for event in epochs] == [True, False, False]
    assert [event.informative for event in snapshots] == [False, True, True]
    finished = events[-1]
    assert isinstance(finished, SearchFinished)
    best = [event.epoch for event in epochs if event.best][-1]
    assert finished.best_epoch == best >= 1
    assert load(folder) == finished.genotype == snapshots[best].genotype
    for number in range(3):
        assert load(folder / "genotypes" / f"epoch-{number + 1:03d}.json") == snapshots[number].genotype
    result = json.loads((folder / "search_result.json").read_text())
    assert "fitted on these very frames" in result["selection"]
    assert len(result["guards"]) == 2
    assert Genotype.model_validate(result["genotype"]) == finished.genotype
    assert f"{finished.parameters:,} parameters" in (folder / "report.md").read_text()
    drawn = {path.name for path in (folder / "figures").iterdir()}
    assert drawn == {f"{name}.{ending}" for name in ("curves", "genotype", "lambda") for ending in ("png", "pdf")}


def test_that_the_blocks_told_are_those_of_the_lambda_told(whole: tuple[Path, list[Event]]) -> None:
    last = of(ArchitectureSnapshot, whole[1])[-1]
    assert np.ptp(last.normal) > 0
    expected = derive_block(np.array(last.normal), edge_numbers=np.array(last.normal_edges))
    assert last.genotype.normal == expected.edges
    counts = last.normal_counts
    assert counts.skip + counts.pool + counts.convolution == 8


def test_that_memory_stays_flat_from_epoch_to_epoch(small_set: Path, tmp_path: Path, small: Small) -> None:
    tensors = []
    with RunFolder(tmp_path) as run:
        for event in search(small_set, run, small(epochs=9, order=2, channels=2)):
            if isinstance(event, EpochSearched):
                gc.collect()
                alive = sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())
                tensors.append((alive, event.memory_mb))
    assert len({alive for alive, _ in tensors[2:]}) == 1
    assert tensors[-1][1] - tensors[2][1] < 4  # MiB over six epochs


def test_that_equal_seeds_give_equal_searches_and_others_do_not(small_set: Path, tmp_path: Path, small: Small) -> None:
    found = [
        results(run_to_end(small_set, tmp_path / str(number), small(epochs=1, seed=seed)))
        for number, seed in enumerate((1, 1, 2))
    ]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    "changes",
    [
        {"order": 2},
        {"order": 2, "step_order": "darts", "partial": 4, "channels": 16},
        {"step_order": "darts", "memory": "lean"},
        {"class_weights": "balanced", "colour": "rgb", "halves": "random", "cutout": 4},
    ],
)
def test_that_every_way_of_searching_learns(
    small_set: Path, tmp_path: Path, small: Small, changes: dict[str, Any]
) -> None:
    events = run_to_end(small_set, tmp_path, small(epochs=1, **changes))
    done = of(EpochSearched, events)[0]
    assert np.isfinite([done.train_loss, done.lambda_loss, done.validation_loss]).all()
    assert np.ptp(of(ArchitectureSnapshot, events)[0].normal) > 0


def test_that_lean_memory_gives_the_numbers_of_exact_memory(small_set: Path, tmp_path: Path, small: Small) -> None:
    exact, lean = (
        of(EpochSearched, run_to_end(small_set, tmp_path / mode, small(epochs=1, memory=mode)))[0]
        for mode in ("exact", "lean")
    )
    assert lean.validation_loss == pytest.approx(exact.validation_loss, rel=1e-4)


def test_that_the_orders_of_steps_differ_as_they_say(small_set: Path, tmp_path: Path, small: Small) -> None:
    paper, darts = (
        of(EpochSearched, run_to_end(small_set, tmp_path / name, small(epochs=1, step_order=name)))[0]
        for name in ("paper", "darts")
    )
    assert darts.train_loss != paper.train_loss
    assert darts.lambda_loss > paper.lambda_loss  # lambda's batch is seen before the weights learn


def test_that_an_estimate_comes_before_the_first_step(whole: tuple[Path, list[Event]]) -> None:
    kinds = [type(event) for event in whole[1]]
    assert kinds.index(Estimate) < kinds.index(RunStarted)
    told = of(Estimate, whole[1])[0]
    assert told.batch == 6
    assert 0 < told.epoch_s < told.total_s
    assert 0 <= told.batch_mib < told.free_mib  # nothing is taken anew where tests before have left room


def test_that_one_plane_and_sets_too_small_are_explained(write_set: WriteSet, tmp_path: Path, small: Small) -> None:
    with pytest.raises(DataError, match="at least two"):
        run_to_end(write_set(planes=("FCH",)), tmp_path / "one", small())
    with pytest.raises(NasError, match="be on both sides of a split"):
        run_to_end(write_set(frames=1), tmp_path / "tiny", small())
    assert not (tmp_path / "tiny" / "config.json").exists()


def test_that_halves_without_subjects_say_so(write_set: WriteSet, tmp_path: Path, small: Small) -> None:
    events = run_to_end(write_set(frames=6, subjects=0), tmp_path, small(epochs=1))
    assert any("Halves: The split is by image" in notice.message for notice in of(Notice, events))


def test_that_what_training_holds_out_is_left_out_of_the_search(small_set: Path, tmp_path: Path, small: Small) -> None:
    from nas.data.folder import scan
    from nas.data.split import split

    events = run_to_end(small_set, tmp_path, small(epochs=1, left_out=0.25))
    held_out = len(split(scan(small_set), 0.25, "subject", 0).held_out)
    started = of(RunStarted, events)[0]
    assert started.train_frames + started.validation_frames == 24 - held_out
    assert any(f"{held_out} images are left out" in notice.message for notice in of(Notice, events))


def test_that_a_loss_that_explodes_ends_the_search_in_its_epoch(small_set: Path, tmp_path: Path, small: Small) -> None:
    with pytest.raises(RunError, match=r"infinite in epoch [1-4]\.") as caught:
        run_to_end(small_set, tmp_path, small(lr_w=1e7, grad_clip=0, epochs=4))
    assert "--lr-w 5e+06" in caught.value.advice


@pytest.mark.parametrize(
    ("rule", "reason"), [({"stop_skips": 1, "keep_skips": 0}, "skips"), ({"stop_stable": 1}, "stable")]
)
def test_that_a_stop_rule_ends_the_search_and_is_told(
    small_set: Path, tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch, rule: dict[str, int], reason: str
) -> None:
    from nas.search.engine import SearchEngine

    def towards_skips(engine: SearchEngine, *_: Any) -> Any:
        with torch.no_grad():
            engine.architecture.normal[:, 3] += 1
            engine.architecture.reduce[:, 4] += 1
        return engine.judge(_[0]), engine.judge(_[1])

    monkeypatch.setattr(SearchEngine, "step", towards_skips)
    events = run_to_end(small_set, tmp_path, small(epochs=9, **rule))
    finished = events[-1]
    assert isinstance(finished, SearchFinished)
    assert (finished.reason, finished.epochs_done) == (reason, 1 if reason == "skips" else 2)
    assert any("stopped" in guard and guard.endswith(("1 skip", "1 epoch")) for guard in finished.guards)
    skips = sum(edge.operation == "skip_connect" for edge in finished.genotype.normal)
    assert skips == (0 if reason == "skips" else 8)
    assert any("8 skips gave way" in guard for guard in finished.guards) == (reason == "skips")


def test_that_blocks_that_lambda_does_not_prefer_yet_are_called_so(
    small_set: Path, tmp_path: Path, small: Small
) -> None:
    events = run_to_end(small_set, tmp_path, small(**WITH_STATE, minutes=1e-6))
    finished = events[-1]
    assert isinstance(finished, SearchFinished)
    assert (finished.reason, finished.epochs_done) == ("time", 1)
    assert finished.guards == ("the weights alone learned for 1 epoch",)
    assert len(finished.warnings) == 1
    assert finished.warnings[0].startswith("lambda prefers nothing yet")
    assert finished.warnings[0] in (tmp_path / "report.md").read_text()
    later = run_to_end(small_set, tmp_path, small(**WITH_STATE), resume=True, minutes=1)[-1]
    assert isinstance(later, SearchFinished)
    assert later.warnings == ()


def test_that_a_search_that_ends_early_tells_how_far_its_guards_came(
    small_set: Path, tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nas.search.standing.Standing.end_by_limits", _two_of_eight)
    finished = run_to_end(small_set, tmp_path, small(**{**WITH_STATE, "epochs": 8, "beta_decay": 4.0}))[-1]
    assert isinstance(finished, SearchFinished)
    assert finished.epochs_done == 2
    assert finished.guards[1] == "beta-decay drew operations together, with a weight that rose to 1"


def _two_of_eight(standing: Standing, *_: object) -> None:
    standing.reason = "time" if standing.epoch == 2 else ""


def test_that_events_survive_their_lines(whole: tuple[Path, list[Event]]) -> None:
    for line in (whole[0] / "events.jsonl").read_text().splitlines():
        assert from_line(line).type
