"""How a run is ended before its time, whether it searches or trains: what its page asks for, and the change of plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nas.wizard.state import RunView

AT_ONCE: Final[Mapping[str, Any]] = {"minutes": 0.01}
"""Fields that end a run with its best epoch when it goes on."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Stop a run and go back to its settings; its state is kept."""

    view: RunView
