"""How long to wait between tries of a source that was lost: short at first, so that a loose plug is back at once."""

from typing import Final

_PAUSES_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0)


class Pauses:
    """Growing pauses, which begin anew after a success."""

    def __init__(self) -> None:
        self._tries = 0

    def next_s(self) -> float:
        """Return the pause before the next try, seconds: 0.5, 1, 2, 4, then 8 each time."""
        pause_s = _PAUSES_S[min(self._tries, len(_PAUSES_S) - 1)]
        self._tries += 1
        return pause_s

    def begin_anew(self) -> None:
        """Note that a try was a success."""
        self._tries = 0
