"""Events survive their line of JSON, and a log cut by a power failure is read as far as it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nas.events import EpochDone, Event, Notice, Progress, RunStopped, from_line, read_events, to_line

FINITE = st.floats(allow_nan=False, allow_infinity=False)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Progress, time=FINITE, loss=FINITE | st.none(), rate=FINITE | st.none(), eta_s=FINITE | st.none()),
    st.builds(Notice, time=FINITE),
    st.builds(RunStopped, time=FINITE),
)


@given(EVENTS)
def test_that_an_event_survives_its_line(event: Event) -> None:
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line) == event


@given(st.lists(EVENTS, min_size=1, max_size=4), st.data())
def test_that_a_cut_log_is_read_as_far_as_it_is_whole(events: list[Event], data: st.DataObject) -> None:
    text = "".join(to_line(event) + "\n" for event in events)
    cut = text[: data.draw(st.integers(0, len(text)))]
    whole = cut.count("\n") + (cut[-1:] == "}" and cut.endswith(to_line(events[min(cut.count("\n"), len(events) - 1)])))
    assert list(read_events(iter(cut.splitlines()))) == events[:whole]


def test_that_an_infinite_loss_stays_valid_json() -> None:
    event = EpochDone(
        epoch=0, epochs=1, lr=0.1, train_loss=float("inf"), train_top1=0, validation_loss=float("nan"), top1=0,
        macro_f1=0, kappa=0, best=False, seconds=1, rate=1, eta_s=0, memory_mb=1,
    )  # fmt: skip
    assert '"train_loss":null' in to_line(event)


@pytest.mark.parametrize("line", ["", "{}", '{"type": "other"}', "nonsense"])
def test_that_what_is_no_event_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        from_line(line)
