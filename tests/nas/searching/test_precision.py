"""The arithmetic of a search: what the CPU does not compute by itself is warned of, once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nas.config.search import SearchConfig
from nas.events import Notice, RunStarted
from nas.rundir import RunFolder
from nas.search.run import search

pytestmark = pytest.mark.usefixtures("bare")


@pytest.mark.parametrize(("precision", "warned"), [("bf16", 1), ("auto", 0)])
def test_that_bf16_on_a_cpu_without_it_is_warned_of(
    small_set: Path,
    tmp_path: Path,
    small: Callable[..., SearchConfig],
    monkeypatch: pytest.MonkeyPatch,
    precision: str,
    warned: int,
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx2": True})
    with RunFolder(tmp_path / "run") as run:
        events = list(search(small_set, run, small(epochs=1, precision=precision)))
    (started,) = (event for event in events if isinstance(event, RunStarted))
    assert started.precision == ("bf16" if warned else "fp32")
    said = [event for event in events if isinstance(event, Notice) and "bf16" in event.message]
    assert [notice.level for notice in said] == ["warning"] * warned
