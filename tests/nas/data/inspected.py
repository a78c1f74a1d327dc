"""A data-set folder looked at as a whole."""

from pathlib import Path

from nas.data.inspect import Inspection, inspect
from tests.drained import drained


def inspected(root: Path) -> Inspection:
    return drained(inspect(root))[1]
