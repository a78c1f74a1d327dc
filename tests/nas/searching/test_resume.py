"""A search goes on exactly where it was stopped, wherever that was, and tells nothing twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from nas.config.search import SearchConfig
from nas.errors import RunError
from nas.events import ArchitectureSnapshot, EpochSearched, RunStarted
from nas.rundir import RunFolder
from nas.search.run import search
from tests.nas.searching.conftest import WITH_STATE, run_to_end, untimed
from tests.nas.training.conftest import last_state, lasting_events, stop_after

Small = Callable[..., SearchConfig]
pytestmark = pytest.mark.usefixtures("bare")


@pytest.fixture(scope="module")
def untouched(small_set: Path, small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One search of three epochs, the first of them warm-up, with everything that has a state."""
    folder = tmp_path_factory.mktemp("untouched") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nas.search.searching.estimate", untimed)
        patch.setattr("nas.search.outcome._draw", lambda *_: None)
        run_to_end(small_set, folder, small(**WITH_STATE))
    return folder


@pytest.fixture
def tell_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nas.search.searching.TELL_S", 0.0)


@pytest.mark.usefixtures("tell_every_step")
@pytest.mark.parametrize("steps", [2, 5])
def test_that_a_search_closed_at_any_step_goes_on_exactly(
    small_set: Path, tmp_path: Path, small: Small, untouched: Path, steps: int
) -> None:
    config = small(**WITH_STATE)
    stop_after(search, small_set, tmp_path / "run", config, steps)
    run_to_end(small_set, tmp_path / "run", config, resume=True)
    assert lasting_events(tmp_path / "run") == lasting_events(untouched)
    left, right = last_state(untouched), last_state(tmp_path / "run")
    assert left.keys() == right.keys()
    assert {name.split(".")[0] for name in left} == {"network", "lambda", "momentum", "adam"}
    for name, tensor in left.items():
        assert torch.equal(tensor, right[name]), name


@pytest.mark.parametrize("kind", [ArchitectureSnapshot, EpochSearched])
def test_that_a_search_closed_between_the_two_events_of_an_epoch_tells_each_once(
    small_set: Path, tmp_path: Path, small: Small, untouched: Path, kind: type[Any]
) -> None:
    config = small(**WITH_STATE)
    with RunFolder(tmp_path / "run") as run:
        events = search(small_set, run, config)
        for event in events:
            run.append(event)
            if isinstance(event, kind) and event.epoch == 1:
                break
        events.close()  # type: ignore[attr-defined]
    run_to_end(small_set, tmp_path / "run", config, resume=True)
    assert lasting_events(tmp_path / "run") == lasting_events(untouched)


def test_that_a_search_that_ended_by_time_goes_on_with_more_minutes(
    small_set: Path, tmp_path: Path, small: Small, untouched: Path
) -> None:
    ended = run_to_end(small_set, tmp_path / "run", small(**WITH_STATE, minutes=1e-6))[-1]
    assert (ended.reason, ended.epochs_done) == ("time", 1)
    same = run_to_end(small_set, tmp_path / "run", small(), resume=True)[-1]
    assert (same.reason, same.epochs_done) == ("time", 1)
    done = run_to_end(small_set, tmp_path / "run", small(), resume=True, minutes=60.0)[-1]
    assert (done.reason, done.epochs_done) == ("epochs", 3)
    assert lasting_events(tmp_path / "run") == lasting_events(untouched)
    left, right = last_state(untouched), last_state(tmp_path / "run")
    assert all(torch.equal(tensor, right[name]) for name, tensor in left.items())


def test_that_a_search_that_is_gone_on_with_before_its_first_checkpoint_tells_nothing_twice(
    small_set: Path, tmp_path: Path, small: Small, untouched: Path
) -> None:
    config = small(**WITH_STATE)
    with RunFolder(tmp_path / "run") as run:
        events = search(small_set, run, config)
        for event in events:
            run.append(event)
            if isinstance(event, RunStarted):
                break
        events.close()  # type: ignore[attr-defined]
    run_to_end(small_set, tmp_path / "run", config, resume=True)
    assert lasting_events(tmp_path / "run") == lasting_events(untouched)


def test_that_resume_refuses_what_would_be_another_search(
    small_set: Path, write_set: Callable[..., Path], tmp_path: Path, small: Small
) -> None:
    run_to_end(small_set, tmp_path, small(epochs=1))
    with pytest.raises(RunError, match="FCH, TV; the data set has FCH, LVOT"):
        run_to_end(write_set(planes=("FCH", "LVOT")), tmp_path, small(), resume=True)
    with pytest.raises(RunError, match=r"order = 1, and 2"):
        run_to_end(small_set, tmp_path, small(), resume=True, order=2)
