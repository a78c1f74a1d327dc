"""A generator run to its end: what it told on the way, and what it returned."""

from collections.abc import Generator
from typing import TypeVar

Told = TypeVar("Told")
Result = TypeVar("Result")


def drained(going: Generator[Told, None, Result]) -> tuple[list[Told], Result]:
    told: list[Told] = []
    while True:
        try:
            told.append(next(going))
        except StopIteration as end:
            return told, end.value
