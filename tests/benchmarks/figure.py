"""One measured number with its goal, and how often a thing is timed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement.

    Attributes
    ----------
    name
        Key in build/bench.json.
    value
        In ``unit``.
    at_least, at_most
        The goal; none where the figure is only told.
    remark
        What it was measured on, where that matters.
    """

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    remark: str = ""

    @property
    def goal(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.value <= self.at_most if self.at_most is not None else None

    def as_json(self) -> dict[str, Any]:
        fields = {"value": self.value, "unit": self.unit, "goal": self.goal, "met": self.met}
        return fields | ({"remark": self.remark} if self.remark else {})


class SkippedError(Exception):
    """A benchmark cannot be run here; the text says why."""


def interleaved_ms(
    jobs: dict[str, Callable[[], Any]], rounds: int, warm_up: int = 3, burst: int = 1, pause_s: float = 0.0
) -> dict[str, float]:
    """Return the median time of each job, milliseconds; all jobs take turns, so that all see the same machine.

    Parameters
    ----------
    jobs
        What is timed, by name.
    rounds
        How many turns each job gets.
    warm_up
        How often each runs before the first turn.
    burst
        How often a job runs in a turn. Where it is more than one, the first does not count.
    pause_s
        Rest before each turn (s): the worker threads of the library that had the turn before wait for work by spinning
        for some milliseconds, and hold a core meanwhile.
    """
    for job in jobs.values():
        for _ in range(warm_up):
            job()
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            time.sleep(pause_s)
            times[name] += _timed(job, burst)[min(1, burst - 1) :]
    return {name: 1000 * statistics.median(seconds) for name, seconds in times.items()}


def _timed(job: Callable[[], Any], times: int) -> list[float]:
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - begun)
    return seconds
