"""The log says where the program broke, and nothing that a patient's file name could stand in."""

import logging
import sys
from pathlib import Path

import pytest

from nas.traces import TraceFormatter, trace_of


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
