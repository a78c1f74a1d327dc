"""Lanes of runs: each graphics card takes one run at a time and the processor one; the others wait for theirs."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from nas.errors import NasError
from nas.wizard.runs.commands import config_of
from nas.wizard.state import RunView, WizardState

PROCESSOR: Final = "cpu"
_FLAG: Final = "--device"


def device_of(folder: Path, words: Sequence[str]) -> str:
    """Return where a run wants to compute: ``auto``, ``cpu`` or ``cuda``, by its command line, else by its settings."""
    if _FLAG in words[:-1]:
        return words[words.index(_FLAG) + 1]
    try:
        return str(config_of(folder)["config"]["device"])
    except (NasError, KeyError, TypeError):
        return "auto"


def free_lane(device: str, cards: int, taken: Collection[str]) -> str | None:
    """Return the lane in which a run can start now; None where it has to wait.

    Parameters
    ----------
    device
        As `device_of` tells it.
    cards
        Graphics cards of this computer.
    taken
        Lanes in which runs go on; an empty one stands for a run of which it is not known, which holds all.
    """
    if "" in taken:
        return None
    return next((lane for lane in _lanes(device, cards) if lane not in taken), None)


def taken_lanes(views: Iterable[RunView]) -> frozenset[str]:
    """Return the lanes in which runs of this computer go on."""
    return frozenset(view.lane for view in views if view.state == "running" and view.data is not None)


def waits(device: str, state: WizardState) -> bool:
    """Tell whether a run that is started now has to wait for another."""
    return free_lane(device, state.cards, taken_lanes(state.shelf)) is None


def card_of(lane: str) -> int | None:
    """Return the number of a lane's card; None for the processor."""
    return None if lane == PROCESSOR else int(lane.rpartition(":")[2])


def _lanes(device: str, cards: int) -> tuple[str, ...]:
    if device == PROCESSOR or (device == "auto" and cards == 0):
        return (PROCESSOR,)
    return tuple(f"cuda:{number}" for number in range(max(cards, 1)))
