"""A real search of thirty epochs as its log told it, to be shown at any moment; and the same with too many skips."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

from nas.events import ArchitectureSnapshot, Event, from_line
from nas.genotype import Edge
from nas.wizard.runs.story import RunStory, told
from nas.wizard.state import RunView, WizardState

RECORDED = Path(__file__).parent / "recorded"
FOLDER = Path("runs") / "search_2026-11-26_1310"
_EVENTS: tuple[Event, ...] = tuple(map(from_line, (RECORDED / "search.jsonl").read_text("utf-8").splitlines()))


def events_until(epochs: int) -> list[Event]:
    """The events up to so many whole epochs; 0: those before the first; -1: none; 99: all."""
    if epochs < 0:
        return []
    found: list[Event] = []
    for event in _EVENTS:
        if event.type == "progress" and event.phase == "searching" and event.epoch == epochs:
            break
        found.append(event)
    return found


def searched(epochs: int, *more: Event, change: Callable[[Event], Event] = lambda event: event) -> RunStory:
    """The story after so many epochs, and after further events."""
    return reduce(told, [*map(change, events_until(epochs)), *more], RunStory())


def shown(story: RunStory, state: Any = "running", **changes: Any) -> WizardState:
    """The wizard's state while that search is followed."""
    view = RunView(
        **{"folder": FOLDER, "kind": "search", "state": state, "story": story, "data": Path("set"), **changes}
    )
    return WizardState(step="searching", search_run=view, shelf=(view,))


def with_skips(many: int) -> Callable[[Event], Event]:
    """Return a change that makes the first edges of each reduction block skips."""

    def change(event: Event) -> Event:
        if not isinstance(event, ArchitectureSnapshot) or not event.informative:
            return event
        edges = tuple(
            Edge("skip_connect" if place < many else "sep_conv_3x3", edge.node)
            for place, edge in enumerate(event.genotype.reduce)
        )
        counts = event.reduce_counts.model_copy(update={"skip": many, "pool": 0, "convolution": 8 - many})
        genotype = event.genotype.model_copy(update={"reduce": edges})
        return event.model_copy(update={"genotype": genotype, "reduce_counts": counts})

    return change
