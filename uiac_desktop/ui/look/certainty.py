"""The word for a certainty: bars, word and percentage say one thing three ways, and nothing is ever called certain."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["sure", "likely", "unsure", "searching"]

BARS: dict[Level, int] = {"sure": 3, "likely": 2, "unsure": 1, "searching": 0}
WORDS: dict[Level, str] = {"sure": "Sure", "likely": "Likely", "unsure": "Unsure", "searching": "No plane"}


@dataclass(frozen=True, slots=True)
class CertaintyRule:
    """From which certainty on, 0 to 1, a word is used; below the model's own threshold it is "none" anyway."""

    sure: float
    likely: float

    def level(self, certainty: float) -> Level:
        """Return the level of a frame that shows a plane, by the percentage that stands beside the word."""
        shown = round(100 * certainty)
        if shown >= round(100 * self.sure):
            return "sure"
        return "likely" if shown >= round(100 * self.likely) else "unsure"


def percent(share: float | None) -> str:
    """Return a share of 0 to 1 as text without decimals, the most it says is 99 %; nothing where there is none."""
    return "" if share is None else f"{min(max(round(100 * share), 0), 99)} %"
