"""Runs outlive the window, wait for each other, and go on after a stop or a kill."""

import json
import os
import signal
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import pytest

from nas.config.search import SearchConfig
from nas.errors import RunError
from nas.events import Notice, RunFailed, RunStopped, SearchFinished, to_line
from nas.genotype import UIAC
from nas.process_start import process_mark, process_start
from nas.rundir import RunFolder
from nas.wizard.runs.commands import toml_of
from nas.wizard.runs.control import RunsControl
from nas.wizard.runs.lanes import taken_lanes
from nas.wizard.state import RunView, Said
from tests.patience import PATIENCE_MS

WriteSet = Callable[..., Path]
TINY = SearchConfig(
    channels=4, blocks=1, reduce_at=(), size=16, batch=12, order=1, epochs=5000, threads=1, device="cpu", left_out=0.0
)
FOUND = SearchFinished(
    reason="epochs", best_epoch=0, epochs_done=1, seconds=1, top1=0.5, genotype=UIAC, guards=(), parameters=1
)


class ToldChild:
    """A process at the border: it holds its run's folder until the test lets it end."""

    def __init__(self, words: Sequence[str], folder: Path, card: int | None = None) -> None:
        self.words, self.folder, self.card, self.alive = tuple(words), folder, card, True
        self.process = None
        self.refused = Said("The disk is full.", "Free some space.")
        me = {"host": socket.gethostname(), "pid": os.getpid(), "started": process_start(os.getpid())}
        (folder / "config.json").write_text(json.dumps({"kind": words[0]}))
        (folder / "lock").write_text(json.dumps(me))

    def end(self, *events) -> None:
        self.alive = False
        (self.folder / "lock").unlink()
        with (self.folder / "events.jsonl").open("a") as log:
            log.writelines(to_line(event) + "\n" for event in events)


class Runs:
    """A control with its children."""

    def __init__(self, root: Path, cards: int = 0) -> None:
        self.children: list[ToldChild] = []
        self.control = RunsControl(root, make_child=self._make, cards=cards)

    def _make(self, words: Sequence[str], folder: Path, card: int | None) -> ToldChild:
        self.children.append(ToldChild(words, folder, card))
        return self.children[-1]

    def tick(self) -> None:
        self.control._tick()

    def view(self, folder: Path) -> RunView:
        found = self.control.view(folder)
        assert found is not None
        return found


@pytest.fixture
def runs(qapp, tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs")


def test_that_a_second_run_waits_for_the_first(runs: Runs, tmp_path: Path) -> None:
    first = runs.control.start("search", tmp_path, "epochs = 1\n", ())
    second = runs.control.start("train", tmp_path, "epochs = 1\n", ())
    assert (runs.view(first).state, runs.view(second).queued) == ("running", True)
    assert len(runs.children) == 1
    assert runs.children[0].words[:4] == ("search", str(tmp_path), "--out", str(first))
    runs.children[0].end(FOUND)
    runs.tick()
    assert runs.view(first).state == "finished"
    assert (runs.view(second).state, runs.view(second).queued) == ("running", False)


def test_that_each_card_and_the_processor_have_a_queue_of_their_own(qapp, tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs", cards=2)
    auto, cpu = 'device = "auto"\n', 'device = "cpu"\n'
    folders = [runs.control.start("train", tmp_path, config, ()) for config in (auto, cpu, auto, auto, cpu)]
    assert [child.folder for child in runs.children] == folders[:3]
    assert [child.card for child in runs.children] == [0, None, 1]
    assert [runs.view(folder).queued for folder in folders] == [False, False, False, True, True]
    runs.children[2].end(FOUND)
    runs.tick()
    assert (runs.children[-1].folder, runs.children[-1].card) == (folders[3], 1)
    runs.children[1].end(FOUND)
    runs.tick()
    assert runs.children[-1].folder == folders[4]
    later = Runs(tmp_path / "runs", cards=2)
    later.control.look()
    assert taken_lanes(later.control.views) == {"cuda:0", "cuda:1", "cpu"}


def test_that_a_lone_card_is_not_named_and_a_run_of_an_unknown_lane_holds_all(qapp, tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs", cards=1)
    folder = runs.control.start("train", tmp_path, "", ())
    assert runs.children[0].card is None
    assert runs.view(folder).lane == "cuda:0"
    runs.control.shelf.note(folder, lane="")
    assert runs.view(runs.control.start("train", tmp_path, 'device = "cpu"\n', ())).queued


def test_that_what_waited_is_started_by_the_next_window(runs: Runs, tmp_path: Path) -> None:
    first = runs.control.start("search", tmp_path, "", ())
    second = runs.control.start("train", tmp_path, "", ())
    runs.children[0].end(FOUND)
    later = Runs(tmp_path / "runs")
    later.control.look()
    later.tick()
    assert [child.folder for child in later.children] == [second]
    assert later.view(first).data == tmp_path


def test_that_two_windows_neither_lose_what_the_other_started_nor_start_it_twice(runs: Runs, tmp_path: Path) -> None:
    other = Runs(tmp_path / "runs")
    first = runs.control.start("search", tmp_path, "", ())
    second = other.control.start("train", tmp_path, "", ())
    third = runs.control.start("train", tmp_path, "", ())
    for window in (runs, other):
        window.control.look()
        assert [window.view(folder).queued for folder in (first, second, third)] == [False, True, True]
        assert {window.view(folder).data for folder in (first, second, third)} == {tmp_path}
    runs.children[0].end(FOUND)
    other.tick()
    runs.tick()
    assert [child.folder for child in other.children] == [second]
    assert [child.folder for child in runs.children] == [first]


def test_that_a_run_holds_its_lane_in_every_window_before_it_has_taken_its_folder(runs: Runs, tmp_path: Path) -> None:
    folder = runs.control.start("search", tmp_path, "", ())
    (folder / "lock").unlink()
    runs.control.shelf.note(folder, process=process_mark(os.getpid()))
    later = Runs(tmp_path / "runs")
    second = later.control.start("train", tmp_path, "", ())
    assert (later.view(folder).state, later.view(second).queued, later.children) == ("running", True, [])
    (folder / "config.json").unlink()
    opened = Runs(tmp_path / "runs")
    opened.control.look()
    assert opened.view(folder).kind == "search", "it is known by its folder before it has written its config"


def test_that_a_run_whose_process_cannot_be_started_says_why(qapp, tmp_path: Path) -> None:
    def refuse(words: Sequence[str], folder: Path, card: int | None) -> ToldChild:
        raise RunError("The run's process cannot be started: no memory.", "Free some space, then retry.")

    control = RunsControl(tmp_path / "runs", make_child=refuse)
    view = control.view(control.start("train", tmp_path, "", ()))
    assert (view.state, view.queued) == ("empty", False)
    assert view.refused.message == "The run's process cannot be started: no memory."


def test_that_a_run_that_could_not_be_noted_leaves_no_empty_one_behind(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for place in ("pathlib.Path.write_text", "nas.wizard.runs.book.write_atomic"):
        with monkeypatch.context() as patched:
            patched.setattr(place, full)
            with pytest.raises(RunError):
                runs.control.start("train", tmp_path, "epochs = 1\n", ())
        runs.control.look()
        assert (runs.control.views, runs.children) == ((), [])


def test_that_a_run_that_waits_can_be_taken_back(runs: Runs, tmp_path: Path) -> None:
    runs.control.start("search", tmp_path, "", ())
    second = runs.control.start("train", tmp_path, "", ())
    runs.control.stop(second)
    runs.children[0].end(FOUND)
    runs.tick()
    assert len(runs.children) == 1
    assert not runs.view(second).queued


def test_that_a_comparison_that_was_taken_back_while_it_waited_still_knows_its_networks(
    runs: Runs, tmp_path: Path
) -> None:
    runs.control.start("search", tmp_path, "", ())
    words = ("--models", "uiac", "resnet18", "--seeds", "3")
    second = runs.control.start("compare", tmp_path, "", words)
    runs.control.stop(second)
    runs.children[0].end(FOUND)
    Runs(tmp_path / "runs").control.look()
    runs.control.go_on(second, {})
    assert (runs.children[1].folder, runs.children[1].words[-5:]) == (second, words)


def test_that_a_stop_that_came_before_the_run_had_taken_its_folder_is_asked_again(runs: Runs, tmp_path: Path) -> None:
    folder = runs.control.start("train", tmp_path, "", ())
    runs.control.stop(folder)
    (folder / "stop").unlink()  # as a run does that takes its folder
    runs.tick()
    assert (folder / "stop").exists()
    runs.children[0].end(RunStopped())
    (folder / "stop").unlink()
    runs.tick()
    assert not (folder / "stop").exists()
    runs.control.go_on(folder, {})
    runs.tick()
    assert not (folder / "stop").exists(), "what goes on again is not stopped by what was asked before"


def test_that_a_stop_that_cannot_be_asked_again_is_told_once_and_holds_up_no_other_run(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = runs.control.start("search", tmp_path, "", ())
    second = runs.control.start("train", tmp_path, "", ())
    runs.control.stop(first)
    (first / "stop").unlink()
    monkeypatch.setattr(Path, "touch", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    said: list[Said] = []
    runs.control.troubled.connect(said.append)
    runs.tick()
    runs.tick()
    assert [one.message for one in said] == ["The run folder cannot be written."]
    runs.children[0].end(FOUND)
    runs.tick()
    assert runs.view(second).state == "running"


def test_that_stop_asks_by_a_file_and_then_goes_on_with_changes(runs: Runs, tmp_path: Path) -> None:
    folder = runs.control.start("search", tmp_path, "", ())
    runs.control.stop(folder, {"minutes": 0.01})
    assert (folder / "stop").exists()
    runs.children[0].end(RunStopped())
    runs.tick()
    assert runs.children[1].words == ("search", str(tmp_path), "--out", str(folder), "--resume", "--minutes", "0.01")
    assert runs.view(folder).state == "running"


def test_that_a_process_that_ends_without_a_word_is_told_of(runs: Runs, tmp_path: Path) -> None:
    folder = runs.control.start("train", tmp_path, "", ())
    runs.children[0].end(Notice(level="note", message="begun"))
    runs.tick()
    assert runs.view(folder).state == "went_off"
    assert runs.view(folder).refused == Said("The disk is full.", "Free some space.")


def test_that_a_refusal_is_over_once_the_run_goes_on_from_wherever(runs: Runs, tmp_path: Path) -> None:
    folder = runs.control.start("train", tmp_path, "", ())
    runs.children[0].end(Notice(level="note", message="begun"))
    runs.tick()
    assert runs.view(folder).refused is not None
    other = Runs(tmp_path / "runs")
    other.control.look()
    other.control.go_on(folder, {})
    runs.control.look()
    assert (runs.view(folder).state, runs.view(folder).refused) == ("running", None)
    other.children[0].end(FOUND)
    runs.control.look()
    assert (runs.view(folder).state, runs.view(folder).refused) == ("finished", None)


def test_that_the_time_in_which_a_run_waited_is_no_silence(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("nas.wizard.runs.watch.monotonic", lambda: now[0])
    runs.control.start("search", tmp_path, "", ())
    second = runs.control.start("train", tmp_path, "", ())
    now[0] = 3600.0
    runs.children[0].end(FOUND)
    runs.tick()
    assert (runs.view(second).state, runs.view(second).silent_min) == ("running", 0)
    now[0] += 20 * 60
    runs.control.look()
    assert runs.view(second).silent_min == 20


def test_that_a_failure_in_the_log_is_the_runs_own_word(runs: Runs, tmp_path: Path) -> None:
    folder = runs.control.start("train", tmp_path, "", ())
    runs.children[0].end(RunFailed(message="The loss became infinite.", advice="Try half the learning rate."))
    runs.tick()
    assert runs.view(folder).state == "failed"
    assert runs.view(folder).refused is None


def test_that_a_run_from_elsewhere_is_watched_but_not_gone_on_with(runs: Runs, tmp_path: Path) -> None:
    with RunFolder(tmp_path / "shared") as run:
        run.write_json(run.config_file, {"kind": "search"})
        run.append(RunStopped())
    runs.control.shelf.take(tmp_path / "shared")
    runs.control.look()
    view = runs.view(tmp_path / "shared")
    assert (view.kind, view.state, view.data) == ("search", "stopped", None)
    with pytest.raises(RunError, match="not known here"):
        runs.control.go_on(tmp_path / "shared", {})


def test_that_a_run_that_goes_on_is_not_deleted(runs: Runs, tmp_path: Path) -> None:
    folder = runs.control.start("train", tmp_path, "", ())
    with pytest.raises(RunError, match="goes on"):
        runs.control.delete(folder)
    runs.children[0].end(FOUND)
    runs.tick()
    runs.control.delete(folder)
    assert runs.control.views == ()
    runs.control.undo_delete()
    assert runs.view(folder).state == "finished"


@pytest.mark.timeout(400)
def test_that_a_real_run_outlives_the_window_and_goes_on_after_a_kill(
    qtbot, write_frames: WriteSet, tmp_path: Path
) -> None:
    data = write_frames({"FCH": 12, "TV": 12})
    first = RunsControl(tmp_path / "runs")
    first.open()
    folder = first.start("search", data, toml_of(TINY), ())
    qtbot.waitUntil(lambda: bool(first.view(folder).story.searched), timeout=180_000)
    first.shut()
    pid = int(json.loads((folder / "lock").read_text())["pid"])
    assert psutil.Process(pid).nice() > psutil.Process().nice()
    second = RunsControl(tmp_path / "runs")
    second.open()
    told = len(second.view(folder).story.searched)
    qtbot.waitUntil(lambda: len(second.view(folder).story.searched) > told, timeout=PATIENCE_MS)
    assert second.view(folder).state == "running"
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: second.view(folder).state == "went_off", timeout=PATIENCE_MS)
    before = second.view(folder).story.epochs_done
    second.go_on(folder, {})
    qtbot.waitUntil(lambda: second.view(folder).story.epochs_done > before, timeout=180_000)
    second.stop(folder)
    qtbot.waitUntil(lambda: second.view(folder).state == "stopped", timeout=PATIENCE_MS)
    second.shut()
