"""Inter in four weights with figures of one width, so that numbers do not dance while they change."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from uiac_desktop.paths import resource

REGULAR, MEDIUM, SEMIBOLD, BOLD = 400, 500, 600, 700
_FILES = ("Regular", "Medium", "SemiBold", "Bold")


def load_fonts() -> None:
    """Make the shipped fonts known to Qt; the QApplication must be there."""
    for weight in _FILES:
        QFontDatabase.addApplicationFont(str(resource(f"fonts/Inter-{weight}.otf")))


@cache
def font(pixels: int, weight: int = REGULAR) -> QFont:
    """Return Inter at a height in logical pixels and a weight of 400 to 700."""
    made = QFont("Inter")
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
