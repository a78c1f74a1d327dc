"""A run that is killed, whenever that happens, ends as one that nobody touched, to the last bit."""

import sys
from pathlib import Path

import pytest

from tests.nas.started import without_pictures
from tests.nas.training.kills import Command, differences, run_killed, run_whole, write_pictures


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
@pytest.mark.parametrize(("kind", "more"), [("train", ()), ("search", ("--order", "1"))])
def test_that_three_kills_leave_no_trace(kind: str, more: tuple[str, ...], tmp_path: Path) -> None:
    command = Command(kind, write_pictures(tmp_path / "set", 16), 3, without_pictures, more)
    lasts = run_whole(command, tmp_path / "whole")
    assert run_killed(command, tmp_path / "killed", 3, seed=5, lasts=lasts) == 3
    run_whole(command, tmp_path / "killed")
    assert differences(tmp_path / "whole", tmp_path / "killed") == []
