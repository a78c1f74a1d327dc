"""Fields of a config whose help lines carry unit and range, so that flags, forms and documents say the same."""

from typing import Any

from pydantic import Field


def counted(default: Any, what: str, unit: str, low: float, high: float) -> Any:
    """Return a field whose help line carries its unit and its range."""
    return Field(default, ge=low, le=high, description=f"{what} ({unit}; {low:g} to {high:g}).")


def chosen(default: Any, what: str) -> Any:
    """Return a field that is picked, not counted."""
    return Field(default, description=what)
