"""The log says where the program broke, and nothing that a patient's file name could stand in."""

import logging
import sys
from pathlib import Path

import pytest

from nas.traces import TraceFormatter, how_to_report, log_bug, trace_of


def broken() -> None:
    try:
        Path("/nowhere/Jane Doe 1990.mp4").read_bytes()
    except FileNotFoundError as error:
        raise ValueError("cannot read Jane Doe") from error


def test_that_a_trace_has_kinds_and_places_and_no_texts() -> None:
    with pytest.raises(ValueError, match="Jane") as caught:
        broken()
    trace = trace_of(caught.value)
    assert trace.splitlines()[0] == "FileNotFoundError"
    assert "ValueError" in trace
    assert "test_traces.py:" in trace
    assert "in broken" in trace
    assert "Jane" not in trace
    assert "nowhere" not in trace


def test_that_log_records_carry_the_trace_alone() -> None:
    try:
        broken()
    except ValueError:
        record = logging.LogRecord("nas", logging.ERROR, __file__, 1, "it broke", None, sys.exc_info())
    text = TraceFormatter().format(record)
    assert "it broke" in text
    assert "FileNotFoundError" in text
    assert "Jane" not in text


@pytest.mark.logs
@pytest.mark.parametrize("place", [Path("/dev/full"), Path("/nowhere/x.log")])
def test_that_a_log_that_cannot_be_written_is_no_news_for_the_screen(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_bug(logging.getLogger("nas"), place, "it broke", ValueError("x"))
    assert capsys.readouterr().err == ""
    assert "could not be written" in how_to_report(place)


@pytest.mark.logs
def test_that_a_log_that_could_be_written_is_asked_for(tmp_path: Path) -> None:
    log_bug(logging.getLogger("nas"), tmp_path / "x.log", "it broke", ValueError("x"))
    assert "it broke" in (tmp_path / "x.log").read_text()
    assert str(tmp_path / "x.log") in how_to_report(tmp_path / "x.log")
