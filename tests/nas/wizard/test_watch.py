"""A run folder is followed from outside: half lines, logs that are cut back, runs that were killed."""

import json
import os
import socket
from pathlib import Path

import pytest

from nas.events import Event, Notice, RunFailed, RunStopped, SearchFinished, to_line
from nas.genotype import UIAC
from nas.process_start import process_start
from nas.rundir import RunFolder
from nas.wizard.runs.book import Entry
from nas.wizard.runs.followed import Followed
from nas.wizard.runs.watch import RunWatch


def note(text: str) -> Notice:
    return Notice(level="note", message=text)


def said(events: tuple[Event, ...]) -> list[str]:
    return [event.message for event in events if isinstance(event, Notice)]


def test_that_each_event_is_told_once(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path / "run")
    assert watch.poll() == ()
    with RunFolder(tmp_path / "run") as run:
        run.append(note("one"))
        assert said(watch.poll()) == ["one"]
        run.append(note("two"))
        run.append(note("three"))
        assert said(watch.poll()) == ["two", "three"]
        assert watch.poll() == ()


def test_that_a_half_line_waits_for_its_end(tmp_path: Path) -> None:
    watch, line = RunWatch(tmp_path), to_line(note("胎儿"))
    raw = (line + "\n").encode()
    (tmp_path / "events.jsonl").write_bytes(raw[:25])
    assert watch.poll() == ()
    with (tmp_path / "events.jsonl").open("ab") as log:
        log.write(raw[25:])
    assert said(watch.poll()) == ["胎儿"]


def test_that_a_log_that_was_cut_back_and_grew_past_its_length_is_read_anew(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path)
    with RunFolder(tmp_path) as run:
        run.append(note("kept"))
        length = run.log_length
        run.append(note("to be repeated"))
        assert said(watch.poll()) == ["kept", "to be repeated"]
        run.cut_log(length)
        run.append(note("repeated, and longer than before"))
        run.append(note("more"))
        events = watch.poll()
    assert watch.started_over
    assert said(events) == ["kept", "repeated, and longer than before", "more"]
    watch.poll()
    assert not watch.started_over


def test_that_damage_in_the_log_is_passed_over(tmp_path: Path) -> None:
    lines = [
        to_line(note("one")).encode(),
        b"\xff\xfe{",
        b'{"type": "of a later version"}',
        to_line(note("two")).encode(),
    ]
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    assert said(RunWatch(tmp_path).poll()) == ["one", "two"]


def test_that_the_state_follows_lock_and_last_word(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path / "run")
    assert watch.state == "empty"
    with RunFolder(tmp_path / "run") as run:
        run.append(note("one"))
        watch.poll()
        assert watch.state == "running"
    assert watch.state == "went_off"
    for event, state in (
        (RunStopped(), "stopped"),
        (RunFailed(message="m", advice="a"), "failed"),
        (
            SearchFinished(
                reason="epochs", best_epoch=0, epochs_done=1, seconds=1, top1=0, genotype=UIAC, guards=(), parameters=1
            ),
            "finished",
        ),
    ):
        with (tmp_path / "run" / "events.jsonl").open("a") as log:
            log.write(to_line(event) + "\n")
        watch.poll()
        assert watch.state == state


def test_that_a_run_that_goes_on_after_a_stop_and_dies_is_not_called_stopped(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path)
    lines = [to_line(RunStopped()), to_line(note("resumed"))]
    (tmp_path / "events.jsonl").write_text("\n".join(lines) + "\n")
    watch.poll()
    assert watch.state == "went_off"


def test_that_a_run_on_another_computer_counts_as_running(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(json.dumps({"host": "another", "pid": 1, "started": 0.0}))
    assert RunWatch(tmp_path).state == "running"


def test_that_a_lock_of_a_process_number_used_again_does_not_count(tmp_path: Path) -> None:
    mine = {"host": socket.gethostname(), "pid": os.getpid(), "started": process_start(os.getpid()) - 60}
    (tmp_path / "lock").write_text(json.dumps(mine))
    (tmp_path / "config.json").write_text("{}")
    assert RunWatch(tmp_path).state == "went_off"


def test_that_a_run_at_work_on_another_computer_says_for_how_long_it_has_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("nas.wizard.runs.watch.monotonic", lambda: now[0])
    (tmp_path / "lock").write_text(json.dumps({"host": "another", "pid": 1, "started": 1.0}))
    with (tmp_path / "events.jsonl").open("a", encoding="utf-8") as log:
        followed = Followed(tmp_path)
        for minutes, tells, silent in ((0, True, 0), (14, False, 0), (16, False, 16), (17, True, 0)):
            now[0] = 60.0 * minutes
            log.write(to_line(note("on")) + "\n" if tells else "")
            log.flush()
            view = followed.look(Entry())
            assert (view.state, view.silent_min) == ("running", silent)
