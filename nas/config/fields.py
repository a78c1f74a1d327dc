"""Fields of a config whose help lines carry unit and range, and what several configs refuse alike."""

from typing import Any

from pydantic import Field


def counted(default: Any, what: str, unit: str, low: float, high: float) -> Any:
    """Return a field whose help line carries its unit and its range."""
    return Field(default, ge=low, le=high, description=f"{what} ({unit}; {low:g} to {high:g}).")


def chosen(default: Any, what: str) -> Any:
    """Return a field that is picked, not counted."""
    return Field(default, description=what)


def refuse_odd_reductions(reduce_at: tuple[int, ...], blocks: int) -> None:
    """Raise `ValueError` where the blocks that halve the map are not rising numbers of blocks that are there."""
    for block in reduce_at:
        if not 0 <= block < blocks:
            raise ValueError(
                f"reduce_at: the last of {blocks} blocks is {blocks - 1}, counted from 0, and {block} is asked for"
            )
    if list(reduce_at) != sorted(set(reduce_at)):
        raise ValueError("reduce_at: block numbers rise, each at most once")
