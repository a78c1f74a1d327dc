"""A run that is killed, whenever that happens, ends as one that nobody touched, to the last bit."""

import sys
from pathlib import Path

import pytest

from tests.nas.training.kills import differences, run_killed, run_whole, write_pictures


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
def test_that_three_kills_leave_no_trace(tmp_path: Path) -> None:
    root = write_pictures(tmp_path / "set")
    run_whole("train", root, tmp_path / "whole", 4)
    assert run_killed("train", root, tmp_path / "killed", 4, 3, seed=5, span_s=0.3) == 3
    run_whole("train", root, tmp_path / "killed", 4)
    assert differences(tmp_path / "whole", tmp_path / "killed") == []
