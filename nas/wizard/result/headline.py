"""The strip above a result: its main figures with their intervals, and what can be done with it."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from nas.wizard.look.panel import label
from nas.wizard.look.record import Look
from nas.wizard.result.comparison import Comparison
from nas.wizard.result.record import Result

_HIGH: Final = 64


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure: its name, its value, and what stands small beside it."""

    name: str
    value: str
    beside: str = ""
    hint: str = ""


class Headline(QFrame):
    """Figures in a row of 64 px; buttons are added to ``row`` at the right."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setObjectName("headline")
        self.setAccessibleName("Main figures")
        self.setFixedHeight(_HIGH)
        self._facts: list[tuple[QLabel, QLabel, QLabel]] = []
        self.row = QHBoxLayout(self)
        self._places = QHBoxLayout()
        self.row.addLayout(self._places)
        self.row.addStretch(1)
        self.wear(look)

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show the figures; their number stays the same."""
        while len(self._facts) < len(facts):
            self._facts.append(self._new_fact(len(self._facts)))
        for (name, value, beside), fact in zip(self._facts, facts, strict=True):
            name.setText(fact.name)
            value.setText(fact.value)
            beside.setText(fact.beside)
            value.setAccessibleName(f"{fact.name}: {fact.value} {fact.beside}".strip())
            for part in (name, value, beside):
                part.setToolTip(fact.hint)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self.row.setContentsMargins(look.pad, 4, 14, 4)
        self.row.setSpacing(8)
        self._places.setSpacing(16 if look.compact else 30)
        size = 18 if look.compact else 22
        for _, value, _ in self._facts:
            value.setStyleSheet(f"font-size: {size}px; font-weight: 600;")
        self._size = size

    def _new_fact(self, place: int) -> tuple[QLabel, QLabel, QLabel]:
        name, value, beside = label("", "hint"), label("", "", f"fact_{place}"), label("", "hint")
        value.setStyleSheet(f"font-size: {self._size}px; font-weight: 600;")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(value)
        line.addWidget(beside)
        line.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(name)
        column.addLayout(line)
        column.addStretch(1)
        self._places.addLayout(column)
        return name, value, beside


def facts_of(result: Result | None, comparison: Comparison | None) -> tuple[Fact, ...]:
    """Return the headline of a result; dashes before there is one."""
    speed = Fact("Speed on this PC", "–", "when compared", "Measured when networks are compared.")
    if comparison is not None and comparison.own is not None:
        speed = Fact(speed.name, f"{comparison.own.rate:.0f} fps", comparison.device, "Frame by frame, in float32.")
    if result is None:
        return (*(Fact(name, "–") for name in ("Top-1", "Macro-F1", "Kappa", "Calibration error")), speed)
    figures = result.figures
    return (
        _fact("Top-1", figures.top1, figures.interval.get("top1"), "Share of frames of planes answered rightly."),
        _fact("Macro-F1", figures.macro_f1, figures.interval.get("macro_f1"), "F1, mean over the planes."),
        _fact("Kappa", figures.kappa, figures.interval.get("kappa"), "Cohen's kappa: agreement beyond chance."),
        Fact(
            "Calibration error",
            _percent(figures.ece),
            f"before {_percent(figures.ece_uncalibrated)}",
            "Expected calibration error: how far certainty and rightness lie apart.",
        ),
        speed,
    )


def _fact(name: str, value: float, interval: tuple[float, float] | None, hint: str) -> Fact:
    beside = f"{100 * interval[0]:.1f} – {100 * interval[1]:.1f}" if interval else ""
    told = " Beside it: the 95 % interval over subjects." if interval else ""
    return Fact(name, _percent(value), beside, hint + told)


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
